"""The site that is audited: the demonstration in a new folder, and the addresses to look at."""

import contextlib
import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests import nginx
from tests.bench.site import process

# One address of each public template, and of each way in which one looks different.
PAGES = {
    "トップ": "/",
    "記事": "/posts/a-specimen-to-read/",
    "記事（長い）": "/posts/why-three-buses-an-hour/",
    "記事（連載）": "/posts/programs-that-distrust-clocks/",
    "縦書き": "/posts/a-specimen-to-read/?view=tate",
    "カテゴリー": "/categories/技術/",
    "タグ": "/tags/python/",
    "著者の目次": "/authors/",
    "著者": "/authors/梶ヶ谷峻/",
    "連載の目次": "/series/",
    "連載": "/series/時刻をめぐる三つの話/",
    "月別の目次": "/archive/",
    "月別": "/archive/2026/03/",
    "固定ページ": "/publisher/",
    "見つからない": "/nothing/",
}
# What Lighthouse has to find flawless.
MEASURED = ("トップ", "記事", "カテゴリー")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Run the site; give its address."""
    with tempfile.TemporaryDirectory() as var:
        port = nginx.free()
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "POSTS", "DEBUG"}
        }
        environment |= {"VAR_DIR": var, "HOST": "127.0.0.1", "PORT": str(port)}
        with process([sys.executable, "manage.py", "serve"], port, environment):
            yield f"http://127.0.0.1:{port}"


def keep(base: str, folder: Path) -> dict[str, Path]:
    """Write each page into a file; return the files by the names of the pages."""
    found = {}
    for place, (name, path) in enumerate(PAGES.items()):
        file = folder / f"{place}.html"
        file.write_bytes(read(base + path))
        found[name] = file
    return found


def read(address: str) -> bytes:
    """Return what an address answers, also where nothing is."""
    from urllib.error import HTTPError
    from urllib.parse import quote

    try:
        with urllib.request.urlopen(quote(address, safe=":/?=%")) as answer:  # noqa: S310
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()

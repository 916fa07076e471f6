"""Opening what articles are imported from: a file, a folder or a zip."""

import zipfile
from pathlib import Path

from .archive import ZipSource
from .errors import Refused
from .folder import FileSource, FolderSource
from .names import is_article
from .source import Entry, Source

__all__ = ["Entry", "Source", "open_source"]


def open_source(path: Path) -> Source:
    """Open a file, a folder or a zip (known by its content) that articles are read from.

    A link given as `path` itself is followed, for somebody chose it; links inside are not.
    Raises Refused for what is none of the three, is too large or cannot be opened.
    """
    try:
        real = path.resolve(strict=True)
        if real.is_dir():
            return FolderSource(real)
        if real.is_file() and _is_zip(real):
            return ZipSource(real)
    except (OSError, ValueError, RuntimeError):
        raise Refused("開けません。", hint="場所と読み取りの許可を確かめてください。") from None
    if real.is_file() and is_article(real.name):
        return FileSource(real)
    raise Refused(
        "記事のファイルではありません。",
        hint="Markdown などの記事、それを入れたフォルダー、zip のどれかを指定してください。",
    )


def _is_zip(path: Path) -> bool:
    # The first bytes too: an article may hold a zip's end mark somewhere in its text.
    with path.open("rb") as stream:
        return stream.read(2) == b"PK" and zipfile.is_zipfile(stream)

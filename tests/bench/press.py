"""Finished pages: requests a second, as ratios to nginx handing out the same bytes as a file.

Four answer the same request in turn, round after round: nginx with a plain file; nginx with
docs/nginx.conf before the site; the site's own server without a front; and that server with
constant bytes, which is the most that it can do.
"""

import contextlib
import gzip
import http.client
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import bootstrap
from tests import nginx
from tests.bench import load
from tests.bench.figures import Figure
from tests.bench.site import process

SERVERS = ("nginx file", "nginx and page files", "own server", "constant bytes")
# What nginx and the own server have to reach of nginx, the own one of constant bytes, and its p99.
FRONT, OWN, OF_CONSTANT, P99 = 0.90, 0.50, 0.90, 10
PLAIN = """
server {{
    listen 127.0.0.1:{port};
    root {folder};
    default_type text/html;
    gzip_static on;
    gzip_vary on;
}}
"""


class Case(NamedTuple):
    """A request of a reader."""

    name: str
    path: str
    headers: dict[str, str]


def measure(seconds: int, rounds: int) -> Iterator[Figure]:
    """Measure beside the running site."""
    cases = list(requests())
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), cases) as ports:
        for index, case in enumerate(cases):
            taken = [one_round(ports, index, case, seconds) for _ in range(rounds)]
            yield from figures(case.name, taken)


def requests() -> Iterator[Case]:
    """Yield the requests: each kind of page, packed, and unchanged."""
    from posts.models import JST, Edition, EditionTag

    article = Edition.objects.public().filter(kind="article").order_by("-published_at", "-pk")[5]
    path = article.get_absolute_url()
    month = article.published_at.astimezone(JST)
    row = EditionTag.objects.public().filter(edition=article).select_related("tag").first()
    assert row is not None
    yield Case("article", path, {})
    yield Case("article, gzip", path, {"Accept-Encoding": "gzip"})
    yield Case("article, 304", path, {"If-None-Match": answer(path, {})[1]["ETag"]})
    yield Case("list", "/", {})
    yield Case("list, gzip", "/", {"Accept-Encoding": "gzip"})
    yield Case("tag", row.tag.get_absolute_url(), {})
    yield Case("archive", f"/archive/{month:%Y/%m}/", {})
    yield Case("feed", "/feed.xml", {})


def answer(path: str, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Return what the site answers."""
    server = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=60)
    with contextlib.closing(server):
        server.request("GET", path, headers={"Accept-Encoding": "identity"} | headers)
        found = server.getresponse()
        return found.status, found.headers, found.read()


@contextlib.contextmanager
def standing(folder: Path, cases: list[Case]) -> Iterator[dict[str, int]]:
    """Run what is compared with the site; give the port of each."""
    own = int(os.environ["PORT"])
    ports = dict(zip(SERVERS, (nginx.free(), nginx.free(), own, nginx.free()), strict=True))
    answers = [answer(case.path, case.headers) for case in cases]
    (folder / "answers").write_bytes(
        pickle.dumps([(f"{status} -", list(told.items()), body) for status, told, body in answers])
    )
    for index, case in enumerate(cases):
        whole = answer(case.path, {})[2]
        (folder / str(index)).write_bytes(whole)
        (folder / f"{index}.gz").write_bytes(gzip.compress(whole, 6))
    front = {"var": os.environ["VAR_DIR"], "host": f"127.0.0.1:{own}", "behind": own}
    sites = nginx.sample(port=ports[SERVERS[1]], **front)
    sites += PLAIN.format(port=ports[SERVERS[0]], folder=folder)
    command = [sys.executable, "-m", "tests.bench.constant", str(ports[SERVERS[3]])]
    command.append(str(folder / "answers"))
    with (
        nginx.running(folder, sites, ports[SERVERS[0]]),
        process(command, ports[SERVERS[3]], bootstrap.environment()),
    ):
        yield ports


def one_round(ports: dict[str, int], index: int, case: Case, seconds: int) -> list[load.Run]:
    """Ask each of the four."""
    site = f"127.0.0.1:{os.environ['PORT']}"
    runs = []
    for server, port in ports.items():
        ours = server in SERVERS[1:3]
        headers = dict(case.headers) | ({"Host": site} if ours else {})
        if server == SERVERS[0] and "If-None-Match" in headers:
            headers["If-None-Match"] = "*"  # the plain file has a tag of its own
        runs.append(load.run(port, case.path if ours else f"/{index}", headers, seconds))
    return runs


def figures(name: str, rounds: list[list[load.Run]]) -> Iterator[Figure]:
    """Return the medians over the rounds, each ratio taken within its round."""

    def ratio(one: int, other: int) -> float:
        return median(runs[one].rate / runs[other].rate for runs in rounds)

    rates = [median(runs[server].rate for runs in rounds) for server in range(len(SERVERS))]
    p99 = [median(runs[server].p99 for runs in rounds) for server in range(len(SERVERS))]
    told = f"{rates[1]:,.0f} of {rates[0]:,.0f} req/s"
    yield Figure(f"{name}: {SERVERS[1]} / nginx", ratio(1, 0), "", FRONT, least=True, note=told)
    told = f"{rates[2]:,.0f} req/s"
    yield Figure(f"{name}: {SERVERS[2]} / nginx", ratio(2, 0), "", OWN, least=True, note=told)
    told = f"constant bytes {rates[3]:,.0f} req/s"
    yield Figure(
        f"{name}: {SERVERS[2]} / constant bytes",
        ratio(2, 3),
        "",
        OF_CONSTANT,
        least=True,
        note=told,
    )
    yield Figure(f"{name}: p99 of the {SERVERS[2]}", p99[2], "ms", P99)

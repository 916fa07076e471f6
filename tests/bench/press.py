"""Finished pages: requests a second, as ratios to nginx handing out the same bytes as a file.

Four answer the same request in turn, round after round: nginx with a plain file at the same
address, as a generator of static sites lays it; nginx with docs/nginx.conf before the site; the
site's own server without a front; and that server with constant bytes, which is the most that it
can do. All read the same address and headers. What a request takes of a core is told beside: on a
busy machine it is steadier than the rate.

A rate moves by a tenth from one run to the next. Between nginx and the server that is little beside
the bound; the server and constant bytes lie so near to each other that they meet in more rounds, by
themselves.
"""

import contextlib
import gzip
import http.client
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import unquote

import bootstrap
from tests import nginx
from tests.bench import load, processes
from tests.bench.figures import Figure
from tests.bench.site import process

PLAIN_FILE, BEFORE, OWN_SERVER, CONSTANT = ALL = range(4)
PAIR, PAIRS = (OWN_SERVER, CONSTANT), 7  # more rounds of these two, for each round of all
OF_SERVER = {"server", "date"}  # headers that a server gives of itself
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


class Server(NamedTuple):
    """Who answers: its port, and its first process."""

    port: int
    first: int


class Taken(NamedTuple):
    """Requests a second, p99 in ms, and what one took of a core, in µs."""

    rate: float
    p99: float
    core: float


type Round = dict[int, Taken]


class Case(NamedTuple):
    """A request of a reader."""

    name: str
    meaning: str
    path: str
    headers: dict[str, str]


def measure(first: int, seconds: int, rounds: int) -> Iterator[Figure]:
    """Measure beside the running site, whose first process is `first`."""
    cases = list(requests())
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), cases, first) as servers:
        for index, case in enumerate(cases):
            taken = [one_round(servers, ALL, index, case, seconds) for _ in range(rounds)]
            again = rounds * PAIRS
            taken += [one_round(servers, PAIR, index, case, seconds) for _ in range(again)]
            yield from figures(case, taken)


def requests() -> Iterator[Case]:
    """Yield the requests: each kind of page, packed, and unchanged."""
    from posts.models import JST, Edition, EditionTag

    article = Edition.objects.public().filter(kind="article").order_by("-published_at", "-pk")[5]
    path = article.get_absolute_url()
    month = article.published_at.astimezone(JST)
    row = EditionTag.objects.public().filter(edition=article).select_related("tag").first()
    assert row is not None
    known = {"If-None-Match": answer(path, {})[1]["ETag"]}
    packed = {"Accept-Encoding": "gzip"}
    yield Case("記事", "圧縮なし", path, {})
    yield Case("記事（gzip）", "圧縮したもの", path, packed)
    yield Case("記事（304）", "読者が持っているものと同じ", path, known)
    yield Case("トップ", "新着の一覧、圧縮なし", "/", {})
    yield Case("トップ（gzip）", "新着の一覧、圧縮したもの", "/", packed)
    yield Case("タグ", "タグの一覧", row.tag.get_absolute_url(), {})
    yield Case("月別", "ひと月の一覧", f"/archive/{month:%Y/%m}/", {})
    yield Case("フィード", "全文の RSS", "/feed.xml", {})


def answer(path: str, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Return what the site answers."""
    server = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=60)
    with contextlib.closing(server):
        server.request("GET", path, headers={"Accept-Encoding": "identity"} | headers)
        found = server.getresponse()
        return found.status, found.headers, found.read()


@contextlib.contextmanager
def standing(folder: Path, cases: list[Case], first: int) -> Iterator[list[Server]]:
    """Run what is compared with the site; give all four."""
    own = int(os.environ["PORT"])
    plain, before, constant = nginx.free(), nginx.free(), nginx.free()
    answers = [answer(case.path, case.headers) for case in cases]
    (folder / "answers").write_bytes(
        pickle.dumps([(f"{status} -", given(told), [body]) for status, told, body in answers])
    )
    for case in cases:
        lay(folder / "site", case.path, answer(case.path, {})[2])
    front = {"var": os.environ["VAR_DIR"], "host": f"127.0.0.1:{own}", "behind": own}
    sites = nginx.sample(port=before, **front) + PLAIN.format(port=plain, folder=folder / "site")
    command = [sys.executable, "-m", "tests.bench.constant", str(constant), f"{folder}/answers"]
    with (
        nginx.running(folder, sites, plain) as web,
        process(command, constant, bootstrap.environment()) as bytes_,
    ):
        yield [
            Server(plain, web),
            Server(before, web),
            Server(own, first),
            Server(constant, bytes_),
        ]


def given(headers: http.client.HTTPMessage) -> list[tuple[str, str]]:
    """Return the headers that are the application's."""
    return [(name, value) for name, value in headers.items() if name.lower() not in OF_SERVER]


def lay(folder: Path, address: str, page: bytes) -> None:
    """Put a page into the file from which nginx serves this address."""
    file = folder / unquote(address).lstrip("/")
    file = file / "index.html" if address.endswith("/") else file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(page)
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(page, 6))


def one_round(
    servers: list[Server], asked: Sequence[int], index: int, case: Case, seconds: int
) -> Round:
    """Ask these servers, one after the other."""
    return {number: taken(number, servers[number], index, case, seconds) for number in asked}


def taken(number: int, server: Server, index: int, case: Case, seconds: int) -> Taken:
    """Ask a server for `seconds`, as what it serves has to be asked."""
    headers = case.headers | {"Host": f"127.0.0.1:{os.environ['PORT']}"}
    if number == PLAIN_FILE and "If-None-Match" in headers:
        headers["If-None-Match"] = "*"  # the plain file has a tag of its own
    path = f"{case.path}?{index}" if number == CONSTANT else case.path
    before = processes.seconds(server.first)
    run = load.run(server.port, path, headers, seconds)
    core = (processes.seconds(server.first) - before) / run.requests * 1_000_000
    return Taken(run.rate, run.p99, core)


def figures(case: Case, rounds: list[Round]) -> Iterator[Figure]:
    """Return the medians over the rounds, each ratio taken within its round."""

    def ratio(subject: str, one: int, other: int, bound: float) -> Figure:
        met = [(found[one], found[other]) for found in rounds if {one, other} <= found.keys()]
        value = median(own.rate / its.rate for own, its in met)
        told = " : ".join(
            f"{median(taken.rate for taken in side):,.0f}/秒"
            f"（CPU {median(taken.core for taken in side):.0f} µs）"
            for side in zip(*met, strict=True)
        )
        found = {"name": case.name, "meaning": case.meaning, "unit": "", "note": told}
        return Figure(subject=subject, value=value, bound=bound, least=True, **found)

    yield ratio("front", BEFORE, PLAIN_FILE, FRONT)
    yield ratio("own", OWN_SERVER, PLAIN_FILE, OWN)
    yield ratio("constant", OWN_SERVER, CONSTANT, OF_CONSTANT)
    slowest = median(found[OWN_SERVER].p99 for found in rounds)
    yield Figure(subject="p99", name=case.name, meaning=case.meaning, value=slowest, bound=P99)

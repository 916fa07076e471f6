"""Runs of the bench: kept beside the corpus that each was measured with, read for the report."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from tests.bench import site
from tests.bench.figures import Figure

NAME = "figures.json"


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured at once.

    Attributes:
        database: one of site.DATABASES.
        size: how many manuscripts there were.
        server: the database's program and its version.
        day: when it was measured.
        rounds: how many runs the medians are of.
        seconds: how long each run of wrk was.
        figures: what was found.
    """

    database: str
    size: int
    server: str
    day: str
    rounds: int
    seconds: int
    figures: list[Figure]


def keep(database: str, size: int, rounds: int, seconds: int, figures: list[Figure]) -> None:
    """Keep a run, in place of an earlier one with this corpus."""
    day = str(datetime.date.today())
    run = Run(database, size, server(), day, rounds, seconds, figures)
    written = json.dumps(asdict(run), indent=1, ensure_ascii=False)
    (site.folder(database, size) / NAME).write_text(written, encoding="utf-8")


def server() -> str:
    """Return the database's program and its version."""
    from django.db import connection

    numbers = connection.get_database_version()
    return f"{connection.display_name} {'.'.join(map(str, numbers))}"


def kept() -> list[Run]:
    """Return all runs that were kept, SQLite first, the smaller corpora first."""
    found = (sorted(of(database), key=lambda run: run.size) for database in site.DATABASES)
    return [run for runs in found for run in runs]


def of(database: str) -> Iterator[Run]:
    """Yield the runs with a database."""
    for path in (site.HOME / database).glob(f"*/{NAME}"):
        found = json.loads(path.read_text(encoding="utf-8"))
        yield Run(**found | {"figures": [Figure(**one) for one in found["figures"]]})

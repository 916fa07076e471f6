"""SQLite: copied by its backup API, so that others write meanwhile."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

from django.db import connection, transaction

from .files import copy
from .manifest import Refused, Table
from .progress import Counter, Stage

_PAGES = 2_000  # that are copied at a time: some MB, then progress is told


@contextmanager
def snapshot() -> Iterator[str]:
    """Let this connection see the database at one moment. Nobody who writes has to wait."""
    connection.ensure_connection()
    ours = cast(Any, connection)
    usual = ours.transaction_mode
    try:
        # Ours take the lock of writers at BEGIN; this one only reads.
        ours.transaction_mode = "DEFERRED"
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            ours.transaction_mode = usual
            cursor.execute("SELECT 1 FROM sqlite_master")  # the moment is that of the first read
            yield ""
    finally:
        ours.transaction_mode = usual


def version() -> str:
    """Return the version of the library."""
    return sqlite3.sqlite_version


def size() -> int:
    """Return how many bytes the database takes."""
    pages, page = _pages()
    return pages * page


def table(name: str) -> Table:
    """Return how many rows a table has; the hash of the file says the rest."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608  # a quoted name
        return Table(cursor.fetchone()[0])


def save(target: Path, snapshot: str, told: Callable[[int, int], None], *, expected: int) -> None:
    """Copy what the open snapshot sees: within a transaction, a copy never begins anew.

    Raises Refused when the database is damaged.
    """
    _, page = _pages()

    def step(status: int, left: int, total: int) -> None:
        told((total - left) * page, total * page)

    with closing(sqlite3.connect(target)) as made:
        connection.connection.backup(made, pages=_PAGES, progress=step)
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without others beside it
        found = made.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Refused(
            f"データベースが壊れています（{found}）。ほかのバックアップから戻すか、"
            "sqlite3 の .recover で救い出してください。"
        )


def load(source: Path, version: str, told: Callable[[int, int], None]) -> None:
    """Put a copy where the database is, once all of it is there."""
    connection.close()
    target, total = Path(connection.settings_dict["NAME"]), source.stat().st_size
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.restoring")
    unfinished.unlink(missing_ok=True)
    counter = Counter(lambda _, done, total: told(done, total), Stage.DATABASE, total)
    try:
        with source.open("rb") as file:
            copy(file, unfinished, counter.add)
        for suffix in ("-wal", "-shm"):  # of the empty file that a look at the database made
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _pages() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
        pages, page = cursor.fetchone()
        return pages, page

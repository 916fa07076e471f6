"""The database of this site, whichever it is; `sqlite` and `postgresql` know how each is copied."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from . import postgresql, sqlite
from .manifest import Table

Told = Callable[[int, int], None]  # how many bytes are done, and of how many (0: not known)


class Engine(Protocol):
    """What differs between databases."""

    def snapshot(self) -> AbstractContextManager[str]:
        """Let this connection see one moment, and yield the name by which another sees it."""

    def version(self) -> str:
        """Return the version, as people write it."""

    def size(self) -> int:
        """Return how many bytes the database takes."""

    def table(self, name: str) -> Table:
        """Return what a table holds; `name` is quoted."""

    def save(self, target: Path, snapshot: str, told: Told, *, expected: int) -> None:
        """Copy what the open snapshot sees into a new file. Raises Refused.

        `expected` is how large it becomes, as far as anybody knows.
        """

    def load(self, source: Path, version: str, told: Told) -> None:
        """Fill the empty database from a copy, whole or not at all. Raises Refused.

        `version` is that of the database it was copied from.
        """


def engine() -> Engine:
    """Return what knows this database."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def tables() -> dict[str, Table]:
    """Return what every table holds."""
    names = sorted(connection.introspection.table_names())
    return {name: engine().table(connection.ops.quote_name(name)) for name in names}


def migrations() -> list[str]:
    """Return the migrations that were applied, as `app.name`."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def is_empty() -> bool:
    """Return whether there is no table at all."""
    return not connection.introspection.table_names()

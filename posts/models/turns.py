"""Turns: what transactions wait for beside rows. SQLite lets only one write anyway."""

from django.db import connection


def in_turn(what: str, *, shared: bool = False) -> None:
    """Let the transactions that take `what` follow each other, until they end.

    Those that share it go side by side, but not beside one that does not.
    """
    if connection.vendor == "postgresql":
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(hashtext(%s))", [f"genko: {what}"])


def while_no_merge() -> None:
    """Let nothing be merged until this transaction ends: what it refers to stays as it reads it.

    It comes before any row is locked, because a merge, too, takes it first.
    """
    in_turn("merges", shared=True)


def in_merge() -> None:
    """Wait for all who refer to what may be merged, and let them wait."""
    in_turn("merges")

"""Removals: which stored pages a transaction removes when it commits.

A page is kept under the names of what it shows (`shown.py` says which); who changes one of these
says so here. The row is for the other hosts, and for when a process dies at its commit.
"""

from typing import Any

from django.db import connection, models, transaction

from posts.models.names import Typed
from posts.models.turns import in_turn
from posts.pages import SITE, Removed


class Removal(models.Model):
    """What a transaction changed for readers, for the other hosts and for after a crash."""

    at = models.DateTimeField(auto_now_add=True)
    what = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = "更新されたページ"

    def __str__(self) -> str:
        return ", ".join(self.what["names"])

    def read(self) -> Removed:
        """Return what this row says."""
        parts = {name: set(self.what[name]) for name in ("names", "withdrawn", "boundaries")}
        return Removed(rows={self.pk}, **parts)


def remove(removed: Removed) -> None:
    """Remove the pages that show what this transaction changes, when it commits."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A removal belongs to a change.")
    what = {
        "names": sorted(removed.names),
        "withdrawn": sorted(removed.withdrawn),
        "boundaries": sorted(removed.boundaries),
    }
    row = Removal.objects.create(what=what)
    connection.removed.add(row.read())  # type: ignore[attr-defined]  # cms/databases


def in_order() -> None:
    """Let the transactions that change what is public follow each other, until they end.

    Each then sees what those before it did to the articles beside its own.
    """
    in_turn("what is public")


class Shown(Typed):
    """A row that pages show as it is now: a change removes the pages that show it."""

    class Meta:
        abstract = True

    def shown_as(self) -> set[str]:
        """Return the names under which pages show this row."""
        return {f"{self._meta.model_name}:{self.pk}"}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and remove the pages that show the row; only what is everywhere shows a new one."""
        fresh = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not fresh or SITE in self.shown_as():
                remove(Removed(self.shown_as()))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and remove the pages that show the row."""
        with transaction.atomic():
            remove(Removed(withdrawn=self.shown_as()))
            return super().delete(*args, **kwargs)

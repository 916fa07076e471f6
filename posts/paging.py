"""Numbered pages of long lists, without ever counting them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

PER_PAGE = 20
LAST = 1_000_000  # no list is so long; databases do not count further than 63 bits


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, by primary keys; `base` is the address of the list's first page."""

    ids: list[int]
    number: int
    base: str
    has_next: bool = False

    @property
    def previous(self) -> str | None:
        """The address of the page before, None on the first."""
        if self.number == 1:
            return None
        return self.base if self.number == 2 else f"{self.base}page/{self.number - 1}/"

    @property
    def next(self) -> str | None:
        """The address of the page after, None on the last."""
        return f"{self.base}page/{self.number + 1}/" if self.has_next else None

    @property
    def address(self) -> str:
        """The address of this page."""
        return self.base if self.number == 1 else f"{self.base}page/{self.number}/"


def page_of(
    rows: QuerySet[Any], column: str, base: str, number: int, start: int | None = None
) -> Page:
    """Return page `number` of the ordered `rows`, whose `column` is an edition's id.

    It begins behind the first `start` rows, where some of the list is not in `rows`. No more than
    ids, from the index alone: a page far down the list reads no row that it skips. Raises Http404
    where the list has no such page.
    """
    ids, has_next = slice_of(rows.values_list(column, flat=True), number, start)
    if not ids:
        raise Http404("そのページはありません。")
    return Page(ids, number, base, has_next)


def slice_of(
    rows: QuerySet[Any] | list[Any], number: int, start: int | None = None
) -> tuple[list[Any], bool]:
    """Return the rows of page `number`, and whether there is another page.

    They are those behind the first `start`; by default, behind the full pages before.

    Raises Http404 where the list has no such page; the first may be empty.
    """
    if not 1 <= number <= LAST:
        raise Http404("そのページはありません。")
    start = (number - 1) * PER_PAGE if start is None else start
    found = list(rows[start : start + PER_PAGE + 1])
    if not found and number > 1:
        raise Http404("そのページはありません。")
    return found[:PER_PAGE], len(found) > PER_PAGE

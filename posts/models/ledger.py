"""The ledger of the page store: what it asks the database about removals and about time."""

import os
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min, Q

from posts.models.edition import Edition
from posts.models.removal import Removal
from posts.models.shown import turned
from posts.pages import NEVER, Removed, Store, in_microseconds, moment_of

# Ids are given in order, but not committed in order.
_OVERTAKEN = 2_000


def store() -> Store:
    """Return the store of the public pages, as this process has it open."""
    return _store(os.getpid())  # what was open before a fork belongs to the parent


@cache
def _store(process: int) -> Store:
    return Store(settings.VAR_DIR / "pages", Rows())


class Rows:
    """The ledger of the page store (`posts.pages.Ledger`)."""

    @property
    def shared(self) -> bool:
        """Whether other hosts may write into the database."""
        return connection.vendor == "postgresql"

    def unheard(self, above: int) -> Iterable[int]:
        """Return the rows of removals above an id, and some below it that may have come late."""
        return Removal.objects.filter(pk__gt=above - _OVERTAKEN).values_list("pk", flat=True)

    def read(self, rows: list[int]) -> Removed:
        """Return what these rows remove."""
        removed = Removed()
        for row in Removal.objects.filter(pk__in=rows):
            removed.add(row.read())
        return removed

    def turn(self, since: int, until: int, now: int) -> tuple[Removed, int, int]:
        """Return what changed by itself, and the interval around `now` in which nothing does."""
        at, removed = moment_of(now), Removed()
        if until:
            # A clock may step back: then what opened after `at` is taken away again.
            first, last = (until, now) if now >= until else (now + 1, since)
            for edition in _turning(moment_of(first), moment_of(last)):
                removed.add(turned(edition, at))
        return removed, _before(at), _behind(at)


def _turning(first: datetime, last: datetime) -> Iterable[Edition]:
    opening, closing = Q(visible_from__range=(first, last)), Q(visible_until__range=(first, last))
    return Edition.objects.filter(opening | closing).prefetch_related("bylines", "tag_rows")


def _before(at: datetime) -> int:
    """Return the last boundary up to `at`, in microseconds; 0 when there is none."""
    found = Edition.objects.aggregate(
        opened=Max("visible_from", filter=Q(visible_from__lte=at)),
        closed=Max("visible_until", filter=Q(visible_until__lte=at)),
    )
    return max((in_microseconds(moment) for moment in found.values() if moment), default=0)


def _behind(at: datetime) -> int:
    """Return the next boundary after `at`, in microseconds; NEVER when there is none."""
    found = Edition.objects.aggregate(
        opens=Min("visible_from", filter=Q(visible_from__gt=at)),
        closes=Min("visible_until", filter=Q(visible_until__gt=at)),
    )
    return min((in_microseconds(moment) for moment in found.values() if moment), default=NEVER)

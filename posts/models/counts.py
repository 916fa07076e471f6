"""How many articles each month has, without counting them for every reader.

They are counted now and then, all months at one moment; what opened or closed since is found by
its time. That is exact at any moment, because what an interval says of the past never changes: a
verb whose clock says that it is earlier than the count takes the count away.
"""

from collections import Counter
from datetime import datetime

from django.db import models, transaction
from django.db.models import Count, DateTimeField, Q
from django.utils import timezone

from posts.models.edition import JST, Edition, EditionQuerySet, reading_moment
from posts.models.prepared import Given, Prepared
from posts.models.removal import in_order


class MonthCount(models.Model):
    """How many articles first published in a month of Japan's calendar were public at `at`."""

    month = models.PositiveIntegerField(primary_key=True)  # as in Edition.month
    articles = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "月ごとの本数"

    def __str__(self) -> str:
        return f"{self.month}: {self.articles}"


def articles_by_month(at: datetime | None = None) -> dict[int, int]:
    """Return how many articles are public at `at` (now) by month, the newest month first."""
    at = at or reading_moment()
    rows = _counted()
    if not rows:
        return _count(at)
    since = rows[0].at
    found = Counter({row.month: row.articles for row in rows})
    first, last = sorted((since, at))
    for month, opened, closed in _turned(first=first, last=last):
        change = (first < opened <= last) - bool(closed and first < closed <= last)
        found[month] += change if at >= since else -change
    return {month: found[month] for month in sorted(found, reverse=True) if found[month] > 0}


_counted = Prepared(lambda: MonthCount.objects.all())
_first, _last = Given("first", DateTimeField()), Given("last", DateTimeField())
_turned = Prepared(
    lambda: Edition.objects.filter(
        Q(visible_from__gt=_first, visible_from__lte=_last)
        | Q(visible_until__gt=_first, visible_until__lte=_last),
        kind="article",
    ).values_list("month", "visible_from", "visible_until")
)


def _count(at: datetime) -> dict[int, int]:
    articles = Edition.objects.public(at).filter(kind="article")
    counted = articles.order_by("-month").values_list("month").annotate(Count("pk"))
    return dict(counted)


def skip(rows: EditionQuerySet, count: int, at: datetime) -> tuple[EditionQuerySet, int]:
    """Return the rows of the months that the newest `count` articles at `at` do not fill.

    `rows` are all articles that are public at `at`, the newest first. Beside them stands how many
    of what is returned are still to be passed over.
    """
    for month, articles in articles_by_month(at).items():
        if count < articles:
            return rows.filter(published_at__lt=month_bounds(month)[1]), count
        count -= articles
    return rows.none(), 0


def recount() -> None:
    """Count all months anew, with no transaction open that changes what is public."""
    with transaction.atomic():
        in_order()
        now = timezone.now()
        MonthCount.objects.all().delete()
        MonthCount.objects.bulk_create(
            MonthCount(month=month, articles=articles, at=now)
            for month, articles in _count(now).items()
        )


def uncount(now: datetime) -> None:
    """Take a count away that claims to know what a verb at `now` is about to change."""
    MonthCount.objects.filter(at__gte=now).delete()


def month_bounds(month: int) -> tuple[datetime, datetime]:
    """Return the half-open interval of a month, 202604, of Japan's calendar. Raises ValueError."""
    year, number = divmod(month, 100)
    start = datetime(year, number, 1, tzinfo=JST)
    return start, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=JST)

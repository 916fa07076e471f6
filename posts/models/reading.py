"""What public pages ask: what is public now, by queries that are built once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db.models import BigAutoField, CharField, DateTimeField, Exists, OuterRef, Q, QuerySet

from posts.models.edition import (
    CARD,
    Edition,
    EditionByline,
    EditionQuerySet,
    EditionTag,
    is_recent,
    reading_moment,
)
from posts.models.prepared import Given, Prepared
from posts.models.related import CANDIDATES
from posts.models.site import address
from posts.models.taxonomy import Category

MOST = 20  # editions that are read at once
NEWEST = 200  # lines of the newest articles
# What stands under an article of its authors.
_BYLINE = (
    *("edition_id", "role", "author__name", "author__slug", "author__title", "author__bio"),
    *("author__portrait__original", "author__portrait__width", "author__portrait__height"),
)
_NAMED = ("post_id", "kind", "slug", "title", "visible_until")

_now = Given("now", DateTimeField())
_edition = Given("edition", BigAutoField())
_post = Given("post", BigAutoField())
_ids: Any = [Given(f"id{number}", BigAutoField()) for number in range(MOST)]


def _public(*, recent: bool = True) -> EditionQuerySet:
    """Return the editions that are public at `now`; a recent one lets the indexes help."""
    rows = Edition.objects.during(_now)
    return rows.filter(retired=False) if recent else rows


def _for_both[R](build: Callable[..., QuerySet[Any, R]]) -> dict[bool, Prepared[R]]:
    """Return a query for now, and one for what was public at another time."""
    return {recent: Prepared(partial(build, recent=recent)) for recent in (True, False)}


# One article


def article(kind: str, slug: str) -> Edition | None:
    """Return the public edition with this slug, its series and cover at hand."""
    return next(iter(_article(now=reading_moment(), kind=kind, slug=slug)), None)


_article = Prepared(
    lambda: (
        _public()
        .filter(kind=Given("kind", CharField()), slug=Given("slug", CharField()))
        .select_related("series", "cover")
        .defer("plain")[:1]
    )
)


def signatures(edition: Edition) -> list[EditionByline]:
    """Return who signs an article, with what stands under it of each."""
    return _signatures(edition=edition.pk)


_signatures = Prepared(
    lambda: (
        EditionByline.objects.filter(edition=_edition)
        .select_related("author__portrait")
        .only(*_BYLINE)
        .order_by("position")
    )
)


def tags(edition: Edition) -> list[EditionTag]:
    """Return the rows of an article's tags, in their order."""
    return _tags(edition=edition.pk)


_tags = Prepared(
    lambda: (
        EditionTag.objects.filter(edition=_edition)
        .select_related("tag")
        .only("edition_id", "tag__name", "tag__slug")
        .order_by("position")
    )
)


def companions(edition: Edition) -> tuple[list[Edition], list[Edition]]:
    """Return the other public parts of an article's series, and what else is related to it.

    Both are of one query. The parts are in no order, what is related has the best first.
    """
    related, series = edition.related or [], edition.series_id or 0
    if not related and not series:
        return [], []
    places = [*related, *[0] * CANDIDATES]
    given = {one.name: pk for one, pk in zip(_related, places, strict=False)}
    own = edition.post_id or 0
    rows = _companions(now=reading_moment(), series=series, post=own, **given)
    found = [one for one in rows if one.kind == "article"]
    place = {pk: number for number, pk in enumerate(related)}
    parts = [one for one in found if series and one.series_id == series]
    others = [one for one in found if one not in parts]
    return parts, sorted(others, key=lambda one: place[one.post_id])


_related: Any = [Given(f"related{number}", BigAutoField()) for number in range(CANDIDATES)]


def _of_series_or_related() -> EditionQuerySet:
    """Return what both indexes give; asked for either in one condition, a database might use none.

    For the same reason the kind is not asked for: the index of kinds looks good and has all.
    """
    shown = (*_NAMED, "series_id", "series_part", "published_at", "category_id")
    rows = _public().exclude(post=_post).only(*shown)
    series = rows.filter(series=Given("series", BigAutoField()))
    return series.union(rows.filter(post__pk__in=_related))


_companions = Prepared(_of_series_or_related)


# What an address may have meant

SHORTEST = 4  # characters; with less anything might begin
_LAST = "\U0010ffff"  # behind every other character
_ALIKE = 3


def resembling(slug: str) -> list[Edition]:
    """Return at most three public editions: their slug begins this one, or begins with it.

    For an address that lost its end on the way, or took along what stood behind it; the nearest
    comes first. Each question ends in an index after a few rows, however much there is.
    """
    if len(slug) < SHORTEST:
        return []
    rows = Edition.objects.public().only(*_NAMED, "published_at").order_by("slug")
    begins = (slug[:end] for end in range(max(SHORTEST, len(slug) // 2), len(slug) + 1))
    found = list(rows.filter(slug__in=begins)[:MOST])
    behind = rows.filter(slug__gte=slug, slug__lt=slug + _LAST)[:_ALIKE]
    found += [one for one in behind if one.slug.startswith(slug)]  # not in every collation
    near = sorted({one.pk: one for one in found}.values(), key=lambda one: _apart(one, slug))
    return near[:_ALIKE]


def _apart(edition: Edition, slug: str) -> int:
    return abs(len(edition.slug) - len(slug))


# Its neighbours


def older(edition: Edition, at: datetime | None = None) -> Edition | None:
    """Return the article right before this one, as lists have it at `at` (now)."""
    return _beside(_OLDER, edition, at)


def newer(edition: Edition, at: datetime | None = None) -> Edition | None:
    """Return the article right behind this one, as lists have it at `at` (now)."""
    return _beside(_NEWER, edition, at)


def _beside(
    found: dict[bool, Prepared[Edition]], edition: Edition, at: datetime | None
) -> Edition | None:
    if edition.kind != "article":  # a static page stands in no row
        return None
    now = at or reading_moment()
    post = edition.post_id or 0  # of a preview: there is none yet
    place = {"published": edition.published_at, "place": edition.place, "post": post}
    return next(iter(found[is_recent(now)](now=now, **place)), None)


_published = Given("published", DateTimeField())
_place = Given("place", BigAutoField())


def _before(*, recent: bool) -> Any:
    rows = _others(recent=recent).filter(published_at__lte=_published)
    rows = rows.filter(Q(published_at__lt=_published) | Q(pk__lt=_place))
    return rows.order_by("-published_at", "-pk")[:1]


def _behind(*, recent: bool) -> Any:
    rows = _others(recent=recent).filter(published_at__gte=_published)
    rows = rows.filter(Q(published_at__gt=_published) | Q(pk__gt=_place))
    return rows.order_by("published_at", "pk")[:1]


def _others(*, recent: bool) -> EditionQuerySet:
    return _public(recent=recent).filter(kind="article").exclude(post=_post).only(*_NAMED)


_OLDER = _for_both(_before)
_NEWER = _for_both(_behind)


# Lists


def categories() -> Sequence[Category]:
    """Return all categories in their order; `used` says whether any article stands in one."""
    now = reading_moment()
    return _CATEGORIES[is_recent(now)](now=now)


def _with_use(*, recent: bool) -> QuerySet[Category, Any]:
    articles = _public(recent=recent).filter(category=OuterRef("pk"), kind="article")
    return Category.objects.annotate(used=Exists(articles))


_CATEGORIES = _for_both(_with_use)


class Line(NamedTuple):
    """An article in one line of a list."""

    pk: int
    post_id: int
    slug: str
    title: str
    published_at: datetime
    category_id: int | None

    def get_absolute_url(self) -> str:
        """Return the address at which it is read."""
        return address("article", self.slug)


def newest() -> Iterator[Line]:
    """Yield the newest articles, at most NEWEST, with no more than a line shows."""
    now = reading_moment()
    return map(Line._make, _NEWEST[is_recent(now)](now=now))


def _lines(*, recent: bool) -> QuerySet[Edition, Any]:
    return _public(recent=recent).newest().values_list(*Line._fields)[:NEWEST]


_NEWEST = _for_both(_lines)


def cards(ids: Iterable[int]) -> list[Edition]:
    """Return the editions with these primary keys, at most MOST, as lists show them.

    They stand in the order of `ids`; each has who signs it in `signed`.
    """
    return _listed(_cards, list(ids))


def whole(ids: Iterable[int]) -> list[Edition]:
    """Return the editions as `cards` does, with their bodies, and their tags in `tagged`."""
    found = _listed(_whole, list(ids))
    if found:
        _give(found, "tagged", _tagged(**_padded([one.pk for one in found])))
    return found


def _listed(prepared: Prepared[Edition], ids: Sequence[int]) -> list[Edition]:
    if not ids:
        return []
    given = _padded(ids)
    rows = {one.pk: one for one in prepared(**given)}
    found = [rows[pk] for pk in ids]
    _give(found, "signed", _signed(**given))
    return found


def _give(editions: Sequence[Edition], name: str, rows: Sequence[Any]) -> None:
    """Give each edition those of `rows` that are its own."""
    own: dict[int, list[Any]] = {one.pk: [] for one in editions}
    for row in rows:
        own[row.edition_id].append(row)
    for one in editions:
        setattr(one, name, own[one.pk])


def _padded(ids: Sequence[int]) -> dict[str, int]:
    """Return a value for each place; a short list repeats its last one."""
    return {one.name: ids[min(place, len(ids) - 1)] for place, one in enumerate(_ids)}


_cards = Prepared(lambda: Edition.objects.filter(pk__in=_ids).select_related("cover").only(*CARD))
_whole = Prepared(
    lambda: (
        Edition.objects.filter(pk__in=_ids)
        .select_related("cover")
        .only(*CARD, "uid", "html", "excerpt", "change", "note", "corrections")
    )
)
_signed = Prepared(
    lambda: (
        EditionByline.objects.filter(edition__pk__in=_ids)
        .select_related("author")
        .only("edition_id", "author__name")
        .order_by("position")
    )
)
_tagged = Prepared(
    lambda: (
        EditionTag.objects.filter(edition__pk__in=_ids)
        .select_related("tag")
        .only("edition_id", "tag__name")
        .order_by("position")
    )
)

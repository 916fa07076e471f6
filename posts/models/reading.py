"""What public pages ask: what is public now, by queries that are built once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from posts.models.edition import (
    CARD,
    Edition,
    EditionByline,
    EditionQuerySet,
    EditionTag,
    Interval,
    Named,
    is_recent,
    reading_moment,
)
from posts.models.people import Author
from posts.models.prepared import Given, Prepared
from posts.models.related import CANDIDATES
from posts.models.site import address
from posts.models.taxonomy import Category

MOST = 21  # editions that are read at once: a page of a list, and what leads the front page
NEWEST = 200  # of the newest articles, among which a section has its own
LINES = 60  # of articles that are read at once
MAPPED = 50_000  # addresses that a sitemap may hold
_NAMED = ("post_id", "kind", "slug", "title", "visible_until")

_now = Given("now", DateTimeField())
_edition = Given("edition", BigIntegerField())
_post = Given("post", BigIntegerField())
_ids: Any = [Given(f"id{number}", BigIntegerField()) for number in range(LINES)]


def _public(*, recent: bool = True) -> EditionQuerySet:
    """Return the editions that are public at `now`; a recent one lets the indexes help."""
    return _of_now(Edition.objects.all(), recent=recent)


def _of_now[I: Interval](rows: I, *, recent: bool) -> I:
    visible = rows.during(_now)
    return visible.filter(retired=False) if recent else visible


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


class Mention(NamedTuple):
    """An author who signs an article, with the role, or one of its tags."""

    model: str
    position: int
    pk: int
    role: str


def mentions(edition: Edition) -> tuple[list[Mention], list[Mention]]:
    """Return who signs an article, and its tags, both in their order and of one query."""
    rows = sorted(map(Mention._make, _mentions(edition=edition.pk)))
    signed = [one for one in rows if one.model == "author"]
    return signed, rows[len(signed) :]


def _mentioned() -> QuerySet[Any, Any]:
    author, tag, no_role = (Value(word, CharField()) for word in ("author", "tag", ""))
    signed = EditionByline.objects.filter(edition=_edition).order_by()
    tagged = EditionTag.objects.filter(edition=_edition).order_by()
    rows: QuerySet[Any, Any] = signed.values_list(author, "position", "author_id", "role")
    return rows.union(tagged.values_list(tag, "position", "tag_id", no_role), all=True)


_mentions = Prepared(_mentioned)


class Companion(NamedTuple):
    """An article as another one names it: a part of its series, related to it, or beside it."""

    place: int
    post_id: int
    kind: str
    slug: str
    title: str
    visible_until: datetime | None
    series_id: int | None
    series_part: int | None
    published_at: datetime
    category_id: int | None

    def get_absolute_url(self) -> str:
        """Return the address at which it is read."""
        return address("article", self.slug)


type Neighbours = tuple[Companion | None, Companion | None]


class Onward(NamedTuple):
    """Where an article leads on to.

    Attributes:
        parts: the other parts of its series, in no order.
        related: what else is related to it, the best first.
        older, newer: the articles right before and right behind it in the row of all.
    """

    parts: list[Companion]
    related: list[Companion]
    older: Companion | None
    newer: Companion | None


def onward(edition: Edition) -> Onward:
    """Return the public articles that this one leads on to, all of one query."""
    related, series, now = edition.related or [], edition.series_id or 0, reading_moment()
    places = [*related, *[0] * CANDIDATES]
    given = {one.name: pk for one, pk in zip(_related, places, strict=False)}
    rows = _ONWARD[is_recent(now)](now=now, series=series, **given, **_standing(edition))
    found = [one for one in map(Companion._make, rows) if one.kind == "article"]
    parts = [one for one in found if series and one.series_id == series]
    place = {pk: number for number, pk in enumerate(related)}
    others = [one for one in found if one.post_id in place and one not in parts]
    others.sort(key=lambda one: place[one.post_id])
    return Onward(parts, others, *_nearest(edition, found))


def neighbours(edition: Edition, at: datetime | None = None) -> Neighbours:
    """Return the articles right before and right behind this one, as lists have it at `at` (now).

    Both are of one query.
    """
    now = at or reading_moment()
    rows = _NEIGHBOURS[is_recent(now)](now=now, **_standing(edition))
    return _nearest(edition, map(Companion._make, rows))


def _standing(edition: Edition) -> dict[str, Any]:
    """Return where an edition stands in the row of all; the post of a preview is none yet."""
    own = edition.post_id or 0
    return {"published": edition.published_at, "place": edition.place, "post": own}


def _nearest(edition: Edition, articles: Iterable[Companion]) -> Neighbours:
    """Return those of the articles that are nearest before and behind, among which they are."""
    if edition.kind != "article":  # a static page stands in no row
        return None, None
    own, row = (edition.published_at, edition.place), sorted(articles, key=_in_row)
    before = [one for one in row if _in_row(one) < own]
    behind = row[len(before) :]
    return before[-1] if before else None, behind[0] if behind else None


def _in_row(article: Companion) -> tuple[datetime, int]:
    return article.published_at, article.place


_related: Any = [Given(f"related{number}", BigIntegerField()) for number in range(CANDIDATES)]
_published = Given("published", DateTimeField())
_place = Given("place", BigIntegerField())


def _beside(*, recent: bool) -> QuerySet[Edition, Any]:
    others = _public(recent=recent).filter(kind="article").exclude(post=_post)
    before = others.filter(published_at__lte=_published).newest()
    before = before.filter(Q(published_at__lt=_published) | Q(pk__lt=_place))
    behind = others.filter(published_at__gte=_published).order_by("published_at", "pk")
    behind = behind.filter(Q(published_at__gt=_published) | Q(pk__gt=_place))
    both = (Q(pk=Subquery(rows.values("pk")[:1])) for rows in (before, behind))
    return _as_companions(Edition.objects.filter(next(both) | next(both)))


def _leading_on(*, recent: bool) -> QuerySet[Edition, Any]:
    """Return what each index gives; asked for in one condition, a database might use none.

    For the same reason the kind is not asked for: the index of kinds looks good and has all.
    """
    rows = _as_companions(_public(recent=recent).exclude(post=_post))
    series = rows.filter(series=Given("series", BigIntegerField()))
    return series.union(rows.filter(post__pk__in=_related), _beside(recent=recent))


def _as_companions(rows: QuerySet[Edition]) -> QuerySet[Edition, Any]:
    return rows.values_list("pk", *Companion._fields[1:])


_ONWARD = _for_both(_leading_on)
_NEIGHBOURS = _for_both(_beside)


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


# Lists


def categories() -> Sequence[Category]:
    """Return all categories in their order; `used` says whether any article stands in one."""
    now = reading_moment()
    return _CATEGORIES[is_recent(now)](now=now)


def _with_use(*, recent: bool) -> QuerySet[Category, Any]:
    articles = _public(recent=recent).filter(category=OuterRef("pk"), kind="article")
    return Category.objects.annotate(used=Exists(articles))


_CATEGORIES = _for_both(_with_use)


class Signer(NamedTuple):
    """An author as the index of all authors has one."""

    pk: int
    name: str
    yomi: str
    slug: str
    title: str

    @property
    def reading(self) -> str:
        """How the name is read."""
        return self.yomi or self.name

    def get_absolute_url(self) -> str:
        """Return the address of the author's page."""
        return address("author", self.slug)


def authors() -> list[Signer]:
    """Return everybody who signed a public article, in the order of their readings."""
    now = reading_moment()
    return list(map(Signer._make, _AUTHORS[is_recent(now)](now=now)))


def _signing(*, recent: bool) -> QuerySet[Author, Any]:
    signed = _of_now(EditionByline.objects.filter(author=OuterRef("pk")), recent=recent)
    found = Author.objects.filter(Exists(signed), merged_into=None)
    return found.values_list(*Signer._fields)


_AUTHORS = _for_both(_signing)


def addresses(kind: str, month: int = 0) -> Sequence[tuple[str, datetime]]:
    """Return slug and 更新日時 of what is public, at most MAPPED, the newest first.

    Args:
        kind: of the editions.
        month: only those first published in this one, 202604.
    """
    now = reading_moment()
    if month:
        return _OF_MONTH[is_recent(now)](now=now, kind=kind, month=month)
    return _OF_KIND[is_recent(now)](now=now, kind=kind)


def _of_kind(*, recent: bool) -> QuerySet[Edition, Any]:
    rows = _public(recent=recent).filter(kind=Given("kind", CharField()))
    return rows.order_by("-published_at", "-pk").values_list("slug", "updated_at")


_OF_KIND = _for_both(lambda recent: _of_kind(recent=recent)[:MAPPED])
_OF_MONTH = _for_both(
    lambda recent: _of_kind(recent=recent).filter(month=Given("month", IntegerField()))[:MAPPED]
)


class Place(NamedTuple):
    """An article among the newest: which one, and in which category it stands."""

    pk: int
    category_id: int | None


def newest() -> list[Place]:
    """Return the newest articles, at most NEWEST, the newest first."""
    now = reading_moment()
    return list(map(Place._make, _NEWEST[is_recent(now)](now=now)))


def _places(*, recent: bool) -> QuerySet[Edition, Any]:
    return _public(recent=recent).newest().values_list(*Place._fields)[:NEWEST]


_NEWEST = _for_both(_places)


class Line(NamedTuple):
    """An article in one line of a list."""

    pk: int
    post_id: int
    slug: str
    title: str
    published_at: datetime
    visible_until: datetime | None

    def get_absolute_url(self) -> str:
        """Return the address at which it is read."""
        return address("article", self.slug)


def lines(ids: Iterable[int]) -> dict[int, Line]:
    """Return the articles with these primary keys, by them, with no more than a line shows."""
    rows = (row for some in batched(ids, LINES) for row in _lines(**_padded(some, LINES)))
    return {one.pk: one for one in map(Line._make, rows)}


_lines = Prepared(lambda: Edition.objects.filter(pk__in=_ids).values_list(*Line._fields))


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


def _give(editions: Sequence[Edition], name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Give each edition those of `rows` that are its own."""
    own: dict[int, list[Named]] = {one.pk: [] for one in editions}
    for row in map(Named._make, rows):
        own[row.edition_id].append(row)
    for one in editions:
        setattr(one, name, own[one.pk])


def _padded(ids: Sequence[int], places: int = MOST) -> dict[str, int]:
    """Return a value for each of so many places; a short list repeats its last one."""
    return {one.name: ids[min(place, len(ids) - 1)] for place, one in enumerate(_ids[:places])}


_cards = Prepared(
    lambda: Edition.objects.filter(pk__in=_ids[:MOST]).select_related("cover").only(*CARD)
)
_whole = Prepared(
    lambda: (
        Edition.objects.filter(pk__in=_ids[:MOST])
        .select_related("cover")
        .only(*CARD, "uid", "html", "excerpt", "change", "note", "corrections")
    )
)
_signed = Prepared(
    lambda: (
        EditionByline.objects.filter(edition__pk__in=_ids[:MOST])
        .order_by("position")
        .values_list("edition_id", "author_id", "author__name")
    )
)
_tagged = Prepared(
    lambda: (
        EditionTag.objects.filter(edition__pk__in=_ids[:MOST])
        .order_by("position")
        .values_list("edition_id", "tag_id", "tag__name")
    )
)

"""Editions: what readers see. `Edition.objects.public()` is their only door."""

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from posts import text
from posts.models.site import address
from posts.pages import in_microseconds

JST = ZoneInfo("Asia/Tokyo")
SLUG_LENGTH = 200

# An edition is marked `retired` this long after it closed: no clock steps back so far.
SURELY_CLOSED = timedelta(days=2)

# Large columns that no list needs.
HEAVY = ("html", "plain", "toc", "related")


# What a card shows.
CARD = (
    *("post_id", "kind", "slug", "title", "excerpt_html", "published_at", "updated_at"),
    *("series_id", "series_part", "visible_until", "category_id"),
    *("cover__original", "cover__width", "cover__height"),
)


def is_recent(at: datetime) -> bool:
    """Return whether nothing that is marked `retired` was open at `at`."""
    return at > timezone.now() - SURELY_CLOSED / 2


_reading_at: ContextVar[datetime | None] = ContextVar("reading_at", default=None)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Show pages inside as readers see them at `moment`, of what the database holds now.

    Exact while nothing was marked `retired` that was open then.
    """
    token = _reading_at.set(moment)
    try:
        yield
    finally:
        _reading_at.reset(token)


def reading_moment() -> datetime:
    """Return the moment that a reader's page is of: the present one, except within `as_of`."""
    return _reading_at.get() or timezone.now()


class Interval(models.QuerySet[Any]):
    """Rows with visible_from, visible_until and the hint `retired`."""

    def public(self, at: datetime | None = None) -> Self:
        """Return the rows that readers see at `at` (aware; now by default).

        The filter on time is the truth; `retired` only lets an index skip what surely
        closed before.
        """
        at = at or reading_moment()
        visible = self.during(at)
        return visible.filter(retired=False) if is_recent(at) else visible

    def during(self, at: Any) -> Self:
        """Return the rows whose interval holds `at`: a moment, or an expression for one."""
        return self.filter(
            Q(visible_until__isnull=True) | Q(visible_until__gt=at), visible_from__lte=at
        )


class Named(NamedTuple):
    """An author or a tag of an edition, as lists show it."""

    edition_id: int
    pk: int
    name: str


class EditionQuerySet(Interval):
    """Editions; every query of a reader begins with `public`."""

    def in_reading_order(self) -> Self:
        """Return the parts of a series in their order; what has no number comes last."""
        return self.order_by(F("series_part").asc(nulls_last=True), "published_at", "pk")

    def newest(self) -> Self:
        """Return the articles (no static pages) of these in the order of lists."""
        return self.filter(kind="article").order_by("-published_at", "-pk")

    def published_in(self, start: datetime, end: datetime) -> Self:
        """Return those first published in the half-open interval [start, end)."""
        return self.filter(published_at__gte=start, published_at__lt=end)


def newest_index(*under: str, of: str, name: str, also: tuple[str, ...] = ()) -> models.Index:
    """Return the index of lists under the columns `under`, newest first.

    Lists read ids (the column `of`, and `also` others) from it alone: all they filter and sort by
    is inside.
    """
    newest = (F("published_at").desc(), F(of).desc())
    interval = ("visible_from", "visible_until", "retired")
    return models.Index(*under, *newest, *interval, *also, name=name, condition=Q(retired=False))


class Change(models.TextChoices):
    """What a publication changes, as readers are told."""

    MINOR = "minor", "軽微な修正"  # keeps 更新日
    UPDATE = "update", "更新"
    CORRECTION = "correction", "訂正"
    ADDITION = "addition", "追記"


# What readers are told of for as long as the article is there.
LASTING = {Change.CORRECTION, Change.ADDITION}


@dataclass(frozen=True, slots=True)
class Told:
    """What readers were told of a change: its kind, in which words, and when."""

    kind: Change
    note: str
    at: datetime


class Edition(models.Model):
    """A rendered copy of one revision and the interval in which it is public.

    Source columns of an edition that was once visible never change; what is derived
    from them (html to search text) may be made anew.
    """

    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="editions")
    revision = models.ForeignKey("posts.Revision", models.PROTECT, related_name="editions")
    version = models.PositiveIntegerField("版")  # the revision's number
    uid = models.UUIDField("記事の識別子")
    kind = models.CharField("種類", max_length=10)

    visible_from = models.DateTimeField("公開開始")
    visible_until = models.DateTimeField("公開終了", null=True)
    retired = models.BooleanField(default=False)
    # What unscheduling gives back: the edition whose end this one moved, and that end.
    succeeds = models.ForeignKey("self", models.SET_NULL, null=True, related_name="successors")
    succeeded_until = models.DateTimeField(null=True)

    published_at = models.DateTimeField("公開日時")
    updated_at = models.DateTimeField("更新日時")
    month = models.PositiveIntegerField("公開月")  # of published_at in Japan, 202512
    change = models.CharField("変更の種類", max_length=10, choices=Change, default=Change.UPDATE)
    note = models.TextField("変更の説明", blank=True)

    # What earlier editions told of corrections and additions: [{kind, note, at}], oldest first.
    corrections = models.JSONField("これまでの訂正", default=list, db_default=[])

    slug = models.CharField("スラッグ", max_length=SLUG_LENGTH)
    title = models.CharField("題", max_length=200)
    deck = models.TextField("リード", blank=True)
    category = models.ForeignKey(
        "posts.Category", models.PROTECT, null=True, related_name="editions"
    )
    series = models.ForeignKey("posts.Series", models.PROTECT, null=True, related_name="editions")
    series_part = models.PositiveSmallIntegerField(null=True)
    cover = models.ForeignKey("posts.Media", models.PROTECT, null=True, related_name="+")
    tags = models.ManyToManyField("posts.Tag", through="posts.EditionTag", related_name="editions")
    pictures = models.ManyToManyField(
        "posts.Media", through="posts.EditionPicture", related_name="editions"
    )

    # Primary keys of posts that suit it, the best first; which are public is asked later. None
    # while nobody has looked for them: the worker does.
    related = models.JSONField("関連する記事", null=True)

    html = models.TextField()
    toc = models.JSONField(default=list)
    excerpt = models.TextField()
    excerpt_html = models.TextField()
    plain = models.TextField()
    characters = models.PositiveIntegerField()
    reading_minutes = models.PositiveSmallIntegerField()

    objects = EditionQuerySet.as_manager()

    # Of what lists show (`reading.py`): who signs it, and what it is about.
    signed: list[Named]
    tagged: list[Named]

    class Meta:
        verbose_name = verbose_name_plural = "版"
        constraints = [
            models.CheckConstraint(
                condition=Q(visible_until__isnull=True) | Q(visible_until__gt=F("visible_from")),
                name="edition_interval",
            ),
        ]
        indexes = [
            newest_index("kind", of="id", name="edition_newest", also=("category",)),
            newest_index("category", "kind", of="id", name="edition_by_category"),
            newest_index("series", "kind", of="id", name="edition_by_series"),
            # Which series were continued last.
            models.Index(
                *("kind", F("published_at").desc(), F("id").desc()),
                *("series", "visible_from", "visible_until", "retired"),
                name="edition_newest_part",
                condition=Q(retired=False, series__isnull=False),
            ),
            models.Index(fields=["slug", "visible_from"], name="edition_by_slug"),
            # What the desk's list asks of each manuscript: is it public, and which version.
            models.Index(
                fields=["post", "visible_from", "visible_until", "retired", "version"],
                name="edition_of_post",
            ),
            models.Index(
                fields=["kind", "month", "visible_from", "visible_until", "retired"],
                name="edition_by_month",
                condition=Q(retired=False),
            ),
            models.Index(
                fields=["id"],
                name="edition_unrelated",
                condition=Q(related__isnull=True, retired=False),
            ),
            # The next boundary at which any page changes.
            models.Index(fields=["visible_from", "post"], name="edition_opens"),
            models.Index(fields=["visible_until"], name="edition_closes"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address at which this edition is read."""
        return address("page" if self.kind == "page" else "article", self.slug)

    @property
    def composed(self) -> "Composed":
        """This edition with the rows that belong to it."""
        return Composed(self, list(self.bylines.all()), list(self.tag_rows.all()))

    @property
    def signature(self) -> str:
        """Who signs, in one line; once each: one person may have written and photographed."""
        return "、".join(dict.fromkeys(row.name for row in self.signed))

    @property
    def told(self) -> list[Told]:
        """What readers are told of changes, the newest first: of this one and of those before."""
        before = [
            Told(Change(one["kind"]), one["note"], datetime.fromisoformat(one["at"]))
            for one in reversed(self.corrections)
        ]
        if not self.note or self.change == Change.MINOR:
            return before
        return [Told(Change(self.change), self.note, self.updated_at), *before]

    def remember(self, before: "Edition") -> None:
        """Go on telling readers what `before`, the edition before this one, corrected."""
        self.corrections = list(before.corrections)
        if before.note and before.change in LASTING:
            at = before.updated_at.isoformat()
            self.corrections.append({"kind": before.change, "note": before.note, "at": at})

    @property
    def has_embeds(self) -> bool:
        """Return whether the body may hold videos or slides, which a script opens."""
        return "data-frame=" in self.html

    @property
    def boundaries(self) -> set[int]:
        """The moments at which it opens and closes, as the page store has them."""
        return {in_microseconds(at) for at in (self.visible_from, self.visible_until) if at}

    def is_public(self, at: datetime) -> bool:
        """Return whether readers see this edition at `at`; the twin of `public`."""
        return self.visible_from <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Return whether this edition closed at or before `at`."""
        return self.visible_until is not None and self.visible_until <= at

    @property
    def is_updated(self) -> bool:
        """Whether 更新日 is worth showing: its day in Japan is not that of 公開日."""
        days = {moment.astimezone(JST).date() for moment in (self.published_at, self.updated_at)}
        return len(days) == 2

    @property
    def place(self) -> int:
        """Its place among articles of the same moment: a preview will be the newest of them."""
        return self.pk or sys.maxsize

    def close(self, at: datetime | None) -> None:
        """Move the end of the interval, in the rows that copy it too."""
        self.visible_until = at
        self.retired = False
        self.save(update_fields=["visible_until", "retired"])
        for rows in (self.tag_rows, self.bylines):
            rows.update(visible_until=at, retired=False)

    def keep_links(self, slugs: Collection[str]) -> None:
        """Keep which slugs the body names."""
        if set(self.link_rows.values_list("slug", flat=True)) != set(slugs):
            self.link_rows.all().delete()
            EditionLink.objects.bulk_create(EditionLink(edition=self, slug=slug) for slug in slugs)


class Listing(models.Model):
    """A row that lists an edition under something, with the columns that lists sort by.

    The interval is copied so that a list under a frequent tag is one range of one index.
    """

    published_at = models.DateTimeField()
    visible_from = models.DateTimeField()
    visible_until = models.DateTimeField(null=True)
    retired = models.BooleanField(default=False)

    objects = Interval.as_manager()

    class Meta:
        abstract = True

    def copy_interval(self, edition: Edition) -> None:
        """Take the sort columns from `edition`."""
        self.edition = edition
        self.published_at = edition.published_at
        self.visible_from = edition.visible_from
        self.visible_until = edition.visible_until


class EditionTag(Listing):
    """A tag of an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="tag_rows")
    tag = models.ForeignKey("posts.Tag", models.PROTECT, related_name="edition_rows")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "tag"], name="edition_tag_once")]
        indexes = [
            newest_index("tag", of="edition", name="edition_tag_newest"),
        ]

    def __str__(self) -> str:
        return str(self.tag)


class EditionByline(Listing):
    """An author of an edition, in order, with the role."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="bylines")
    author = models.ForeignKey("posts.Author", models.PROTECT, related_name="edition_rows")
    role = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "author", "role"], name="edition_byline_once"
            )
        ]
        indexes = [
            newest_index("author", of="edition", name="edition_byline_newest"),
        ]

    def __str__(self) -> str:
        return str(self.author)


class EditionPicture(models.Model):
    """A picture that an edition shows, as its cover or in its body."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="picture_rows")
    media = models.ForeignKey("posts.Media", models.PROTECT, related_name="edition_rows")

    class Meta:
        verbose_name = verbose_name_plural = "版の画像"
        constraints = [
            models.UniqueConstraint(fields=["edition", "media"], name="edition_picture_once")
        ]

    def __str__(self) -> str:
        return str(self.media)


class EditionLink(models.Model):
    """A slug that the body of an edition names in a ``post:`` link, whether it leads anywhere."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="link_rows")
    slug = models.CharField(max_length=SLUG_LENGTH)

    class Meta:
        verbose_name = verbose_name_plural = "版のリンク"
        constraints = [
            models.UniqueConstraint(fields=["slug", "edition"], name="edition_link_once")
        ]

    def __str__(self) -> str:
        return self.slug


@dataclass(slots=True)
class Composed:
    """An edition with its relations, before anything is stored: a preview, or a publication."""

    edition: Edition
    bylines: list[EditionByline] = field(default_factory=list)
    tags: list[EditionTag] = field(default_factory=list)
    pictures: tuple[int, ...] = ()  # primary keys
    links: tuple[str, ...] = ()  # slugs
    rendered: text.Rendered | None = None  # of one that was composed now

    def save(self) -> Edition:
        """Store the edition and its rows."""
        self.edition.save()
        for row in (*self.bylines, *self.tags):
            row.copy_interval(self.edition)
        EditionByline.objects.bulk_create(self.bylines)
        EditionTag.objects.bulk_create(self.tags)
        EditionPicture.objects.bulk_create(
            EditionPicture(edition=self.edition, media_id=pk) for pk in self.pictures
        )
        EditionLink.objects.bulk_create(
            EditionLink(edition=self.edition, slug=slug) for slug in self.links
        )
        return self.edition


def retire(now: datetime) -> int:
    """Mark what surely closed, so that indexes hold only what may be seen. Return how many."""
    closed: Iterable[type[models.Model]] = (EditionTag, EditionByline, Edition)
    done = 0
    for model in closed:
        rows = model._default_manager.filter(retired=False, visible_until__lt=now - SURELY_CLOSED)
        done += rows.update(retired=True)
    return done

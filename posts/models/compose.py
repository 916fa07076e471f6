"""From a manuscript to an edition: the one function behind preview and publication."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.html import escape

from posts import text
from posts.models.addresses import Slug
from posts.models.edition import (
    JST,
    SLUG_LENGTH,
    Change,
    Composed,
    Edition,
    EditionByline,
    EditionLink,
    EditionTag,
)
from posts.models.manuscript import Manuscript
from posts.models.media import Media
from posts.models.mergeable import Mergeable
from posts.models.people import Author
from posts.models.related import related_to
from posts.models.relations import Relations
from posts.models.removal import remove
from posts.models.taxonomy import Category, Series, Tag
from posts.models.timeline import Span, Timeline
from posts.pages import Removed

if TYPE_CHECKING:
    from posts.models.post import Post


@dataclass(frozen=True, slots=True)
class Said:
    """What readers are told of a publication."""

    change: Change = Change.UPDATE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A rendered body, the primary keys of its pictures, the articles its links lead to."""

    rendered: text.Rendered
    pictures: tuple[int, ...] = ()
    posts: Mapping[str, text.Linked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """What a caller has at hand: relations that it remembers, the body already rendered.

    Without `relate` nobody looks for related articles: of many that come at once, most lack yet.
    """

    relations: Relations = field(default_factory=Relations)
    body: Body | None = None
    relate: bool = True


def compose(
    post: "Post",
    manuscript: Manuscript,
    span: Span,
    said: Said = Said(),
    timeline: Timeline | None = None,
    ready: Ready | None = None,
) -> Composed:
    """Return the edition of `manuscript` that `span` would show; nothing is stored."""
    ready = ready or Ready()
    relations = ready.relations
    edition = Edition(
        post=post,
        uid=post.uid,
        kind=post.kind,
        slug=manuscript.slug or post.slug,
        title=manuscript.title,
        deck=manuscript.deck,
        category=relations.one(Category, manuscript.category),
        series=relations.one(Series, manuscript.series),
        series_part=manuscript.series_part,
        cover=relations.one(Media, manuscript.cover),
        visible_from=span.start,
        visible_until=span.end,
        change=said.change,
        note=said.note,
    )
    _date(edition, timeline or Timeline(post, span.start), manuscript)
    body = _as_of(span.start, post, manuscript, ready.body)
    _fill(edition, manuscript, body.rendered, relations.settings.reading_rate)
    composed = Composed(
        edition,
        pictures=_shown(edition, body),
        links=_named(manuscript),
        rendered=body.rendered,
    )
    if post.kind != "page":  # a page is in no list and signed by nobody
        composed.bylines = _bylines(manuscript, relations)
        composed.tags = _tags(manuscript, relations)
        edition.related = related_to(composed) if ready.relate else None
    return composed


def resolve(manuscript: Manuscript) -> Manuscript:
    """Return an older `manuscript` with its relations as they are now.

    What was merged is what it was merged into; what was deleted since is left out.
    """
    relations = Relations()
    category, series, cover = (
        relations.one(model, pk)
        for model, pk in (
            (Category, manuscript.category),
            (Series, manuscript.series),
            (Media, manuscript.cover),
        )
    )
    return replace(
        manuscript,
        category=category and category.pk,
        series=series and series.pk,
        cover=cover and cover.pk,
        bylines=tuple((row.author_id, row.role) for row in _bylines(manuscript, relations)),
        tags=tuple(row.tag_id for row in _tags(manuscript, relations)),
    )


def follow(manuscript: Manuscript) -> Manuscript:
    """Return `manuscript` with what it was merged into in the place of what was merged.

    What was deleted stays named: whoever saves that has to know.
    """
    category = _into(Category, [manuscript.category])
    series = _into(Series, [manuscript.series])
    authors = _into(Author, [author for author, _ in manuscript.bylines])
    tags = _into(Tag, manuscript.tags)
    signed = ((authors.get(pk, pk), role) for pk, role in manuscript.bylines)
    return replace(
        manuscript,
        category=category.get(manuscript.category, manuscript.category),
        series=series.get(manuscript.series, manuscript.series),
        bylines=tuple(dict.fromkeys(signed)),
        tags=tuple(dict.fromkeys(tags.get(pk, pk) for pk in manuscript.tags)),
    )


def _into(model: type[Mergeable], pks: Iterable[int | None]) -> dict[int | None, int]:
    """Return what the merged ones among these rows of `model` were merged into."""
    if not (wanted := [pk for pk in pks if pk]):
        return {}
    rows: Any = model._default_manager
    merged = rows.filter(pk__in=wanted, merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into"))


def render(post: "Post", manuscript: Manuscript, at: datetime) -> Body:
    """Return the body of `manuscript` as readers of `post` see it from `at` on.

    It may take a second for the longest text: callers do it before they lock anything.
    """
    return _render(manuscript, _linked(post, manuscript, at))


def refresh(edition: Edition, at: datetime) -> text.Rendered:
    """Make anew what is derived of a stored `edition`, its links as they lead at `at`."""
    manuscript = edition.revision.manuscript
    body = render(edition.post, manuscript, at)
    with transaction.atomic():
        if body.rendered.html != edition.html:
            _fill(edition, manuscript, body.rendered, Relations().settings.reading_rate)
            edition.save(update_fields=DERIVED)
            remove(Removed({f"post:{edition.post_id}"}))
        edition.pictures.set(_shown(edition, body))
        edition.keep_links(_named(manuscript))
    return body.rendered


def refresh_waiting(post: "Post", now: datetime) -> None:
    """Make anew what waits for its time with links to `post`, or to others in `post` itself.

    For after the commit of a move that changed what is public at some time: a title that readers
    shall not see yet must not appear with what waits. Of two moves at once, the later commit
    finds what both did. Each is a transaction of its own, so that nobody holds two locks.
    """
    concerned = Q(slug__in=post.slugs.values("path")) | Q(edition__post=post)
    links = EditionLink.objects.filter(concerned, edition__visible_from__gt=now)
    # Sorted here: for an order of its own SQLite would walk through all editions there are.
    for pk in sorted(set(links.values_list("edition__post", flat=True))):
        # Nothing is open to be committed, so it runs at once: an error is logged and ends here.
        transaction.on_commit(partial(_refresh_waiting_of, type(post), pk, now), robust=True)


def _refresh_waiting_of(model: "type[Post]", pk: int, now: datetime) -> None:
    """Make anew what waits of one post, which is locked first, like in every verb."""
    with transaction.atomic():
        for post in model.objects.select_for_update().filter(pk=pk):
            for edition in post.editions.filter(visible_from__gt=now).select_related("revision"):
                refresh(edition, edition.visible_from)


def _as_of(at: datetime, post: "Post", manuscript: Manuscript, body: Body | None) -> Body:
    """Return `body`, rendered before, or another one where its links lead elsewhere at `at`."""
    posts = _linked(post, manuscript, at)
    return body if body and body.posts == posts else _render(manuscript, posts)


def _linked(post: "Post", manuscript: Manuscript, at: datetime) -> dict[str, text.Linked]:
    """Return the articles that the links of `manuscript` lead to, by the slugs it names.

    Every slug that a post ever had leads to its edition that is public at `at`. What is not
    public then is not there: a link must not tell of a draft. The manuscript itself is.
    """
    slugs = _named(manuscript)
    if not slugs:
        return {}
    owners: dict[str, int | None] = dict(
        Slug.objects.filter(path__in=slugs).values_list("path", "post_id")
    )
    public = Edition.objects.public(at).filter(post__in=set(owners.values()))
    editions: dict[int | None, Edition] = {
        one.post_id: one for one in public.only("post_id", "kind", "slug", "title")
    }
    if own := manuscript.slug or post.slug:
        owners[own] = post.pk
        editions[post.pk] = Edition(kind=post.kind, slug=own, title=manuscript.title)
    return {
        slug: text.Linked(edition.get_absolute_url(), edition.title)
        for slug in slugs
        if slug in owners and (edition := editions.get(owners[slug]))
    }


def _shown(edition: Edition, body: Body) -> tuple[int, ...]:
    """Return the primary keys of the pictures that `edition` shows, its cover among them."""
    cover = (edition.cover_id,) if edition.cover_id else ()
    return tuple(dict.fromkeys(cover + body.pictures))


def _named(manuscript: Manuscript) -> tuple[str, ...]:
    """Return the slugs that links of `manuscript` may name."""
    slugs = text.post_slugs(manuscript.body)
    return tuple(slug for slug in slugs if len(slug) <= SLUG_LENGTH and "\0" not in slug)


def _render(manuscript: Manuscript, posts: Mapping[str, text.Linked]) -> Body:
    named = Media.named(text.image_sources(manuscript.body))
    pictures = {path: media.picture for path, media in named.items()}
    shown = tuple({media.pk for media in named.values()})
    rendered = text.render(
        manuscript.body, pictures=pictures, posts=posts, breaks=manuscript.breaks
    )
    return Body(rendered, shown, posts)


# What `_fill` derives from a manuscript.
DERIVED = ["html", "plain", "toc", "characters", "reading_minutes", "excerpt", "excerpt_html"]


def _fill(edition: Edition, manuscript: Manuscript, body: text.Rendered, rate: int) -> None:
    """Fill the derived columns of `edition` from its `manuscript` and its rendered `body`."""
    edition.html = body.html
    edition.plain = body.text
    edition.toc = [asdict(heading) for heading in body.toc]
    edition.characters = body.characters
    edition.reading_minutes = manuscript.reading_minutes or text.reading_minutes(
        body.characters, rate
    )
    if manuscript.excerpt.strip():
        excerpt = text.render_inline(manuscript.excerpt)
        edition.excerpt, edition.excerpt_html = excerpt.text, excerpt.html
    else:
        edition.excerpt, edition.excerpt_html = body.excerpt, escape(body.excerpt)


def _date(edition: Edition, timeline: Timeline, manuscript: Manuscript) -> None:
    """Set the dates that readers see: 公開日 stays, 更新日 moves unless the change is minor."""
    if before := timeline.editions:
        edition.remember(before[-1])
        edition.published_at = before[0].published_at
        minor = edition.change == Change.MINOR
        edition.updated_at = before[-1].updated_at if minor else edition.visible_from
    else:
        original = manuscript.original_date or edition.visible_from
        edition.published_at = edition.updated_at = min(original, edition.visible_from)
    day = edition.published_at.astimezone(JST)
    edition.month = day.year * 100 + day.month


def _bylines(manuscript: Manuscript, relations: Relations) -> list[EditionByline]:
    authors = relations.find(Author, (author for author, _ in manuscript.bylines))
    signed = dict.fromkeys((authors[pk], role) for pk, role in manuscript.bylines if pk in authors)
    return [
        EditionByline(author=author, role=role, position=position)
        for position, (author, role) in enumerate(signed)
    ]


def _tags(manuscript: Manuscript, relations: Relations) -> list[EditionTag]:
    tags = dict.fromkeys(relations.find(Tag, manuscript.tags).values())
    return [EditionTag(tag=tag, position=position) for position, tag in enumerate(tags)]

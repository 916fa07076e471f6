"""From a manuscript to an edition: the one function behind preview and publication."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils.html import escape

from posts import text
from posts.models.edition import JST, Change, Composed, Edition, EditionByline, EditionTag
from posts.models.manuscript import Manuscript
from posts.models.media import Media
from posts.models.people import Author
from posts.models.site import SiteSettings
from posts.models.taxonomy import Category, Series, Tag
from posts.models.timeline import Span, Timeline

if TYPE_CHECKING:
    from posts.models.post import Post


@dataclass(frozen=True, slots=True)
class Said:
    """What readers are told of a publication."""

    change: Change = Change.UPDATE
    note: str = ""


def compose(
    post: "Post",
    manuscript: Manuscript,
    span: Span,
    said: Said = Said(),
    timeline: Timeline | None = None,
    rendered: text.Rendered | None = None,
) -> Composed:
    """Return the edition of `manuscript` that `span` would show; nothing is stored.

    `timeline` and `rendered` (the body) are given by a caller that has them already.
    """
    edition = Edition(
        post=post,
        uid=post.uid,
        kind=post.kind,
        slug=manuscript.slug or post.slug,
        title=manuscript.title,
        deck=manuscript.deck,
        category=_category(manuscript.category),
        series_id=_known(Series, manuscript.series),
        series_part=manuscript.series_part,
        cover_id=_known(Media, manuscript.cover),
        visible_from=span.start,
        visible_until=span.end,
        change=said.change,
        note=said.note,
    )
    _date(edition, timeline or Timeline(post, span.start), manuscript)
    render(edition, manuscript, rendered)
    if post.kind == "page":  # in no list, signed by nobody
        return Composed(edition)
    return Composed(edition, _bylines(manuscript), _tags(manuscript))


def resolve(manuscript: Manuscript) -> Manuscript:
    """Return an older `manuscript` with its relations as they are now.

    What was merged is what it was merged into; what was deleted since is left out.
    """
    category = _category(manuscript.category)
    return replace(
        manuscript,
        category=category.pk if category else None,
        series=_known(Series, manuscript.series),
        cover=_known(Media, manuscript.cover),
        bylines=tuple((row.author_id, row.role) for row in _bylines(manuscript)),
        tags=tuple(row.tag_id for row in _tags(manuscript)),
    )


def render(edition: Edition, manuscript: Manuscript, body: text.Rendered | None = None) -> None:
    """Fill the derived columns of `edition` from its `manuscript` and its rendered `body`."""
    if body is None:
        pictures = Media.pictures(text.image_sources(manuscript.body))
        body = text.render(manuscript.body, pictures=pictures)
    edition.html = body.html
    edition.plain = body.text
    edition.toc = [asdict(heading) for heading in body.toc]
    edition.characters = body.characters
    rate = SiteSettings.load().reading_rate
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
        edition.published_at = before[0].published_at
        minor = edition.change == Change.MINOR
        edition.updated_at = before[-1].updated_at if minor else edition.visible_from
    else:
        original = manuscript.original_date or edition.visible_from
        edition.published_at = edition.updated_at = min(original, edition.visible_from)
    day = edition.published_at.astimezone(JST)
    edition.month = day.year * 100 + day.month


def _category(pk: int | None) -> Category | None:
    category = Category.objects.filter(pk=pk).first() if pk else None
    return category and (category.merged_into or category)


def _known(model: type[Model], pk: int | None) -> int | None:
    return pk if pk and model._default_manager.filter(pk=pk).exists() else None


def _bylines(manuscript: Manuscript) -> list[EditionByline]:
    wanted = [author for author, _ in manuscript.bylines]
    authors = Author.objects.in_bulk(wanted)
    signed: dict[tuple[Author, str], None] = {}
    for pk, role in manuscript.bylines:
        if author := authors.get(pk):
            signed[(author.merged_into or author, role)] = None
    return [
        EditionByline(author=author, role=role, position=position)
        for position, (author, role) in enumerate(signed)
    ]


def _tags(manuscript: Manuscript) -> list[EditionTag]:
    known = Tag.objects.in_bulk(manuscript.tags)
    found = [known[pk] for pk in manuscript.tags if pk in known]
    tags = dict.fromkeys(tag.merged_into or tag for tag in found)
    return [EditionTag(tag=tag, position=position) for position, tag in enumerate(tags)]

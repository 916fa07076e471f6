"""Articles and static pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from posts import text
from posts.models import (
    JST,
    Author,
    Composed,
    Edition,
    EditionByline,
    EditionTag,
    Tag,
    author_names,
    names_beside,
    reading,
    reading_moment,
    shown_by,
)
from posts.pages import declare, recall

from .frame import frame, show

RELATED = 4  # articles that are shown of those that suit


@require_safe
def article(request: HttpRequest, slug: str, kind: str = "article") -> HttpResponse:
    """Show the public edition with this slug; an old slug leads to the new one."""
    canonical = text.canonical_slug(slug)
    edition = reading.article(kind, canonical)
    if edition is None:
        return moved(canonical)
    if canonical != slug:
        return HttpResponsePermanentRedirect(edition.get_absolute_url())
    frame(request).sections.give([edition])
    return article_page(request, composed(request, edition))


def composed(request: HttpRequest, edition: Edition) -> Composed:
    """Return a stored edition with those who sign it, and its tags."""
    signed, tagged = reading.mentions(edition)
    authors = recall(request, [("author", one.pk) for one in signed], _authors, author_names)
    tags = recall(request, [("tag", one.pk) for one in tagged], _tags, _tag_names)
    return Composed(
        edition,
        [
            EditionByline(author=author, role=one.role)
            for one, author in zip(signed, authors, strict=True)
        ],
        [EditionTag(tag=tag) for tag in tags],
    )


type Key = tuple[str, int]


def _authors(keys: list[Key]) -> dict[Key, Author]:
    found = Author.objects.select_related("portrait").in_bulk(pk for _, pk in keys)
    return {key: found[key[1]] for key in keys}


def _tag_names(tag: Tag) -> set[str]:
    return {f"tag:{tag.pk}"}


def _tags(keys: list[Key]) -> dict[Key, Tag]:
    found = Tag.objects.in_bulk(pk for _, pk in keys)
    return {key: found[key[1]] for key in keys}


def article_page(
    request: HttpRequest,
    composed: Composed,
    *,
    preview: bool = False,
    remarks: Mapping[str, Iterable[str]] = MappingProxyType({}),
    template: str = "posts/article.html",
    **more: Any,
) -> HttpResponse:
    """Render an edition, stored or just composed for a preview: one function, one template.

    `remarks` are what the bar of a preview says of it: `problems` and `hints`. `template` is
    the page of an article, or one that fills its blocks with `more`.
    """
    edition = composed.edition
    onward = reading.onward(edition)
    parts, related = parts_of_series(edition, onward), onward.related[:RELATED]
    older, newer = onward.older, onward.newer
    day = edition.published_at.astimezone(JST).date()
    posts = {f"post:{one.post_id}" for one in (edition, *parts, *related)}
    posts |= {f"candidate:{pk}" for pk in edition.related or []}
    names = shown_by(composed) | names_beside(older, newer) | posts
    seen: list[Part | None] = [edition, *parts, *related, older, newer]
    declare(request, names, ends=(one.visible_until for one in seen if one))
    return show(
        request,
        template,
        edition.get_absolute_url() if edition.slug else "/",
        edition=edition,
        section=edition.category_id,
        vertical=request.GET.get("view") == "tate",
        bylines=composed.bylines,
        tags=[row.tag for row in composed.tags],
        toc=edition.toc,
        disclosure=edition.category.disclosure_on(day) if edition.category else "",
        parts=parts,
        related=related,
        older=older,
        newer=newer,
        preview=preview,
        remarks=remarks,
        **more,
    )


type Part = Edition | reading.Companion


def parts_of_series(edition: Edition, onward: reading.Onward) -> list[Part]:
    """Return the public parts of the edition's series in reading order.

    Among them stands the edition itself, and not what is public of its post now: in a preview
    it is as it will be.
    """
    parts: list[Part] = [*onward.parts, edition] if edition.series_id else []
    return sorted(parts, key=reading_order)


def reading_order(part: Part) -> tuple[bool, int, datetime, int]:
    """Return the key that sorts the parts of a series; what has no number comes last."""
    return part.series_part is None, part.series_part or 0, part.published_at, part.place


def moved(slug: str) -> HttpResponse:
    """Lead from a slug that an article once had to where it is now. Raises Http404.

    Only while the article is visible, and only from a slug readers have seen: one that
    waits for its minute must look like any address that does not exist.
    """
    now = reading_moment()
    # One query whatever there is: not even by its time does an answer tell of what waits.
    seen = Edition.objects.filter(slug=slug, visible_from__lte=now)
    live = Edition.objects.public(now).filter(post__in=seen.values("post")).first()
    if live is None:
        raise Http404("記事がありません。")
    return HttpResponsePermanentRedirect(live.get_absolute_url())

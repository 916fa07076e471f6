"""What readers see. Every query begins with `public()`; no view touches a manuscript."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from posts import images, text
from posts.models import (
    JST,
    Author,
    Category,
    Composed,
    Delivery,
    Edition,
    EditionByline,
    EditionTag,
    Redirect,
    Series,
    SiteSettings,
    Tag,
    absolute,
    author_names,
    neighbours,
    shown,
    shown_by,
)
from posts.pages import SITE, declare, recall
from posts.paging import Page, page_of, slice_of

# How many pages of a list a web server in front may serve by itself: few readers go further.
FRONT_PAGES = 10


def show(
    request: HttpRequest,
    template: str,
    address: str,
    *,
    names: Iterable[str] = (),
    editions: Iterable[Edition] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a public page with what each of them carries: the site and its own address.

    `names` and the cards of `editions` are what it shows: a change of them removes it, once stored.
    """
    declare(request, {*names, *shown(editions)}, ends=(one.visible_until for one in editions))
    site, top = recall(request, SITE, masthead)
    context |= {"site": site, "canonical": absolute(address), "sections": top}
    return render(request, template, context, status=status)


def masthead() -> tuple[SiteSettings, list[Category]]:
    """Return what stands over every page: the settings of the site, and its sections."""
    return SiteSettings.load(), sections()


def sections(parent: Category | None = None) -> list[Category]:
    """Return the categories right under `parent` (the top ones) with anything to read in them.

    All categories in one query, each with one look into an index; the tree is small.
    """
    articles = Edition.objects.public().filter(category=OuterRef("pk"), kind="article")
    tree = Category.objects.filter(merged_into=None).annotate(used=Exists(articles))
    above = {one.pk: one.parent_id for one in tree}
    alive: set[int | None] = set()
    for one in tree:
        pk: int | None = one.pk if one.used else None
        while pk and pk not in alive:
            alive.add(pk)
            pk = above.get(pk)
    return [one for one in tree if one.pk in alive and one.parent_id == (parent and parent.pk)]


# Articles


@require_safe
def article(request: HttpRequest, slug: str, kind: str = "article") -> HttpResponse:
    """Show the public edition with this slug; an old slug leads to the new one."""
    canonical = text.canonical_slug(slug)
    edition = (
        Edition.objects.public()
        .filter(kind=kind, slug=canonical)
        .select_related("category", "series", "cover")
        .defer("plain")
        .first()
    )
    if edition is None:
        return moved(canonical)
    if canonical != slug:
        return HttpResponsePermanentRedirect(edition.get_absolute_url())
    bylines = list(edition.bylines.select_related("author"))
    tags = list(edition.tag_rows.select_related("tag"))
    return article_page(request, Composed(edition, bylines, tags))


def article_page(
    request: HttpRequest,
    composed: Composed,
    *,
    preview: bool = False,
    remarks: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> HttpResponse:
    """Render an edition, stored or just composed for a preview: one function, one template.

    `remarks` are what the bar of a preview says of it: `problems` and `hints`.
    """
    edition = composed.edition
    parts = series_parts(edition)
    older, newer = edition.older(), edition.newer()
    day = edition.published_at.astimezone(JST).date()
    posts = {f"post:{one.post_id}" for one in (edition, *parts)}
    names = shown_by(composed) | neighbours(older, newer) | posts
    seen = filter(None, (edition, *parts, older, newer))
    declare(request, names, ends=(one.visible_until for one in seen))
    return show(
        request,
        "posts/article.html",
        edition.get_absolute_url() if edition.slug else "/",
        edition=edition,
        bylines=composed.bylines,
        tags=[row.tag for row in composed.tags],
        toc=edition.toc,
        disclosure=edition.category.disclosure_on(day) if edition.category else "",
        parts=parts,
        older=older,
        newer=newer,
        preview=preview,
        remarks=remarks,
    )


def series_parts(edition: Edition) -> list[Edition]:
    """Return the public parts of the edition's series with itself, in reading order.

    Itself and not the edition of its post that is public now: in a preview, as it will be.
    """
    if not edition.series_id:
        return []
    others = Edition.objects.public().filter(series=edition.series_id, kind="article")
    others = others.exclude(post=edition.post_id).only(
        "post_id", "kind", "slug", "title", "series_part", "published_at", "visible_until"
    )
    return sorted([*others, edition], key=reading_order)


def reading_order(part: Edition) -> tuple[bool, int, datetime, int]:
    """Return the key that sorts the parts of a series; what has no number comes last."""
    return part.series_part is None, part.series_part or 0, part.published_at, part.place


def moved(slug: str) -> HttpResponse:
    """Lead from a slug that an article once had to where it is now. Raises Http404.

    Only while the article is visible, and only from a slug readers have seen: one that
    waits for its minute must look like any address that does not exist.
    """
    now = timezone.now()
    # One query whatever there is: not even by its time does an answer tell of what waits.
    seen = Edition.objects.filter(slug=slug, visible_from__lte=now)
    live = Edition.objects.public(now).filter(post__in=seen.values("post")).first()
    if live is None:
        raise Http404("記事がありません。")
    return HttpResponsePermanentRedirect(live.get_absolute_url())


# Lists


@require_safe
def home(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Show the newest articles."""
    rows = Edition.objects.public().filter(kind="article").order_by("-published_at", "-pk")
    if number == 1 and not rows.exists():
        return listing(request, "posts/home.html", Page([], 1, "/"), {"list:articles"})
    page = page_of(rows, "pk", "/", number)
    return listing(request, "posts/home.html", page, {"list:articles"})


def listing(
    request: HttpRequest, template: str, page: Page, names: set[str], **context: Any
) -> HttpResponse:
    """Render a page of a list that is known to the store by `names`."""
    declare(request, (), deep=page.number > FRONT_PAGES)
    return show(
        request, template, page.address, names=names, editions=page.editions, page=page, **context
    )


def first_page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Lead from …/page/1/ to the list's own address."""
    return HttpResponsePermanentRedirect(request.path.removesuffix("page/1/"))


@require_safe
def category(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show the articles of a category and of those below it."""
    named = get_object_or_404(Category.objects.select_related("parent"), slug=slug)
    found = named.merged_into or named
    rows = (
        Edition.objects.public()
        .filter(category__in=found.branch(), kind="article")
        .order_by("-published_at", "-pk")
    )
    page = page_of(rows, "pk", found.get_absolute_url(), number)
    if found != named:
        return HttpResponsePermanentRedirect(page.address)
    names = {f"list:category:{found.pk}"}
    context = {"category": found, "children": sections(found)}
    return listing(request, "posts/category.html", page, names, **context)


@require_safe
def tag(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show the articles with a tag."""
    named = get_object_or_404(Tag, slug=slug)
    found = named.merged_into or named
    rows = newest(EditionTag.objects.public().filter(tag=found))
    page = page_of(rows, "edition_id", found.get_absolute_url(), number)
    if found != named:
        return HttpResponsePermanentRedirect(page.address)
    names = {f"list:tag:{found.pk}", f"tag:{found.pk}"}
    return listing(request, "posts/tag.html", page, names, tag=found)


@require_safe
def author(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show an author and what the author signed."""
    named = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    found = named.merged_into or named
    # One article may be signed twice, as writer and photographer.
    rows = newest(EditionByline.objects.public().filter(author=found)).distinct()
    page = page_of(rows, "edition_id", found.get_absolute_url(), number)
    if found != named:
        return HttpResponsePermanentRedirect(page.address)
    names = {f"list:author:{found.pk}", *author_names(found)}
    return listing(request, "posts/author.html", page, names, author=found)


def newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Order rows of a `Listing` as lists are read; static pages have no such rows."""
    return rows.order_by("-published_at", "-edition_id")


@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    """Show everybody who signed a public article, in the order of their readings."""
    signed = EditionByline.objects.public().filter(author=OuterRef("pk"))
    found = Author.objects.filter(Exists(signed), merged_into=None)
    rows = groupby(found, key=lambda author: text.index_heading(author.reading))
    index = [(heading, list(row)) for heading, row in rows]
    names = {"index:author", *(f"author:{one.pk}" for one in found)}
    return show(request, "posts/authors.html", request.path, names=names, index=index)


@require_safe
def series(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show the parts of a series in reading order."""
    found = get_object_or_404(Series, slug=slug)
    rows = Edition.objects.public().filter(series=found, kind="article").in_reading_order()
    page = page_of(rows, "pk", found.get_absolute_url(), number)
    names = {f"list:series:{found.pk}", f"series:{found.pk}"}
    context = {"series": found, "count": rows.count()}
    return listing(request, "posts/series.html", page, names, **context)


@require_safe
def all_series(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Show the series that have a public part, the one continued last first."""
    parts = Edition.objects.public().filter(kind="article")
    newest = parts.filter(series=OuterRef("pk")).order_by("-published_at", "-pk")
    dated = Series.objects.annotate(newest=Subquery(newest.values("published_at")[:1]))
    continued = dated.filter(newest__isnull=False).order_by("-newest", "-pk")
    found, has_next = slice_of(continued, number)
    counted = parts.filter(series__in=found).values_list("series").annotate(Count("pk"))
    counts = dict(counted.order_by())
    rows = [(one, counts.get(one.pk, 0), one.newest) for one in found]
    page = Page([], number, reverse("all-series"), has_next)
    return listing(request, "posts/all_series.html", page, {"index:series"}, rows=rows)


@require_safe
def archive(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Show the months (of one year) that have articles, with how many."""
    articles = Edition.objects.public().filter(kind="article")
    if year:
        articles = articles.filter(month__gte=year * 100, month__lt=year * 100 + 100)
    counted = articles.order_by("-month").values_list("month").annotate(Count("pk"))
    months = [(datetime(month // 100, month % 100, 1), count) for month, count in counted]
    if year and not months:
        raise Http404("その年の記事はありません。")
    names = {"index:month"}
    context: dict[str, Any] = {"months": months, "year": year}
    return show(request, "posts/archive.html", request.path, names=names, **context)


@require_safe
def month(request: HttpRequest, year: int, month: int, number: int = 1) -> HttpResponse:
    """Show the articles first published in a month of Japan's calendar."""
    try:
        start = datetime(year, month, 1, tzinfo=JST)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=JST)
    except ValueError as error:
        raise Http404("その月はありません。") from error
    rows = (
        Edition.objects.public()
        .filter(kind="article")
        .published_in(start, end)
        .order_by("-published_at", "-pk")
    )
    base = reverse("month", args=[year, f"{month:02}"])
    page = page_of(rows, "pk", base, number)
    names = {f"list:month:{year * 100 + start.month}"}
    return listing(request, "posts/month.html", page, names, month=start)


# Files and machines

MEDIA_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}\.(jpg|png|gif|webp)")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a picture. Its name comes from its content, so it may be kept for ever."""
    match = MEDIA_NAME.fullmatch(name)
    if not match or not default_storage.exists(name):
        raise Http404("画像がありません。")
    response = FileResponse(
        default_storage.open(name), content_type=images.CONTENT_TYPES[match.group(1)]
    )
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    # Should a picture ever be taken for a page, it runs nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where they may go and where the sitemap is."""
    declare(request, ())
    lines = ["User-agent: *", "Disallow: /admin/", "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers too; 503 when it does not.

    Late deliveries are said in a second line, with 200: readers are served as before.
    """
    try:
        backlog = Delivery.objects.backlog(timezone.now())
        late = f"配信が{backlog.minutes}分遅れています。worker が動いているか確かめてください。\n"
        status, body = 200, "ok\n" + (late if backlog.late else "")
    except DatabaseError:
        status, body = 503, "データベースが応答しません。\n"
    response = HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


# Where nothing is


@require_safe
def elsewhere(request: HttpRequest, path: str) -> HttpResponse:
    """Lead on from an address without its last slash, if something is there. Raises Http404."""
    address = f"/{path}"
    if not path.endswith("/") and _is_there(f"{address}/"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(quote(f"{address}/") + (f"?{query}" if query else ""))
    raise Http404("お探しのページはありません。")


def _is_there(address: str) -> bool:
    """Return whether `address` belongs to a view; the one of static pages takes every word."""
    try:
        found = resolve(address)
    except Resolver404:
        return False
    if found.url_name != "page":
        return found.url_name != "elsewhere"
    slug = text.canonical_slug(found.kwargs["slug"])
    return Edition.objects.public().filter(kind="page", slug=slug).exists()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Lead from an address of the site before to what it held, or show a page that helps on.

    Here and not in a view of its own: an old address may look like one of ours.
    """
    if target := Redirect.find(request.path_info):
        return HttpResponsePermanentRedirect(target)
    composed = "/" + unicodedata.normalize("NFC", request.path_info).lstrip("/")
    if composed != request.path_info:  # a Mac's file names have が in two parts
        return HttpResponsePermanentRedirect(quote(composed))
    newest = Edition.objects.public().newest(5)
    return show(request, "404.html", "/", status=404, newest=newest)

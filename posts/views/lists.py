"""Lists of articles, and the lists of what they stand under."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from posts import text
from posts.models import (
    Author,
    Category,
    Edition,
    EditionByline,
    EditionQuerySet,
    EditionTag,
    Series,
    Tag,
    address,
    articles_by_month,
    author_names,
    month_bounds,
    reading,
    reading_moment,
    shown,
    skip,
)
from posts.pages import declare
from posts.paging import PER_PAGE, Page, page_of, slice_of

from .frame import Sections, frame, show

# How many pages of a list a web server in front may serve by itself: few readers go further.
FRONT_PAGES = 10
# Of the front page: how many articles stand right under the lead, how many a section shows, and
# how many series.
SECOND, DIGEST, FRONT_SERIES = 3, 4, 3


@require_safe
def home(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Show the newest articles."""
    at = reading_moment()
    rows = Edition.objects.public(at).newest()
    if number == 1:
        ids, has_next = slice_of(rows.values_list("pk", flat=True), 1)
        return front_page(request, Page(reading.cards(ids), 1, "/", has_next), rows)
    start = None
    if number > FRONT_PAGES:
        rows, start = skip(rows, (number - 1) * PER_PAGE, at)
    page = page_of(rows, "pk", "/", number, start)
    return listing(request, "posts/home.html", page, {"list:articles"})


def front_page(request: HttpRequest, page: Page, rows: EditionQuerySet) -> HttpResponse:
    """Render the front page: what leads, the newest, each section's newest, the series.

    Its lead is what the desk chose while readers see it, else the newest article.
    """
    if not page.editions:
        return listing(request, "posts/home.html", page, {"list:articles"})
    around = frame(request)
    chosen = list(rows.filter(post=around.site.lead_id)[:1]) if around.site.lead_id else []
    lead = reading.cards([chosen[0].pk]) if chosen else page.editions[:1]
    around.sections.give(lead)
    newest = [one for one in page.editions if one.post_id != lead[0].post_id]
    second = newest[:SECOND]
    digests = section_digests(around.sections, {one.pk for one in [*lead, *second]})
    digested = {one.pk for digest in digests for one in digest.editions}
    dated = newest_series(rows, FRONT_SERIES)
    known = Series.objects.in_bulk(dated)
    names = {"list:articles", "index:series", *shown(lead)}
    names |= {f"post:{one.post_id}" for digest in digests for one in digest.editions}
    names |= {f"series:{pk}" for pk in known}
    return listing(
        request,
        "posts/home.html",
        page,
        names,
        lead=lead[0],
        second=second,
        latest=[one for one in newest[SECOND:] if one.pk not in digested],
        digests=digests,
        series=[(known[pk], moment) for pk, moment in dated.items()],
    )


class Digest(NamedTuple):
    """The newest of a section that do not stand further up on the front page."""

    category: Category
    editions: list[reading.Line]


def section_digests(sections: Sections, above: Collection[int]) -> list[Digest]:
    """Return the sections at the top of the tree with their newest articles, but those `above`.

    A section has a digest while it is among the newest articles of the paper: one query for all.
    """
    tops = sections.under(None)
    branch = {pk: top for top in tops for pk in sections.branch(top)}
    found: dict[int, list[reading.Line]] = {top.pk: [] for top in tops}
    for one in reading.newest():
        top = branch.get(one.category_id or 0)
        if top and one.pk not in above and len(found[top.pk]) < DIGEST:
            found[top.pk].append(one)
    return [Digest(top, found[top.pk]) for top in tops if found[top.pk]]


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
    sections = frame(request).sections
    found = sections.named(slug)
    rows = Edition.objects.public().filter(category__in=sections.branch(found)).newest()
    page = page_of(rows, "pk", found.get_absolute_url(), number)
    names = {f"list:category:{found.pk}"}
    context = {"category": found, "children": sections.under(found), "section": found.pk}
    return listing(request, "posts/category.html", page, names, **context)


@require_safe
def tag(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show the articles with a tag."""
    found = get_object_or_404(Tag, slug=slug, merged_into=None)
    rows = newest(EditionTag.objects.public().filter(tag=found))
    page = page_of(rows, "edition_id", found.get_absolute_url(), number)
    names = {f"list:tag:{found.pk}", f"tag:{found.pk}"}
    return listing(request, "posts/tag.html", page, names, tag=found)


@require_safe
def author(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show an author and what the author signed."""
    authors = Author.objects.select_related("portrait")
    found = get_object_or_404(authors, slug=slug, merged_into=None)
    # One article may be signed twice, as writer and photographer.
    rows = newest(EditionByline.objects.public().filter(author=found)).distinct()
    page = page_of(rows, "edition_id", found.get_absolute_url(), number)
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
    found = found.only("name", "yomi", "slug", "title")
    rows = groupby(found, key=lambda author: text.index_heading(author.reading))
    index = [(heading, list(row)) for heading, row in rows]
    names = {"index:author", *(f"author:{one.pk}" for one in found)}
    return show(request, "posts/authors.html", request.path, names=names, index=index)


@require_safe
def series(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show the parts of a series in reading order."""
    found = get_object_or_404(Series, slug=slug, merged_into=None)
    rows = Edition.objects.public().filter(series=found, kind="article").in_reading_order()
    page = page_of(rows, "pk", found.get_absolute_url(), number)
    names = {f"list:series:{found.pk}", f"series:{found.pk}"}
    context = {"series": found, "count": rows.count()}
    return listing(request, "posts/series.html", page, names, **context)


def newest_series(parts: EditionQuerySet, count: int) -> dict[int, datetime]:
    """Return the series continued last, at most `count`, each with the date of its newest part.

    The newest parts name them: a few hundred rows of an index, however many series there are. Where
    those are of fewer series, as in a paper with a daily column, each series is asked for its own.
    """
    rows = parts.filter(series__isnull=False).newest().values_list("series", "published_at")
    some = list(rows[: 16 * count])
    found: dict[int, datetime] = {}
    for series, published_at in some:
        found.setdefault(series, published_at)
    if len(found) < count and len(some) == 16 * count:
        own = parts.filter(series=OuterRef("pk")).newest()
        dated = Series.objects.annotate(
            date=Subquery(own.values("published_at")[:1]), part=Subquery(own.values("pk")[:1])
        ).order_by(F("date").desc(nulls_last=True), "-part")
        found = {pk: date for pk, date in dated.values_list("pk", "date")[:count] if date}
    return dict(islice(found.items(), count))


@require_safe
def all_series(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Show the series that have a public part, the one continued last first."""
    parts = Edition.objects.public().filter(kind="article")
    dated = newest_series(parts, number * PER_PAGE + 1)
    found, has_next = slice_of(list(dated), number)
    counts = dict(parts.filter(series__in=found).values_list("series").annotate(Count("pk")))
    known = Series.objects.in_bulk(found)
    rows = [(known[pk], counts.get(pk, 0), dated[pk]) for pk in found]
    page = Page([], number, address("all-series"), has_next)
    return listing(request, "posts/all_series.html", page, {"index:series"}, rows=rows)


class Month(NamedTuple):
    """A month in the archive: all in words, as the page shows it."""

    year: str
    name: str
    address: str
    articles: str


@require_safe
def archive(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Show the months (of one year) that have articles, with how many."""
    months = [
        Month(f"{number // 100}", f"{number % 100}月", month_address(number), f"{count}本")
        for number, count in articles_by_month().items()
        if year in {None, number // 100}
    ]
    if year and not months:
        raise Http404("その年の記事はありません。")
    years = [(one, list(rows)) for one, rows in groupby(months, key=lambda month: month.year)]
    context: dict[str, Any] = {"years": years, "year": year}
    return show(request, "posts/archive.html", request.path, names={"index:month"}, **context)


def month_address(month: int) -> str:
    """Return the address of a month, 202604."""
    return address("month", *divmod(month, 100))


@require_safe
def month(request: HttpRequest, year: int, month: int, number: int = 1) -> HttpResponse:
    """Show the articles first published in a month of Japan's calendar."""
    try:
        start, end = month_bounds(year * 100 + month)
    except ValueError as error:
        raise Http404("その月はありません。") from error
    rows = Edition.objects.public().published_in(start, end).newest()
    base = address("month", year, month)
    page = page_of(rows, "pk", base, number)
    names = {f"list:month:{year * 100 + start.month}"}
    return listing(request, "posts/month.html", page, names, month=start)

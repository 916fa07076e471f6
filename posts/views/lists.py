"""Lists of articles, and the lists of what they stand under."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
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
    skip,
)
from posts.pages import declare, recall_one
from posts.paging import PER_PAGE, Page, page_of, slice_of

from .cards import Look, cards, cards_of
from .frame import Sections, frame, show

# How many pages of a list a web server in front may serve by itself: few readers go further.
FRONT_PAGES = 10
# Of the front page: how many articles stand right under the lead, how many a section shows, and
# how many series.
SECOND, DIGEST, FRONT_SERIES = 3, 4, 3
LEAD, LATEST = Look("posts/_lead.html"), Look(heading=3)


@require_safe
def home(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Show the newest articles."""
    if number == 1:
        return front_page(request)
    at = reading_moment()
    rows = Edition.objects.public(at).newest()
    start = None
    if number > FRONT_PAGES:
        rows, start = skip(rows, (number - 1) * PER_PAGE, at)
    page = page_of(rows, "pk", "/", number, start)
    return listing(request, "posts/home.html", page, {"list:articles"})


def front_page(request: HttpRequest) -> HttpResponse:
    """Render the front page: what leads, the newest, each section's newest, the series.

    Its lead is what the desk chose while readers see it, else the newest article.
    """
    around, places = frame(request), reading.newest()
    chosen = Edition.objects.public().newest().filter(post=around.site.lead_id)
    ids = [one.pk for one in places[:PER_PAGE]]
    led = [*chosen.values_list("pk", flat=True)[:1]] if around.site.lead_id else []
    led = led or ids[:1]
    newest = [pk for pk in ids if pk not in led]
    second, further = newest[:SECOND], newest[SECOND:]
    above = {*led, *second}
    digests = section_digests(around.sections, [one for one in places if one.pk not in above])
    digested = {one.pk: one for digest in digests for one in digest.editions}
    latest = [pk for pk in further if pk not in digested]
    looks = dict.fromkeys(led, LEAD) | dict.fromkeys(second, Look()) | dict.fromkeys(latest, LATEST)
    written = {card.edition.pk: card for card in cards_of(request, [*looks.items()])}
    series = recall_one(request, "index:series", front_series)
    names = {"list:articles", "index:series", *(f"series:{one.pk}" for one, _ in series)}
    names |= {f"post:{one.post_id}" for one in digested.values()}
    declare(request, names, ends=(one.visible_until for one in digested.values()))
    return show(
        request,
        "posts/home.html",
        "/",
        page=Page(ids, 1, "/", len(places) > PER_PAGE),
        lead=written[led[0]] if led else None,
        second=[written[pk] for pk in second],
        latest=[written[pk] for pk in latest],
        digests=digests,
        series=series,
    )


class Digest(NamedTuple):
    """The newest of a section that do not stand further up on the front page."""

    category: Category
    editions: list[reading.Line]


def section_digests(sections: Sections, places: Iterable[reading.Place]) -> list[Digest]:
    """Return the sections at the top of the tree with their newest articles among these."""
    tops = sections.under(None)
    branch = {pk: top.pk for top in tops for pk in sections.branch(top)}
    found: dict[int, list[int]] = {top.pk: [] for top in tops}
    for one in places:
        top = branch.get(one.category_id or 0)
        if top and len(found[top]) < DIGEST:
            found[top].append(one.pk)
    lines = reading.lines(pk for ids in found.values() for pk in ids)
    return [Digest(top, [lines[pk] for pk in found[top.pk]]) for top in tops if found[top.pk]]


def front_series() -> list[tuple[Series, datetime]]:
    """Return the series that the front page shows, each with the date of its newest part."""
    dated = newest_series(Edition.objects.public().filter(kind="article"), FRONT_SERIES)
    known = Series.objects.in_bulk(dated)
    return [(known[pk], moment) for pk, moment in dated.items()]


def listing(
    request: HttpRequest,
    template: str,
    page: Page,
    names: set[str],
    look: Look | None = None,
    **context: Any,
) -> HttpResponse:
    """Render a page of a list that is known to the store by `names`; its cards have this look."""
    declare(request, names, deep=page.number > FRONT_PAGES)
    context |= {"page": page, "cards": cards(request, page.ids, look)}
    return show(request, template, page.address, **context)


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
    look = Look(within=found.pk)
    return listing(request, "posts/category.html", page, names, look, **context)


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
    found = reading.authors()
    rows = groupby(found, key=lambda author: text.index_heading(author.reading))
    index = [(heading, list(row)) for heading, row in rows]
    names = {"index:author", *(f"author:{one.pk}" for one in found)}
    declare(request, names)
    return show(request, "posts/authors.html", request.path, index=index)


@require_safe
def series(request: HttpRequest, slug: str, number: int = 1) -> HttpResponse:
    """Show the parts of a series in reading order."""
    found = get_object_or_404(Series, slug=slug, merged_into=None)
    rows = Edition.objects.public().filter(series=found, kind="article").in_reading_order()
    page = page_of(rows, "pk", found.get_absolute_url(), number)
    names = {f"list:series:{found.pk}", f"series:{found.pk}"}
    count = rows.count()
    return listing(request, "posts/series.html", page, names, series=found, count=count)


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
    declare(request, {"index:month"})
    return show(request, "posts/archive.html", request.path, years=years, year=year)


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

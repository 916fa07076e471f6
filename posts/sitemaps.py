"""Sitemaps (sitemaps.org, protocol 0.9): all public addresses, one file for each month.

A month's file changes only with an article of that month, so that crawlers and the page store keep
all the others. Written as text: a template takes a tenth of a millisecond for each address.
"""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from posts.models import JST, Edition, absolute, address, articles_by_month, reading
from posts.pages import declare

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SLUG = "SLUG"
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the sitemaps, the newest month first."""
    declare(request, {"index:month", "list:pages"})
    addresses = [address("sitemap-month", *divmod(month, 100)) for month in articles_by_month()]
    if Edition.objects.public().filter(kind="page").exists():
        addresses.append(address("sitemap-pages"))
    return _xml("sitemapindex", (f"<sitemap>{_location(one)}</sitemap>" for one in addresses))


@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """List the articles first published in a month of Japan's calendar. Raises Http404."""
    number = year * 100 + month
    return _listing(request, f"sitemap:{number}", "article", reading.addresses("article", number))


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """List the static pages. Raises Http404."""
    return _listing(request, "sitemap:pages", "page", reading.addresses("page"))


def _listing(
    request: HttpRequest, name: str, kind: str, found: Iterable[tuple[str, datetime]]
) -> HttpResponse:
    declare(request, {name})
    # One address is made as all are: making each takes longer than all else.
    sample = _location(Edition(kind=kind, slug=_SLUG).get_absolute_url())
    before, behind = sample.split(_SLUG)
    entries = [
        f"<url>{before}{quote(slug, safe='')}{behind}<lastmod>{_moment(updated)}</lastmod></url>"
        for slug, updated in found
    ]
    if not entries:
        raise Http404("そのサイトマップはありません。")
    return _xml("urlset", entries)


def _moment(moment: datetime) -> str:
    return moment.astimezone(JST).isoformat(timespec="seconds")


def _location(address: str) -> str:
    return f"<loc>{escape(absolute(address))}</loc>"


def _xml(root: str, entries: Iterable[str]) -> HttpResponse:
    lines = "\n".join(entries)
    document = f'{_HEAD}<{root} xmlns="{_SCHEMA}">\n{lines}\n</{root}>\n'
    response = HttpResponse(document, content_type="application/xml")
    response["X-Robots-Tag"] = "noindex"  # it is for machines, no result of a search
    return response

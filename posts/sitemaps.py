"""Sitemaps (sitemaps.org): all public addresses, 5,000 a file."""

import re
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict

from posts.models import Edition, absolute
from posts.pages import declare


class PublicEditions:
    """The public editions of a kind, newest first, as a paginator takes them.

    A slice reads its ids from an index first, so that the last file costs what the first does.
    """

    def __init__(self, kind: str) -> None:
        rows = Edition.objects.public().filter(kind=kind)
        self.rows = rows.order_by("-published_at", "-pk")

    def count(self) -> int:
        """Return how many there are."""
        return self.rows.count()

    def __getitem__(self, part: slice) -> list[Edition]:
        """Return a run of them."""
        ids = list(self.rows.values_list("pk", flat=True)[part])
        found = Edition.objects.filter(pk__in=ids).order_by("-published_at", "-pk")
        return list(found.only("kind", "slug", "updated_at"))

    def __len__(self) -> int:
        """Return how many there are."""
        return self.count()


class EditionSitemap(Sitemap):
    """Editions of a kind: articles, or static pages."""

    limit = 5000

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def items(self) -> Any:
        """Return what is public."""
        return PublicEditions(self.kind)

    def lastmod(self, item: Edition) -> datetime:
        """Return when readers were last told of a change."""
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return when anything last became public."""
        latest: datetime | None = Edition.objects.public().aggregate(at=Max("visible_from"))["at"]
        return latest

    def get_domain(self, site: Any = None) -> str:
        """Return the host of SITE_URL: a request's Host is nobody's word."""
        return absolute("").split("://", 1)[1]

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the scheme of SITE_URL."""
        return absolute("").split("://", 1)[0]


SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "articles": EditionSitemap("article"),
    "pages": EditionSitemap("page"),
}


def section(request: HttpRequest, section: str, page: int = 1) -> HttpResponse:
    """Show a sitemap; its number is part of the address, as a stored page has no query."""
    declare(request, {"list:sitemap"})
    request.GET = QueryDict(f"p={page}")  # where Django's view looks for it
    return views.sitemap(request, SITEMAPS, section)


def index(request: HttpRequest) -> HttpResponse:
    """List the sitemaps; Django's view alone would name the host that the request names."""
    declare(request, {"list:sitemap"})
    response = views.index(request, SITEMAPS)
    for one in (response.context_data or {})["sitemaps"]:
        path = "/" + one.location.split("/", 3)[3]
        one.location = absolute(re.sub(r"\.xml\?p=([0-9]+)$", r"-\1.xml", path))
    return response

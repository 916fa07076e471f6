"""Sitemaps (sitemaps.org): all public addresses, 5,000 a file."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from posts.models import Edition, absolute


class EditionSitemap(Sitemap):
    """Articles and static pages."""

    limit = 5000

    def items(self) -> QuerySet[Edition]:
        """Return what is public, newest first."""
        newest = Edition.objects.public().order_by("-published_at", "-pk")
        return newest.only("kind", "slug", "updated_at")

    def lastmod(self, item: Edition) -> datetime:
        """Return when readers were last told of a change."""
        return item.updated_at

    def get_domain(self, site: Any = None) -> str:
        """Return the host of SITE_URL: a request's Host is nobody's word."""
        return absolute("").split("://", 1)[1]

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the scheme of SITE_URL."""
        return absolute("").split("://", 1)[0]


SITEMAPS = {"articles": EditionSitemap}

"""The public addresses; docs/addresses.md explains them."""

from typing import Any

from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import IntConverter
from django.views.generic.base import RedirectView

from posts import feeds, review, sitemaps, views
from posts.theme import theme


class YearConverter(IntConverter):
    """A year of four digits."""

    regex = "[12][0-9]{3}"

    def to_url(self, value: int | str) -> str:
        """Return the year as written in addresses."""
        return f"{int(value):04}"


class MonthConverter(IntConverter):
    """A month of two digits."""

    regex = "0[1-9]|1[0-2]"

    def to_url(self, value: int | str) -> str:
        """Return the month as written in addresses."""
        return f"{int(value):02}"


register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")


def numbered(route: str, view: Any, name: str) -> list[URLPattern]:
    """Return the addresses of a list and of its further pages."""
    return [
        path(route, view, name=name),
        path(f"{route}page/1/", views.first_page),
        path(f"{route}page/<int:number>/", view, name=f"{name}-page"),
    ]


def lead_to(address: str) -> Any:
    """Return a view that leads to `address` for good."""
    return RedirectView.as_view(url=address, permanent=True)


urlpatterns = [
    # PostgreSQL takes no zero byte into a query: nothing is at such an address.
    re_path("\0", views.elsewhere, {"path": "/"}),
    *numbered("", views.home, "home"),
    path("posts/<str:slug>/", views.article, name="article"),
    *numbered("categories/<str:slug>/", views.category, "category"),
    *numbered("tags/<str:slug>/", views.tag, "tag"),
    path("authors/", views.authors, name="authors"),
    *numbered("authors/<str:slug>/", views.author, "author"),
    *numbered("series/", views.all_series, "all-series"),
    *numbered("series/<str:slug>/", views.series, "series"),
    path("archive/", views.archive, name="archive"),
    path("archive/<year:year>/", views.archive, name="year"),
    *numbered("archive/<year:year>/<month:month>/", views.month, "month"),
    path("feed.xml", feeds.newest, name="feed"),
    re_path(r"^(?:feed/|rss\.xml|index\.xml)$", lead_to("/feed.xml")),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<year:year>-<month:month>.xml", sitemaps.month, name="sitemap-month"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("theme.css", theme, name="theme"),
    path("prefetch.json", views.speculation, {"way": "prefetch"}, name="prefetch"),
    path("prerender.json", views.speculation, {"way": "prerender"}, name="prerender"),
    path("media/<path:name>", views.media, name="media"),
    path("review/<str:token>/", review.reader, name="review"),
    path("favicon.ico", lead_to("/static/favicon.ico")),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("<str:slug>/", views.article, {"kind": "page"}, name="page"),
    path("<path:path>", views.elsewhere, name="elsewhere"),
]

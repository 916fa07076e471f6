"""What keeps stored pages right: each public view says what it shows, and by what it differs."""

import re

import pytest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern, URLPattern

from posts import paging, urls
from posts.models import Author, Category, Series, Tag
from posts.models.ledger import Rows
from posts.pages import Front, Store
from tests.cast import begin, minute

# An address of each view that shows a page, by the route.
KEPT = {
    "": "/",
    "page/<int:number>/": "/page/2/",
    "posts/<str:slug>/": "/posts/one/",
    "categories/<str:slug>/": "/categories/section/",
    "categories/<str:slug>/page/<int:number>/": "/categories/section/page/2/",
    "tags/<str:slug>/": "/tags/tag/",
    "tags/<str:slug>/page/<int:number>/": "/tags/tag/page/2/",
    "authors/": "/authors/",
    "authors/<str:slug>/": "/authors/author/",
    "authors/<str:slug>/page/<int:number>/": "/authors/author/page/2/",
    "series/": "/series/",
    "series/page/<int:number>/": "/series/page/2/",
    "series/<str:slug>/": "/series/series/",
    "series/<str:slug>/page/<int:number>/": "/series/series/page/2/",
    "archive/": "/archive/",
    "archive/<year:year>/": "/archive/2026/",
    "archive/<year:year>/<month:month>/": "/archive/2026/04/",
    "archive/<year:year>/<month:month>/page/<int:number>/": "/archive/2026/04/page/2/",
    "feed.xml": "/feed.xml",
    "sitemap.xml": "/sitemap.xml",
    "sitemap-<year:year>-<month:month>.xml": "/sitemap-2026-04.xml",
    "sitemap-pages.xml": "/sitemap-pages.xml",
    "robots.txt": "/robots.txt",
    "theme.css": "/theme.css",
    "<str:slug>/": "/about/",
}
# Nothing to keep: redirects, files, questions of machines, and what is nowhere.
OTHERS = {route for route in KEPT if "page/<" in route}
OTHERS = {route.replace("page/<int:number>/", "page/1/") for route in OTHERS}
OTHERS |= {"^(?:feed/|rss\\.xml|index\\.xml)$", "favicon.ico", "\0", "<path:path>"}
OTHERS |= {"media/<path:name>", "healthz", "readyz", "review/<str:token>/"}
OTHERS |= {"prefetch.json", "prerender.json"}  # ask the database nothing; browsers keep them a day
# What of a query is part of the name of a stored page.
READ = {"posts/<str:slug>/": {"view"}, "<str:slug>/": {"view"}, "theme.css": {"v"}}


@pytest.fixture
def site(db, monkeypatch):
    """Two articles under everything there is, one on a page of a list, and a static page."""
    monkeypatch.setattr(paging, "PER_PAGE", 1)
    fields = {
        "category": Category.objects.create(name="部", slug="section").pk,
        "tags": (Tag.objects.create(name="語", slug="tag").pk,),
        "bylines": ((Author.objects.create(name="人", slug="author").pk, ""),),
        "series": Series.objects.create(name="連載", slug="series").pk,
    }
    for slug in ("one", "two"):
        begin(slug=slug, **fields).publish(None, now=minute(0))
    fields["series"] = Series.objects.create(name="別の連載", slug="another").pk
    begin(slug="three", **fields).publish(None, now=minute(0))
    begin(slug="about", kind="page").publish(None, now=minute(0))


@pytest.fixture
def ask(site, tmp_path):
    """Return a function that asks an address through a front, and returns status and headers."""
    store = Store(tmp_path, Rows())
    front = Front(store, WSGIHandler(), {"testserver"}, https=False, cookie="sessionid")
    # A request would end the test's own connection, as it is of an older request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def ask(address):
        said = []
        environ = RequestFactory().get(address).environ | {"HTTP_HOST": "testserver"}
        body = front(environ, lambda *head: said.extend(head))
        return said[0], dict(said[1]), b"".join(body)

    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    store.shelf._db.close()


def routes():
    """Return the routes of all public addresses."""
    found = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    assert len(found) == len(urls.urlpatterns)
    return {
        str(one.pattern) if isinstance(one.pattern, RoutePattern) else one.pattern._regex
        for one in found
    }


def test_each_public_address_is_known_here():
    assert routes() == KEPT.keys() | OTHERS


@pytest.mark.parametrize("route", KEPT)
def test_a_page_is_kept_after_one_request(ask, route):
    assert get_resolver().resolve(KEPT[route]).route == route
    address = KEPT[route]
    if route == "theme.css":  # under the address that pages name it by
        address = re.search(r'"(/theme\.css\?v=\w+)"', ask("/")[2].decode())[1]
    status, headers, body = ask(address)
    assert status == "200 OK"
    assert "ETag" in headers
    # Django has nothing to say any more.
    assert ask(address) == (status, headers, body)


class Query(dict):
    """Stands for the query of every request, and notes what is read of it."""

    def __init__(self):
        super().__init__()
        self.read = set()

    def __get__(self, request, owner):
        return self

    def get(self, name, default=None):
        self.read.add(name)
        return default

    __getitem__ = __contains__ = get


@pytest.mark.parametrize("route", KEPT)
def test_a_view_reads_of_the_query_what_names_the_page(ask, route, monkeypatch):
    query = Query()
    monkeypatch.setattr(WSGIRequest, "GET", query)
    assert ask(KEPT[route])[0] == "200 OK"
    assert query.read == READ.get(route, set())

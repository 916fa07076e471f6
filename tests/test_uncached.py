"""What a page costs that the store lacks: a few questions to the database."""

import io

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from posts.models import Author, Category, Series, Tag
from posts.models.ledger import Rows
from posts.models.removal import remove
from posts.pages import Front, Removed, Store
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db

LISTS = ["/", "/categories/kokusai/", "/tags/ai/", "/authors/yamada/", "/archive/2026/04/"]
INDEXES = ["/authors/", "/series/", "/series/rensai/", "/archive/", "/feed.xml", "/sitemap.xml"]


@pytest.fixture
def front(tmp_path):
    """The page store before Django, with nothing in it yet."""
    store = Store(tmp_path / "pages", Rows())
    between = (request_started, request_finished)
    for signal in between:  # the test's transaction is in the connection
        signal.disconnect(close_old_connections)
    yield Front(store, get_wsgi_application(), {"testserver"}, https=False, cookie="sessionid")
    for signal in between:
        signal.connect(close_old_connections)
    store.shelf._db.close()


@pytest.fixture
def paper():
    """Three articles in every kind of list."""
    shelf = {
        "category": Category.objects.create(name="国際", slug="kokusai").pk,
        "series": Series.objects.create(name="連載", slug="rensai").pk,
        "tags": (Tag.objects.create(name="AI", slug="ai").pk,),
        "bylines": ((Author.objects.create(name="山田", slug="yamada").pk, ""),),
    }
    for number in range(3):
        post = begin(title=f"第{number}号", slug=f"a{number}", **shelf)
        post.publish(None, now=minute(number))


def asked(front, path):
    """Return the questions that the page at `path` asks."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    heard = []
    with CaptureQueriesContext(connection) as queries:
        b"".join(front(environ, lambda status, headers: heard.append(status)))
    assert heard == ["200 OK"]
    return [query["sql"] for query in queries]


def test_an_article_asks_six_questions_at_most(front, paper):
    asked(front, "/")  # what every page shows is known from here on
    found = asked(front, "/posts/a1/")
    assert len(found) <= 6, [one[one.index(" FROM ") :][:60] for one in found]


@pytest.mark.parametrize("path", [*LISTS, *INDEXES])
def test_a_list_asks_eight_questions_at_most(front, paper, path):
    asked(front, "/posts/a1/")
    assert len(asked(front, path)) <= 8


@pytest.mark.parametrize("path", ["/", "/posts/a1/", "/feed.xml"])
def test_a_page_that_is_kept_asks_nothing(front, paper, path):
    assert asked(front, path)
    assert asked(front, path) == []


def test_what_other_hosts_removed_is_read_at_once(django_assert_num_queries):
    for number in range(30):
        remove(Removed({f"post:{number}"}))
    ledger = Rows()
    with django_assert_num_queries(2):
        removed = ledger.read(list(ledger.unheard(0)))
    assert removed.names >= {f"post:{number}" for number in range(30)}

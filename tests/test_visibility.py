"""What readers see is decided by time alone, and nothing of the desk reaches them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Author, Category, Edition, Series, Tag, as_of
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)

SECRET = "ひみつの合言葉"
LISTS = [
    "/",
    "/categories/kokusai/",
    "/tags/ai/",
    "/authors/",
    "/authors/yamada/",
    "/series/",
    "/series/rensai/",
    "/archive/",
    "/archive/2026/",
    "/archive/2026/04/",
    "/feed.xml",
    "/sitemap.xml",
    "/sitemap-2026-04.xml",
]
EVERYWHERE = [*LISTS, "/posts/a/", "/posts/b/", "/about/", "/no-such-page/", "/robots.txt"]


@pytest.fixture
def fields():
    """All that puts an article into a list."""
    return {
        "category": Category.objects.create(name="国際", slug="kokusai").pk,
        "tags": (Tag.objects.create(name="AI", slug="ai").pk,),
        "bylines": ((Author.objects.create(name="山田", slug="yamada").pk, ""),),
        "series": Series.objects.create(name="連載", slug="rensai").pk,
    }


@pytest.fixture
def site(fields):
    """A public article, one with secret changes, a secret draft and a static page."""
    begin(title="公開の記事", slug="a", **fields).publish(None, now=minute(1))
    changed = begin(title="変わる記事", slug="b", **fields)
    changed.publish(None, now=minute(2))
    rewrite(changed, SECRET, body=SECRET, deck=SECRET, excerpt=SECRET)
    begin(title=SECRET, body=SECRET, slug="draft", **fields)
    begin(title="案内", slug="about", kind="page").publish(None, now=minute(1))
    return changed


def pages(client):
    """Return {path: text} of every public page; a title may break between its phrases."""
    texts = {path: client.get(path).content.decode() for path in EVERYWHERE}
    return {path: re.sub(r"<wbr>|</?span\b[^>]*>", "", text) for path, text in texts.items()}


def test_every_list_shows_what_is_public(client, site):
    shown = pages(client)
    for path in LISTS:
        assert client.get(path).status_code == 200
    listing = {path for path, page in shown.items() if "公開の記事" in page}
    assert {"/", "/categories/kokusai/", "/tags/ai/", "/authors/yamada/"} <= listing
    assert {"/series/rensai/", "/archive/2026/04/", "/feed.xml", "/posts/a/"} <= listing


def test_no_page_shows_a_draft_or_an_unpublished_change(client, site):
    assert not [path for path, page in pages(client).items() if SECRET in page]
    assert not [path for path, page in pages(client).items() if "/posts/draft/" in page]


def test_no_page_shows_what_waits_for_its_time(client, site):
    site.publish(None, at=NOW + HOUR, now=minute(3))
    assert not [path for path, page in pages(client).items() if SECRET in page]


def test_pages_show_a_scheduled_change_once_its_time_has_come(client, site):
    site.publish(None, at=minute(10), now=minute(3))
    shown = {path for path, page in pages(client).items() if SECRET in page}
    assert {"/", "/posts/b/", "/feed.xml", "/tags/ai/"} <= shown


def test_no_page_shows_what_is_over(client, site):
    site.unpublish(None, now=minute(5))
    shown = pages(client)
    assert not [path for path, page in shown.items() if "変わる記事" in page]
    assert not [path for path, page in shown.items() if "/posts/b/" in page]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_readers_query_touches_the_desk(client, site, path):
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert queries.captured_queries or path == "/robots.txt"
    tables = ("posts_post", "posts_revision", "posts_comment", "posts_byline", "posts_tagging")
    asked = [query["sql"] for query in queries.captured_queries]
    assert not [sql for sql in asked for table in tables if f'"{table}"' in sql]


def test_visible_is_half_open(writer):
    post = begin(writer)
    post.publish(None, at=minute(10), until=minute(20), now=minute(1))
    instant = timedelta(microseconds=1)
    moments = [minute(10) - instant, minute(10), minute(20) - instant, minute(20)]
    assert [Edition.objects.public(at).exists() for at in moments] == [False, True, True, False]


def test_an_edition_and_the_query_agree(writer):
    edition = begin(writer).publish(None, at=minute(10), until=minute(20), now=minute(1))
    for number in (9, 10, 19, 20, 21):
        asked = Edition.objects.public(minute(number)).exists()
        assert edition.is_public(minute(number)) == asked


def test_visibility_needs_no_move_at_its_minute(writer, client):
    begin(writer, slug="soon").publish(None, at=minute(10), until=NOW + HOUR, now=minute(1))
    assert client.get("/posts/soon/").status_code == 200


def test_a_planned_end_needs_no_move_at_its_minute(writer, client):
    begin(writer, slug="over").publish(None, until=minute(10), now=minute(1))
    assert client.get("/posts/over/").status_code == 404


def test_pages_can_be_read_as_of_another_time(writer, client):
    post = begin(writer, slug="early")
    post.publish(None, at=minute(5), until=minute(10), now=minute(1))
    rewrite(post, "題名", slug="late", now=minute(11))
    post.publish(None, at=minute(20), now=minute(12))
    asked = {}
    for moment in (4, 6, 11, 21):
        with as_of(minute(moment)):
            asked[moment] = [
                client.get(f"/posts/{slug}/").status_code for slug in ("early", "late")
            ]
    assert asked == {4: [404, 404], 6: [200, 404], 11: [404, 404], 21: [301, 200]}
    assert client.get("/posts/late/").status_code == 200


def test_a_renamed_author_is_renamed_on_the_published_page(client, site):
    Author.objects.update(name="山田花子")
    assert "山田花子" in pages(client)["/posts/a/"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/", "/posts/a/", "/tags/ai/", "/archive/"])
def test_pages_are_only_read(client, site, method, path):
    assert getattr(client, method)(path).status_code == 405


def test_head_answers_as_get_does(client, site):
    for path in ("/", "/posts/a/", "/feed.xml"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")

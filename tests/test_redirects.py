"""Where addresses lead that are not an article's own: old slugs, old sites, a missing slash."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from posts.models import Media, Redirect
from tests.cast import begin, minute, rewrite
from tests.test_media import plain

pytestmark = pytest.mark.django_db


def leads(client, address):
    """Return where `address` leads for good, None where nothing is."""
    answer = client.get(address)
    assert answer.status_code in {301, 404}
    return answer.get("Location")


# Old slugs


@pytest.fixture
def renamed():
    """An article that readers saw as `one` and see as `two`."""
    post = begin(slug="one")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="two", now=minute(2))
    post.publish(None, now=minute(3))
    return post


def test_an_old_slug_leads_to_the_new_one(client, renamed):
    assert leads(client, "/posts/one/") == "/posts/two/"
    assert client.get("/posts/two/").status_code == 200


def test_an_old_slug_leads_to_the_newest_in_one_step(client, renamed):
    rewrite(renamed, "題", slug="three", now=minute(4))
    renamed.publish(None, now=minute(5))
    assert leads(client, "/posts/one/") == leads(client, "/posts/two/") == "/posts/three/"


def test_a_slug_that_is_taken_up_again_is_the_articles_own(client, renamed):
    rewrite(renamed, "題", slug="one", now=minute(4))
    renamed.publish(None, now=minute(5))
    assert client.get("/posts/one/").status_code == 200
    assert leads(client, "/posts/two/") == "/posts/one/"


def test_an_old_slug_of_what_is_over_leads_nowhere(client, renamed):
    renamed.unpublish(None)
    assert leads(client, "/posts/one/") is None
    assert leads(client, "/posts/two/") is None


def test_a_slug_that_readers_never_saw_leads_nowhere(client, renamed):
    rewrite(renamed, "題", slug="never", now=minute(4))
    assert leads(client, "/posts/never/") is None


def test_a_slug_that_waits_for_its_minute_leads_nowhere(client, renamed):
    rewrite(renamed, "題", slug="soon", now=minute(4))
    renamed.publish(None, at=timezone.now() + timedelta(minutes=1))
    assert leads(client, "/posts/soon/") is None
    assert leads(client, "/posts/one/") == "/posts/two/"


def test_the_slug_of_a_draft_looks_like_none(client):
    begin(slug="draft", title="秘密の題")
    hidden, none = client.get("/posts/draft/"), client.get("/posts/nothing/")
    assert hidden.status_code == none.status_code == 404
    assert hidden.content.replace(b"draft", b"nothing") == none.content


def test_an_article_is_not_read_as_a_page_and_a_page_not_as_an_article(client):
    begin(slug="article").publish(None)
    begin(slug="about", kind="page").publish(None)
    assert leads(client, "/article/") in {None, "/posts/article/"}
    assert leads(client, "/posts/about/") in {None, "/about/"}


def test_the_cases_of_an_encoding_are_one_address(client):
    begin(slug="推論").publish(None)
    own = quote("/posts/推論/")
    assert client.get(own).status_code == 200
    assert client.get(own.lower()).status_code == 200


def test_a_decomposed_slug_leads_to_the_composed_one(client):
    begin(slug="ガ").publish(None)
    assert leads(client, quote("/posts/カ\u3099/")) == quote("/posts/ガ/")


# Addresses of the site before


@pytest.mark.parametrize(
    "old", ["/2024/01/02/x.html", "/old/", "/a.php", "/posts/old/", "/tags/old/", "/archive/x/"]
)
def test_an_old_address_leads_to_the_article_while_it_is_visible(client, old):
    post = begin(slug="new")
    Redirect.objects.create(path=old, post=post)
    assert leads(client, old) is None
    post.publish(None)
    assert leads(client, old) == "/posts/new/"
    post.unpublish(None)
    assert leads(client, old) is None


def test_an_old_address_waits_with_its_article(client):
    post = begin(slug="new")
    Redirect.objects.create(path="/old/", post=post)
    post.publish(None, at=timezone.now() + timedelta(minutes=1))
    assert leads(client, "/old/") is None


@pytest.mark.parametrize("place", ["cover", "body"])
def test_an_old_address_of_a_picture_leads_to_it_while_readers_see_it(client, place):
    media = Media.keep(plain(), "x.png")
    Redirect.objects.create(path="/assets/図.png", media=media)
    used = {"cover": media.pk} if place == "cover" else {"body": "![図](/assets/図.png)"}
    post = begin(**used)
    assert leads(client, quote("/assets/図.png")) is None
    post.publish(None)
    assert leads(client, quote("/assets/図.png")) == media.url
    post.unpublish(None)
    assert leads(client, quote("/assets/図.png")) is None


def test_an_old_address_may_lead_to_another(client):
    Redirect.objects.create(path="/rss/", target="/feed.xml")
    assert leads(client, "/rss/") == "/feed.xml"


def test_an_old_address_is_found_in_every_composition(client):
    Redirect.objects.create(path="/ガ/", target="/feed.xml")
    assert leads(client, quote("/カ\u3099/")) == "/feed.xml"


@pytest.mark.parametrize("old", ["/", "/posts/x/", "/feed.xml", "/about/", "/admin/login/"])
def test_an_old_address_hides_no_page(client, old):
    begin(slug="x").publish(None)
    begin(slug="about", kind="page").publish(None)
    Redirect.objects.create(path=old, target="/elsewhere/")
    assert client.get(old).status_code == 200


# A missing slash


@pytest.mark.parametrize(
    "address", ["/posts/x", "/archive", "/authors", "/series", "/about", "/tags/a", "/categories/b"]
)
def test_a_missing_slash_is_added(client, address):
    begin(slug="x").publish(None)
    begin(slug="about", kind="page").publish(None)
    assert leads(client, address) == f"{address}/"


def test_the_query_stays(client):
    assert leads(client, "/archive?a=1&b=%E3%81%82") == "/archive/?a=1&b=%E3%81%82"


@pytest.mark.parametrize("address", ["/nothing", "/a/b/c", "/x.html", "/draft", "/wp-login.php"])
def test_no_slash_is_added_where_nothing_is(client, address):
    begin(slug="draft", kind="page")
    assert leads(client, address) is None


@pytest.mark.parametrize(
    "address", ["//evil.example", "//evil.example/archive", "///archive", "/\\evil.example/archive"]
)
def test_no_slash_leads_to_another_host(client, address):
    location = client.get("/", PATH_INFO=address).get("Location")
    assert location is None or not location.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("address", "to"), [("/page/1/", "/"), ("/archive/2026/04/page/1/", "/archive/2026/04/")]
)
def test_the_first_page_has_one_address(client, address, to):
    assert leads(client, address) == to

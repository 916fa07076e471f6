"""The page of an address where nothing is: what it leads on to, and what it never tells."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Category, Redirect
from posts.models.reading import resembling
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db

ASKED = "お探しの記事は、こちらですか"


@pytest.fixture
def paper():
    """Some public articles, the newest last."""
    category = Category.objects.create(name="技術", slug="tech")
    for number, slug in enumerate(["rain", "three-buses", "three-buses-again", "雨の境目を測る"]):
        post = begin(title=f"「{slug}」の題", slug=slug, category=category.pk)
        post.publish(None, now=minute(number))


def offered(client, address):
    """Return the addresses of the articles that the page offers in place of `address`."""
    answer = client.get(address)
    assert answer.status_code == 404
    found = re.search(rf"{ASKED}.*?</section>", answer.content.decode(), re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


def test_it_says_what_may_have_happened_and_leads_on(client, paper):
    page = client.get("/nothing/").content.decode()
    for words in ("途中で切れている", "アドレスが変わった", "公開が終わった", "新着記事"):
        assert words in page
    for address in ("/categories/tech/", "/series/", "/authors/", "/archive/", "/", "/posts/rain/"):
        assert f'href="{address}"' in page, address
    assert ASKED not in page


@pytest.mark.parametrize(
    ("address", "slugs"),
    [
        ("/posts/three-bus/", ["three-buses", "three-buses-again"]),  # cut off
        ("/posts/three-buses-a/", ["three-buses", "three-buses-again"]),
        ("/posts/three-buses.html/", ["three-buses", "three-buses-again"]),
        ("/posts/rain。です/", ["rain"]),  # taken along
        ("/posts/rain/amp/", ["rain"]),
        ("/Posts/RAIN/", ["rain"]),
        ("/2024/05/rain/", ["rain"]),
        ("/blog/rain-/", ["rain"]),
        ("/posts/雨の境目を/", ["雨の境目を測る"]),
        ("/posts/rai/", []),  # of three letters anything may be the rest
        ("/posts/rain-and-something-quite-different/", []),
        ("/posts/nothing/", []),
    ],
)
def test_it_offers_what_the_address_may_have_meant(client, paper, address, slugs):
    from posts.models import address as of

    assert offered(client, address) == [of("article", slug) for slug in slugs]


def test_an_address_in_capitals_leads_there_at_once(client, paper):
    assert client.get("/posts/RAIN/")["Location"] == "/posts/rain/"


def test_a_static_page_is_offered_too(client):
    begin(title="この雑誌", slug="about-us", kind="page").publish(None)
    assert offered(client, "/about-u/") == ["/about-us/"]


def test_no_more_than_three_are_offered(client):
    for number in range(9):
        begin(slug=f"rain-{number}").publish(None)
    assert len(offered(client, "/posts/rain-/")) == 3


@pytest.mark.parametrize("state", ["draft", "waiting", "over", "withdrawn"])
def test_what_is_hidden_is_answered_like_what_never_was(client, paper, state):
    def answers():
        found = [client.get(f"/posts/{slug}/") for slug in ("secret-plan", "secret-pl", "secret")]
        assert {one.status_code for one in found} == {404}
        return [(one.content, sorted(one.headers.items())) for one in found]

    before = answers()
    post = begin(title="秘密", slug="secret-plan")
    if state == "waiting":
        post.publish(None, at=timezone.now() + timedelta(days=1), now=minute(1))
    elif state == "over":
        post.publish(None, until=minute(2), now=minute(1))
    elif state == "withdrawn":
        post.publish(None, now=minute(1))
        post.unpublish(None, now=minute(2))
    assert answers() == before


@pytest.mark.parametrize(
    "address",
    ["/posts/%00rain/", "/posts/%ff%fe/", "/" + "a" * 5_000 + "/", "/posts/%f0%9f%98%80%f0/"],
)
def test_no_address_is_an_error(client, paper, address):
    assert client.get(address).status_code in {301, 404}


def test_it_costs_few_questions_however_much_there_is(client, paper, django_assert_max_num_queries):
    for number in range(30):
        begin(slug=f"rain-{number}").publish(None, now=minute(10 + number))
    for address in ("/nothing/", "/posts/rain-/", "/posts/rain-and-snow/", "/a/b/c/d.html"):
        with django_assert_max_num_queries(11):
            client.get(address)
    assert len(resembling("rain-1")) == 3


def test_an_old_address_still_leads_to_what_it_held(client, paper):
    Redirect.objects.create(path="/old/rain/", target="/posts/rain/")
    assert client.get("/old/rain/")["Location"] == "/posts/rain/"

"""The lists that readers page through: their order, their cost, and where they end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from posts.models import Author, Category, Edition, Media, Series, Tag
from posts.paging import PER_PAGE
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db

FUTURE = timezone.now() + timedelta(hours=1)

NUMBERED = ["/", "/categories/kokusai/", "/tags/ai/", "/authors/yamada/", "/archive/2026/04/"]
WHOLE = ["/authors/", "/series/", "/series/rensai/", "/archive/", "/archive/2026/"]
MACHINES = ["/feed.xml", "/sitemap.xml", "/sitemap-2026-04.xml"]


@pytest.fixture
def shelf():
    """What articles are filed under, with addresses that can be written down."""
    return {
        "category": Category.objects.create(name="国際", slug="kokusai"),
        "tag": Tag.objects.create(name="AI", slug="ai"),
        "author": Author.objects.create(name="山田", slug="yamada"),
        "series": Series.objects.create(name="連載", slug="rensai"),
    }


@pytest.fixture
def publish(shelf):
    """Return a function that publishes articles by number, each with relations of its own too."""

    def publish(*numbers):
        for number in numbers:
            name = f"別の{number}"
            child = Category.objects.create(name=name, slug=name, parent=shelf["category"])
            begin(
                title=f"第{number:02}号",
                slug=f"a{number}",
                category=(shelf["category"] if number % 2 else child).pk,
                tags=(shelf["tag"].pk, Tag.objects.create(name=name).pk),
                bylines=((shelf["author"].pk, ""), (Author.named(name).pk, "photo")),
                series=(shelf["series"] if number < 9 else Series.named(name)).pk,
                series_part=number,
                cover=picture(number).pk,
            ).publish(None, now=minute(number // 2))  # two in the same minute

    return publish


def picture(number):
    fields = {"format": "PNG", "width": 4, "height": 3, "size": 1, "name": f"{number}.png"}
    return Media.objects.create(digest=f"{number:064}", original=f"00/{number:062}.png", **fields)


def cost(client, paths):
    """Return {path: number of queries}."""
    counts = {}
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts[path] = len(queries)
    return counts


def titles(client, path):
    """Return the titles of what a list holds, the first one first; the page shows each of them."""
    response = client.get(path)
    assert response.status_code == 200
    ids = response.context["page"].ids
    known = Edition.objects.in_bulk(ids)
    found, seen = [known[pk].title for pk in ids], strip_tags(response.content.decode())
    assert [title for title in found if title not in seen] == []
    return found


def test_no_list_costs_more_with_more_articles(client, publish):
    paths = [*NUMBERED, *WHOLE, *MACHINES, "/posts/a1/"]
    publish(*range(1, 10))
    client.get("/")  # what is read once a process
    few = cost(client, paths)
    publish(*range(10, 61))
    assert cost(client, paths) == few
    deep = [f"{path}page/3/" for path in NUMBERED]
    assert list(cost(client, deep).values()) <= [few[path] for path in NUMBERED]


@pytest.mark.parametrize("path", NUMBERED)
def test_the_pages_of_a_list_hold_each_article_once_newest_first(client, publish, path):
    publish(*range(1, 2 * PER_PAGE + 6))
    pages = [path, f"{path}page/2/", f"{path}page/3/"]
    found = [title for page in pages for title in titles(client, page)]
    # Of two in the same minute the later one comes first.
    assert found == [f"第{number:02}号" for number in range(2 * PER_PAGE + 5, 0, -1)]
    assert client.get(f"{path}page/4/").status_code == 404


@pytest.mark.parametrize("path", NUMBERED)
def test_a_list_that_just_fits_has_one_page(client, publish, path):
    publish(*range(1, PER_PAGE + 1))
    page = client.get(path).context["page"]
    assert (len(page.ids), page.previous, page.next) == (PER_PAGE, None, None)
    assert client.get(f"{path}page/2/").status_code == 404


@pytest.mark.parametrize("path", NUMBERED)
def test_the_first_page_has_one_address(client, publish, path):
    publish(1)
    response = client.get(f"{path}page/1/")
    assert (response.status_code, response["Location"]) == (301, path)


@pytest.mark.parametrize("path", NUMBERED)
def test_a_page_that_cannot_be_is_nothing(client, publish, path):
    publish(1)
    numbers = ["0", "-1", "x", "1000001", "9" * 40]
    answers = {number: client.get(f"{path}page/{number}/").status_code for number in numbers}
    assert set(answers.values()) == {404}, answers


def test_pages_lead_to_each_other(client, publish):
    publish(*range(1, 2 * PER_PAGE + 2))
    ways = [
        (page.previous, page.next, page.address)
        for page in (client.get(path).context["page"] for path in ("/", "/page/2/", "/page/3/"))
    ]
    assert ways == [
        (None, "/page/2/", "/"),
        ("/", "/page/3/", "/page/2/"),
        ("/page/2/", None, "/page/3/"),
    ]


def test_articles_that_one_author_signs_twice_are_listed_once(client, shelf):
    author = shelf["author"].pk
    for number in range(PER_PAGE):
        post = begin(title=f"題{number}", bylines=((author, ""), (author, "photo")))
        post.publish(None, now=minute(number))
    assert len(titles(client, "/authors/yamada/")) == PER_PAGE
    assert client.get("/authors/yamada/").context["page"].next is None


def test_a_category_lists_what_is_filed_below_it(client, shelf):
    child = Category.objects.create(name="アジア", slug="asia", parent=shelf["category"])
    below = Category.objects.create(name="日本", slug="japan", parent=child)
    begin(title="題", category=below.pk).publish(None, now=minute(1))
    assert titles(client, "/categories/kokusai/") == ["題"]


def test_a_static_page_is_in_no_list(client, shelf):
    fields = {"category": shelf["category"].pk, "tags": (shelf["tag"].pk,)}
    fields |= {"bylines": ((shelf["author"].pk, ""),), "series": shelf["series"].pk}
    begin(slug="about", kind="page", **fields).publish(None, now=minute(1))
    assert titles(client, "/") == []
    for path in ("/categories/kokusai/", "/tags/ai/", "/authors/yamada/", "/series/rensai/"):
        assert client.get(path).status_code == 404
    assert "/about/" not in client.get("/feed.xml").content.decode()


def test_an_article_of_midnight_in_japan_is_in_that_month(client):
    begin(title="元日", original_date=minute(0).replace(2026, 1, 1, 0)).publish(None, now=minute(1))
    assert titles(client, "/archive/2026/01/") == ["元日"]
    assert client.get("/archive/2025/12/").status_code == 404


@pytest.mark.parametrize("path", ["/archive/2026/13/", "/archive/2026/00/", "/archive/0000/"])
def test_a_month_that_cannot_be_is_nothing(client, path):
    assert client.get(path).status_code == 404


# What is hidden looks like what is missing


def test_without_articles_the_home_page_answers_and_no_list_does(client, shelf):
    assert client.get("/").status_code == 200
    hidden = [path for path in NUMBERED if path != "/"]
    for path in [*hidden, "/page/2/", "/series/rensai/", "/archive/2026/"]:
        assert client.get(path).status_code == 404


@pytest.fixture(params=["nothing", "draft", "waiting", "over", "page"])
def hidden(request, shelf):
    """Something is filed, but readers may not see it."""
    if request.param == "nothing":
        return
    post = begin(
        slug="hidden",
        kind="page" if request.param == "page" else "article",
        category=shelf["category"].pk,
        tags=(shelf["tag"].pk,),
        bylines=((shelf["author"].pk, ""),),
        series=shelf["series"].pk,
    )
    if request.param == "waiting":
        post.publish(None, at=FUTURE, now=minute(1))
    elif request.param == "over":
        post.publish(None, until=minute(2), now=minute(1))
    elif request.param == "page":
        post.publish(None, now=minute(1))


PAIRS = [
    ("/categories/kokusai/", "/categories/kokunai/"),
    ("/categories/kokusai/page/2/", "/categories/kokunai/page/2/"),
    ("/tags/ai/", "/tags/io/"),
    ("/tags/ai/page/2/", "/tags/io/page/2/"),
    ("/authors/yamada/", "/authors/yamano/"),
    ("/series/rensai/", "/series/rensou/"),
]


@pytest.mark.parametrize(("path", "missing"), PAIRS)
def test_what_is_hidden_looks_like_what_is_missing(client, hidden, path, missing):
    begin(title="ほかの記事").publish(None, now=minute(5))
    there, nowhere = client.get(path), client.get(missing)
    assert there.status_code == nowhere.status_code == 404
    assert there.content.replace(path.encode(), missing.encode()) == nowhere.content
    assert set(there.headers) == set(nowhere.headers)


@pytest.mark.parametrize("path", ["/", "/authors/", "/series/", "/archive/", "/feed.xml"])
def test_no_list_names_what_is_hidden(client, hidden, path):
    page = client.get(path).content.decode()
    assert not [name for name in ("kokusai", "/tags/ai/", "yamada", "rensai") if name in page]


def test_the_order_does_not_depend_on_the_time_of_the_update(client, publish):
    publish(1, 2, 3)
    post = Edition.objects.get(slug="a1").post
    post.write(replace(post.manuscript, title="直した第1号"), by=None)
    post.publish(None, now=minute(60))
    assert titles(client, "/")[-1] == "直した第1号"


def test_a_long_series_goes_on_on_further_pages_in_reading_order(client, shelf):
    for number in range(2 * PER_PAGE + 3, 0, -1):
        fields = {"series": shelf["series"].pk, "series_part": number}
        begin(title=f"第{number}回", slug=f"s{number}", **fields).publish(None, now=minute(number))
    pages = ["/series/rensai/", "/series/rensai/page/2/", "/series/rensai/page/3/"]
    found = [title for page in pages for title in titles(client, page)]
    assert found == [f"第{number}回" for number in range(1, 2 * PER_PAGE + 4)]
    assert "43回・連載中" in client.get(pages[2]).content.decode()
    assert client.get("/series/rensai/page/4/").status_code == 404


def test_the_series_go_on_on_further_pages_newest_first(client, db):
    for number in range(PER_PAGE + 2):
        series = Series.objects.create(name=f"連載{number:02}", slug=f"r{number}")
        begin(slug=f"a{number}", series=series.pk).publish(None, now=minute(number))
    first, second = (client.get(path).content.decode() for path in ("/series/", "/series/page/2/"))
    assert "連載21" in first and "連載02" in first and "連載01" not in first
    assert "連載01" in second and "連載00" in second
    assert client.get("/series/page/3/").status_code == 404


def test_a_section_says_of_no_article_that_it_stands_in_it_but_where_below(client, publish):
    publish(1, 2)  # the second one stands in a section below
    page = client.get("/categories/kokusai/").content.decode()
    cards = page.partition('<div class="listing-body">')[2].partition("</main>")[0]
    assert "第01号" in cards
    assert ">国際</a>" not in cards
    assert ">別の2</a>" in cards

"""The front page: what leads, what stands under it, its sections and series; nothing twice."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Author, Category, Edition, Media, Post, Series, SiteSettings
from posts.pages import in_microseconds
from posts.pages.front import Declared
from posts.paging import PER_PAGE
from posts.views.lists import DIGEST, FRONT_SERIES, SECOND
from tests.cast import begin, minute, rewrite
from tests.pages.desk import close_stores, open_store

pytestmark = pytest.mark.django_db

FUTURE = timezone.now() + timedelta(hours=1)


def publish(*numbers, **fields):
    """Publish articles by number, a minute apart, and return the posts."""
    posts = [begin(title=f"第{number}号", slug=f"a{number}", **fields) for number in numbers]
    for number, post in zip(numbers, posts, strict=True):
        post.publish(None, now=minute(number))
    return posts


def choose(post):
    """Let the desk choose what leads."""
    SiteSettings.objects.update_or_create(pk=1, defaults={"lead": post})


def front(client):
    """Return the titles on the front page by the place where they stand."""
    answer = client.get("/")
    assert answer.status_code == 200
    context = answer.context
    return {
        "lead": context["lead"].edition.title,
        "second": [card.edition.title for card in context["second"]],
        "sections": [one.name for one in context["sections"]],
        "digests": {
            one.category.name: [line.title for line in one.editions] for one in context["digests"]
        },
        "series": [one.name for one, _ in context["series"]],
        "latest": [card.edition.title for card in context["latest"]],
    }


def linked(client, path="/"):
    """Return how often the main part of a page leads to each article."""
    main = client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
    return Counter(re.findall(r'href="/posts/([^"/]+)/"', main))


# What leads


def test_the_newest_leads_where_nobody_chose(client):
    publish(1, 2, 3)
    assert front(client)["lead"] == "第3号"
    publish(4)
    assert front(client)["lead"] == "第4号"


@pytest.mark.parametrize("number", [PER_PAGE + 5, PER_PAGE + 3, 8, 1])
def test_what_the_desk_chose_leads_however_old_it_is(client, number):
    posts = publish(*range(1, PER_PAGE + 6))
    choose(posts[number - 1])
    page = front(client)
    newest = [f"第{one}号" for one in range(PER_PAGE + 5, 0, -1) if one != number]
    assert page["lead"] == f"第{number}号"
    assert page["second"] == newest[:SECOND]
    assert set(linked(client).values()) == {1}


def test_it_leads_with_all_that_a_lead_shows(client):
    fields = {"format": "PNG", "width": 40, "height": 30, "size": 1, "name": "x.png"}
    cover = Media.objects.create(digest="c" * 64, original="cc/c.png", **fields)
    bylines = ((Author.named("山田").pk, ""),)
    category = Category.objects.create(name="国際", slug="kokusai")
    [old] = publish(1, excerpt="要旨です。", cover=cover.pk, category=category.pk, bylines=bylines)
    publish(*range(2, PER_PAGE + 9))
    choose(old)
    main = client.get("/").content.decode().partition('<article class="lead')[2]
    lead = main.partition("</article>")[0]
    for part in ("要旨です。", "山田", "国際", "/media/cc/c.png", f"section-{category.pk}"):
        assert part in lead, part


def test_a_change_of_the_lead_shows_once_it_is_published(client):
    old, _ = publish(1, 2)
    choose(old)
    rewrite(old, "直した題")
    assert front(client)["lead"] == "第1号"
    old.publish(None, at=FUTURE, now=minute(5))
    assert front(client)["lead"] == "第1号"
    assert "直した題" not in client.get("/").content.decode()
    old.unschedule(None)
    old.publish(None, now=minute(6))
    assert front(client)["lead"] == "直した題"


def withdraw(post):
    post.publish(None, now=minute(4))
    post.unpublish(None, now=minute(5))


def withdraw_and_archive(post):
    withdraw(post)
    post.archive(None)


HIDDEN = {
    "draft": lambda post: None,
    "in review": lambda post: post.submit(None),
    "scheduled": lambda post: post.publish(None, at=FUTURE, now=minute(4)),
    "over": lambda post: post.publish(None, until=minute(5), now=minute(4)),
    "withdrawn": withdraw,
    "archived": withdraw_and_archive,
    "erased": lambda post: post.erase(None),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_the_newest_leads_while_the_chosen_one_is_hidden(client, way):
    post = begin(title="隠れた題", slug="hidden", deck="隠れたリード")
    publish(*range(1, 9))
    unchosen = client.get("/").content
    assert unchosen.count(b'<article class="lead') == 1
    choose(post)
    HIDDEN[way](post)
    assert client.get("/").content == unchosen
    assert front(client)["lead"] == "第8号"
    assert "隠れた" not in unchosen.decode()


def test_a_static_page_leads_nothing(client):
    page = begin(title="会社概要", slug="about", kind="page")
    page.publish(None, now=minute(9))
    choose(page)
    publish(1)
    assert front(client)["lead"] == "第1号"
    assert "会社概要" not in client.get("/").content.decode()


def test_a_withdrawn_lead_leads_again_once_it_is_back(client):
    old, _ = publish(1, 2)
    choose(old)
    old.unpublish(None, now=minute(3))
    assert front(client)["lead"] == "第2号"
    old.publish(None, now=minute(4))
    assert front(client)["lead"] == "第1号"


def test_an_erased_lead_leaves_no_choice_behind(client):
    post = begin()
    choose(post)
    post.erase(None)
    assert not Post.objects.exists()
    assert SiteSettings.load().lead_id is None


def test_a_hidden_lead_leaves_an_empty_paper_empty(client):
    choose(begin(title="隠れた題"))
    answer = client.get("/")
    assert answer.status_code == 200
    assert "隠れた題" not in answer.content.decode()


# Sections


@pytest.fixture
def shelf():
    """Two sections, one with another below it, and one that nothing stands in."""
    top = Category.objects.create(name="国際", slug="kokusai", position=1)
    return {
        "国際": top,
        "アジア": Category.objects.create(name="アジア", slug="asia", parent=top),
        "文化": Category.objects.create(name="文化", slug="bunka", position=2),
        "空": Category.objects.create(name="空", slug="kara", position=3),
    }


def test_sections_stand_in_their_order_with_their_newest(client, shelf):
    publish(1, 2, category=shelf["文化"].pk)
    publish(3, category=shelf["アジア"].pk)
    publish(4, category=shelf["国際"].pk)
    publish(*range(5, 5 + 1 + SECOND))
    page = front(client)
    assert page["sections"] == ["国際", "文化"]
    assert list(page["digests"].items()) == [
        ("国際", ["第4号", "第3号"]),
        ("文化", ["第2号", "第1号"]),
    ]
    assert page["latest"] == []


def test_a_section_shows_a_few_and_the_newest_list_the_rest(client, shelf):
    publish(*range(1, DIGEST + 3), category=shelf["文化"].pk)
    publish(*range(11, 11 + 1 + SECOND))
    page = front(client)
    assert page["digests"] == {"文化": [f"第{number}号" for number in range(DIGEST + 2, 2, -1)]}
    assert page["latest"] == ["第2号", "第1号"]


def test_a_section_whose_articles_all_stand_above_has_no_digest(client, shelf):
    publish(1, 2, category=shelf["文化"].pk)
    page = front(client)
    assert page["sections"] == ["文化"]
    assert page["digests"] == {}


def test_a_section_goes_with_its_last_article(client, shelf):
    [only] = publish(1, category=shelf["文化"].pk)
    publish(*range(2, 7))
    assert front(client)["digests"] == {"文化": ["第1号"]}
    only.unpublish(None, now=minute(9))
    page = front(client)
    assert (page["sections"], page["digests"]) == ([], {})


def test_the_category_of_the_lead_can_be_merged_into_another(client, shelf):
    [lead] = publish(1, category=shelf["文化"].pk)
    publish(2, 3, 4, 5, category=shelf["国際"].pk)
    choose(lead)
    shelf["文化"].merge_into(shelf["国際"], None)
    page = front(client)
    assert page["lead"] == "第1号"
    assert page["sections"] == ["国際"]
    assert page["digests"] == {"国際": ["第2号"]}
    html = client.get("/").content.decode()
    assert "文化" not in html
    assert "/categories/bunka/" not in html


@pytest.mark.parametrize("chosen", [None, 1, 17, 38, 40])
def test_no_article_stands_twice_and_none_is_lost(client, shelf, chosen):
    """The first page has the 20 newest, whatever else sections and the lead add to them."""
    places = [shelf["国際"].pk, shelf["アジア"].pk, shelf["文化"].pk, None]
    posts = {number: publish(number, category=places[number % 4])[0] for number in range(1, 41)}
    choose(posts.get(chosen))
    found = linked(client)
    assert set(found.values()) == {1}
    assert set(found) >= {f"a{number}" for number in range(21, 41)}
    assert set(linked(client, "/page/2/")) == {f"a{number}" for number in range(1, 21)}


# Series


def test_the_series_continued_last_stand_there(client):
    rows = [Series.objects.create(name=f"連載{n}", slug=f"s{n}") for n in range(FRONT_SERIES + 2)]
    for number, one in enumerate(rows):
        publish(number, series=one.pk, series_part=1)
    publish(50, series=rows[0].pk, series_part=2)
    assert front(client)["series"] == ["連載0", "連載4", "連載3"]


def test_a_series_that_nobody_can_read_yet_is_not_named(client):
    secret = Series.objects.create(name="極秘の連載", slug="secret")
    publish(1)
    begin(series=secret.pk)
    begin(series=secret.pk).publish(None, at=FUTURE, now=minute(1))
    begin(series=secret.pk, kind="page").publish(None, now=minute(1))
    assert front(client)["series"] == []
    assert "極秘" not in client.get("/").content.decode()


# Its cost


def cost(client):
    """Return how many queries the front page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    return len(queries)


def test_it_costs_the_same_with_more_articles_and_a_chosen_lead(client, shelf):
    places = [shelf["国際"].pk, shelf["アジア"].pk, shelf["文化"].pk, None]
    rows = [Series.objects.create(name=f"連載{number}", slug=f"s{number}") for number in range(4)]

    def more(*numbers):
        for number in numbers:
            publish(number, category=places[number % 4], series=rows[number % 4].pk)

    more(*range(1, 9))
    choose(Post.objects.get(slugs__path="a1"))
    client.get("/")  # what is read once a process
    few = cost(client)
    more(*range(9, 70))
    assert cost(client) == few


def test_a_long_series_costs_no_more_than_a_longer_one(client):
    column = Series.objects.create(name="毎日のコラム", slug="column")
    publish(0, series=Series.objects.create(name="古い連載", slug="old").pk)
    publish(*range(1, 60), series=column.pk)
    client.get("/")
    few = cost(client)
    publish(*range(60, 200), series=column.pk)
    assert cost(client) == few
    assert front(client)["series"] == ["毎日のコラム", "古い連載"]


# How long it is good


@pytest.mark.parametrize("stands", ["as the lead", "in a digest", "among the newest"])
def test_it_is_good_no_longer_than_what_it_shows(client, shelf, tmp_path, stands):
    """Behind its end an article is not shown even while the database is down."""
    category = shelf["文化"].pk if stands == "in a digest" else None
    [ending] = publish(PER_PAGE if stands == "among the newest" else 1, category=category)
    publish(*range(PER_PAGE + 1, 2 * PER_PAGE + 1))
    if stands == "as the lead":
        choose(ending)
    elif stands == "among the newest":
        Edition.objects.filter(slug=f"a{PER_PAGE + 1}").get().post.unpublish(None)
    ending.unpublish(None, at=FUTURE)
    declared = Declared(open_store(tmp_path)[0])
    page = client.get("/", **{"genko.declared": declared}).content.decode()
    close_stores()
    assert ending.title in page
    assert declared.until == in_microseconds(FUTURE)

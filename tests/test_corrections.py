"""Corrections: readers are told what was changed, for as long as the article is there."""

import re

import pytest
from django.utils.html import strip_tags

from posts.models import Change
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture
def article():
    """An article that was published, corrected, updated and added to, a day between each."""
    post = begin(title="ダムの記事", slug="dam")
    post.publish(None, now=minute(0))
    for day, kind, note in (
        (1, Change.CORRECTION, "貯水量は1億トンの誤りでした。"),
        (2, Change.UPDATE, "写真を差し替えました。"),
        (3, Change.MINOR, "読者には関わりのない直しです。"),
        (4, Change.ADDITION, "県の見解を加えました。"),
    ):
        rewrite(post, f"ダムの記事{day}", now=minute(day * DAY))
        post.publish(None, kind=kind, note=note, now=minute(day * DAY + 1))
    return post


def notes(html):
    """Return the words of each note on a page."""
    found = re.findall(r'<aside class="note".*?</aside>', html, re.DOTALL)
    return [" ".join(strip_tags(one).split()) for one in found]


def test_the_page_tells_of_each_with_its_day(client, article):
    told = notes(client.get("/posts/dam/").content.decode())
    assert told == [
        "追記2026年4月5日 県の見解を加えました。",
        "訂正2026年4月2日 貯水量は1億トンの誤りでした。",
    ]


def test_an_update_is_told_only_until_the_next_change(client):
    post = begin(title="題", slug="a")
    post.publish(None, now=minute(0))
    rewrite(post, "題二", now=minute(1))
    post.publish(None, kind=Change.UPDATE, note="写真を差し替えました。", now=minute(2))
    assert len(notes(client.get("/posts/a/").content.decode())) == 1
    rewrite(post, "題三", now=minute(3))
    post.publish(None, kind=Change.MINOR, now=minute(4))
    assert notes(client.get("/posts/a/").content.decode()) == []


def test_feeds_tell_it_too(client, article):
    feed = client.get("/feed.xml").content.decode()
    assert "貯水量は1億トンの誤りでした。" in feed
    assert "県の見解を加えました。" in feed
    assert "関わりのない" not in feed


def test_a_note_is_text_and_no_markup(client):
    post = begin(slug="a")
    post.publish(None, now=minute(0))
    rewrite(post, "題", now=minute(1))
    post.publish(None, kind=Change.CORRECTION, note="<script>alert(1)</script>", now=minute(2))
    for page in ("/posts/a/", "/feed.xml"):
        assert "<script>alert" not in client.get(page).content.decode()


def test_a_correction_that_was_cancelled_is_not_told(client, article):
    rewrite(article, "ダムの記事六", now=minute(6 * DAY))
    article.publish(
        None, kind=Change.CORRECTION, note="出ない訂正", at=minute(9 * DAY), now=minute(6 * DAY)
    )
    article.unschedule(None, now=minute(7 * DAY))
    rewrite(article, "ダムの記事七", now=minute(8 * DAY))
    article.publish(None, kind=Change.MINOR, now=minute(8 * DAY + 1))
    told = notes(client.get("/posts/dam/").content.decode())
    assert len(told) == 2
    assert "出ない訂正" not in "".join(told)


def test_the_dates_follow_the_kind(article):
    live = article.live()
    assert (live.published_at, live.updated_at) == (minute(0), minute(4 * DAY + 1))
    rewrite(article, "ダムの記事八", now=minute(9 * DAY))
    article.publish(None, kind=Change.MINOR, now=minute(9 * DAY + 1))
    assert article.live().updated_at == minute(4 * DAY + 1)

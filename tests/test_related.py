"""What readers may like next: found at publication, shown while it is public."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.effects import tick
from posts.models import Category, Edition, Ready, Series, Tag, relate
from posts.models.related import CANDIDATES
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db


@pytest.fixture
def tags():
    return {name: Tag.objects.create(name=name).pk for name in ("紙", "川", "まち")}


def publish(title, at, **fields):
    """Publish an article and return its edition."""
    return begin(title=title, slug=title, **fields).publish(None, now=minute(at))


def titles(client, edition):
    """Return the titles that stand under 「あわせて読む」."""
    page = client.get(edition.get_absolute_url())
    return [one.title for one in page.context["related"]]


def test_a_rare_tag_says_more_than_one_that_many_have(client, tags):
    for number in range(8):
        publish(f"まちの話{number}", number, tags=(tags["まち"],))
    publish("紙の話", 20, tags=(tags["紙"],))
    new = publish("新しい話", 30, tags=(tags["まち"], tags["紙"]))
    assert titles(client, new)[0] == "紙の話"
    assert titles(client, new)[1] == "まちの話7"  # of equals the newest


def test_series_and_category_count_too(client):
    category = Category.objects.create(name="技術", slug="tech").pk
    publish("別の話", 1)
    publish("同じ分類", 2, category=category)
    new = publish("新しい話", 3, category=category)
    assert titles(client, new) == ["同じ分類"]


def test_parts_of_the_series_stand_with_the_series_alone(client, tags):
    series = Series.objects.create(name="連載", slug="s").pk
    publish("第1回", 1, series=series, tags=(tags["紙"],))
    publish("紙の話", 2, tags=(tags["紙"],))
    new = publish("第2回", 3, series=series, tags=(tags["紙"],))
    assert titles(client, new) == ["紙の話"]
    page = client.get(new.get_absolute_url())
    assert [part.title for part in page.context["parts"]] == ["第1回", "第2回"]


def test_what_is_no_longer_public_is_not_shown_and_another_takes_its_place(client, tags):
    for number in range(6):
        publish(f"紙{number}", number, tags=(tags["紙"],))
    new = publish("新しい話", 30, tags=(tags["紙"],))
    assert titles(client, new) == ["紙5", "紙4", "紙3", "紙2"]
    Edition.objects.get(title="紙5").post.unpublish(None)
    assert titles(client, new) == ["紙4", "紙3", "紙2", "紙1"]


def test_a_draft_is_never_named(client, tags):
    begin(title="秘密", tags=(tags["紙"],))
    new = publish("新しい話", 30, tags=(tags["紙"],))
    assert new.related == []
    assert "あわせて読む" not in client.get(new.get_absolute_url()).content.decode()


def test_no_more_than_the_candidates_are_kept_and_never_itself(tags):
    for number in range(CANDIDATES + 6):
        publish(f"紙{number}", number, tags=(tags["紙"],))
    first = publish("新しい話", 50, tags=(tags["紙"],))
    assert len(first.related) == CANDIDATES
    again = first.post
    again.write(again.manuscript.__class__(title="直した", tags=(tags["紙"],)), by=None)
    assert again.pk not in again.publish(None, now=minute(60)).related


def test_a_static_page_has_none(client, tags):
    publish("紙の話", 1, tags=(tags["紙"],))
    assert publish("about", 2, kind="page", tags=(tags["紙"],)).related in ([], None)


def test_the_worker_looks_for_those_of_an_import(client, tags):
    publish("紙の話", 1, tags=(tags["紙"],))
    post = begin(title="取り込み", slug="b", tags=(tags["紙"],))
    edition = post.publish(None, ready=Ready(relate=False), now=minute(2))
    assert edition.related is None
    assert titles(client, edition) == []
    while tick():
        pass
    edition.refresh_from_db()
    assert titles(client, edition) == ["紙の話"]
    assert relate(10) == 0


def test_it_costs_no_more_questions_when_there_are_many(tags, client):
    publish("一", 1, tags=tuple(tags.values()))
    few = publish("二", 2, tags=tuple(tags.values()))
    with CaptureQueriesContext(connection) as before:
        client.get(few.get_absolute_url())
    for number in range(40):
        publish(f"紙{number}", 3 + number, tags=tuple(tags.values()))
    many = publish("三", 60, tags=tuple(tags.values()))
    with CaptureQueriesContext(connection) as after:
        client.get(many.get_absolute_url())
    assert len(after) == len(before)

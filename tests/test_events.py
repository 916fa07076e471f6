"""The audit log: one event a move, and none for what did not happen."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils.dateparse import parse_datetime

from posts.models import MOVES, Event, Refused, Tag
from tests.cast import begin, log, minute, rewrite
from tests.test_roles import CALLS, prepare

pytestmark = pytest.mark.django_db

CHANGING = [move for move in MOVES if move not in {"view", "edit"}]


def make(move, post, by):
    """Make `move` on a post from `prepare`."""
    call = CALLS.get(move, lambda post, by: getattr(post, move)(by))
    call(post, by)


@pytest.mark.parametrize("move", CHANGING)
def test_every_move_writes_one_event(move, chief):
    post = prepare(move, None)
    before = log(post)
    newest, pk = post.version, post.pk
    make(move, post, chief)
    events = Event.objects.filter(post_id=pk).order_by("pk")
    assert [event.move for event in events] == [*before, move]
    event, newest = events.last(), newest + (move in {"fix", "restore"})
    assert (event.by, event.title, event.revision) == (chief, "題", newest)
    assert event.get_move_display() not in {move, ""}


@pytest.mark.parametrize("move", ["submit", "withdraw", "return_", "approve", "archive", "revive"])
def test_an_event_says_when_and_why(move, chief):
    post = prepare(move, None)
    getattr(post, move)(chief, note="理由", now=minute(7))
    event = post.events.order_by("pk").last()
    assert (event.at, event.note) == (minute(7), "理由")


@pytest.mark.parametrize("move", CHANGING)
def test_a_refused_move_writes_none(move, outsider):
    post = prepare(move, None)
    before = Event.objects.count()
    with pytest.raises(Refused):
        make(move, post, outsider)
    assert Event.objects.count() == before


def test_a_save_is_logged_with_its_revision(writer, editor):
    post = begin(writer)
    mine = replace(post.manuscript, title="私の案")
    rewrite(post, "後", editor, now=minute(1))
    post.write(mine, by=writer, base=1, now=minute(2))
    rows = post.events.order_by("pk").values_list("move", "by", "revision")
    assert list(rows) == [
        ("create", writer.pk, 1),
        ("edit", editor.pk, 2),
        ("keep", writer.pk, 3),
    ]


def test_an_event_keeps_the_title_of_its_time(writer):
    post = begin(writer, "前")
    rewrite(post, "後", writer)
    assert [event.title for event in post.events.order_by("pk")] == ["前", "後"]


def test_a_publication_is_logged_with_its_times_and_kind(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(5), until=minute(9), kind="correction", now=minute(1))
    detail = post.events.get(move="publish").detail
    assert [parse_datetime(detail[name]) for name in ("from", "until")] == [minute(5), minute(9)]
    assert detail["kind"] == "correction"


def test_that_an_article_went_live_is_no_event(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(5), now=minute(1))
    assert post.live(minute(6))
    assert log(post) == ["create", "publish"]


def test_the_operator_is_logged_as_nobody():
    post = begin(None)
    post.publish(None, now=minute(1))
    assert set(post.events.values_list("by", flat=True)) == {None}


def test_a_takedown_is_logged_with_what_it_withdrew(writer, chief):
    post = begin(writer)
    post.publish(chief, now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(10), now=minute(2))
    post.unpublish(chief, note="権利", now=minute(5))
    events = {event.move: event for event in post.events.filter(at=minute(5))}
    assert set(events) == {"unschedule", "unpublish"}
    assert parse_datetime(events["unschedule"].detail["from"]) == minute(10)
    assert parse_datetime(events["unpublish"].detail["until"]) == minute(5)
    assert {event.note for event in events.values()} == {"権利"}


def test_the_newest_comes_first(writer, editor):
    post = begin(writer)
    post.submit(writer, now=minute(1))
    post.approve(editor, now=minute(1))
    assert [event.move for event in post.events.all()] == ["approve", "submit", "create"]


def test_a_tag_that_vanishes_with_its_manuscripts_leaves_the_log(writer):
    [tag] = Tag.named(["AI"])
    post = begin(writer, tags=(tag.pk,))
    rewrite(post, "後", writer, tags=())
    tag.delete()
    assert log(post) == ["create", "edit"]


def test_moments_are_logged_to_the_microsecond(chief):
    post = begin(chief)
    at = minute(10) + timedelta(microseconds=1)
    post.publish(chief, at=at, now=minute(0))
    detail = Event.objects.get(post=post, move="publish").detail
    assert datetime.fromisoformat(detail["from"]) == at

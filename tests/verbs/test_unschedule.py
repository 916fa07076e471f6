"""unschedule: what is planned next is taken back."""

import pytest
from django.utils.dateparse import parse_datetime

from posts.models import EditionTag, Refused, Tag
from tests.cast import begin, log, minute, rewrite, shown

pytestmark = pytest.mark.django_db


def changed(writer, chief, *, end=None, **schedule):
    """Return a post that is live from minute 1 and has a change waiting."""
    post = begin(writer, "前")
    post.publish(chief, until=end, now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, now=minute(2), **schedule)
    return post


def test_a_first_publication_never_comes(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(10), now=minute(1))
    post.unschedule(chief, now=minute(2))
    assert shown(post, minute(10)) is None
    assert not post.editions.exists()


def test_its_revision_and_events_stay(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(10), now=minute(1))
    post.unschedule(chief, note="延期", now=minute(2))
    assert post.revisions.count() == 1
    assert log(post) == ["create", "publish", "unschedule"]
    event = post.events.get(move="unschedule")
    assert parse_datetime(event.detail["from"]) == minute(10)
    assert event.note == "延期"


def test_a_change_never_comes_and_the_live_edition_stays(writer, chief):
    post = changed(writer, chief, at=minute(10))
    post.unschedule(chief, now=minute(3))
    assert [shown(post, minute(n)) for n in (3, 10, 99)] == ["前"] * 3
    assert post.editions.get().visible_until is None


def test_the_planned_end_is_given_back(writer, chief):
    post = changed(writer, chief, end=minute(20), at=minute(10))
    post.unschedule(chief, now=minute(3))
    assert [shown(post, minute(n)) for n in (10, 19, 20)] == ["前", "前", None]


def test_the_planned_end_is_given_back_after_an_end_of_its_own(writer, chief):
    post = changed(writer, chief, end=minute(20), at=minute(10), until=minute(30))
    post.unschedule(chief, now=minute(3))
    assert post.editions.get().visible_until == minute(20)


def test_a_change_at_the_planned_end_leaves_that_end(writer, chief):
    post = changed(writer, chief, end=minute(10), at=minute(10))
    post.unschedule(chief, now=minute(3))
    assert [shown(post, minute(n)) for n in (9, 10)] == ["前", None]


def test_a_change_after_the_planned_end_leaves_that_end(writer, chief):
    post = changed(writer, chief, end=minute(10), at=minute(20))
    post.unschedule(chief, now=minute(3))
    assert [shown(post, minute(n)) for n in (9, 10, 20)] == ["前", None, None]


def test_in_the_gap_before_a_change_the_end_has_been(writer, chief):
    post = changed(writer, chief, end=minute(10), at=minute(20))
    post.unschedule(chief, now=minute(15))
    assert [shown(post, minute(n)) for n in (9, 15, 20)] == ["前", None, None]


def test_an_end_planned_meanwhile_belongs_to_the_post_and_stays(writer, chief):
    post = changed(writer, chief, at=minute(10))
    post.unpublish(chief, at=minute(20), now=minute(3))
    post.unschedule(chief, now=minute(4))
    assert [shown(post, minute(n)) for n in (10, 19, 20)] == ["前", "前", None]


def test_the_rows_of_tags_follow(writer, chief):
    [tag] = Tag.named(["AI"])
    post = begin(writer, "前", tags=(tag.pk,))
    post.publish(chief, until=minute(20), now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(10), now=minute(2))
    post.unschedule(chief, now=minute(3))
    row = EditionTag.objects.get()
    assert (row.visible_from, row.visible_until) == (minute(1), minute(20))


def test_without_a_waiting_edition_the_planned_end_is_taken_back(writer, chief):
    post = begin(writer, "題")
    post.publish(chief, until=minute(10), now=minute(1))
    post.unschedule(chief, now=minute(2))
    assert shown(post, minute(99)) == "題"


def test_twice_takes_back_the_change_and_then_the_end(writer, chief):
    post = changed(writer, chief, end=minute(20), at=minute(10))
    post.unschedule(chief, now=minute(3))
    post.unschedule(chief, now=minute(4))
    assert shown(post, minute(99)) == "前"
    with pytest.raises(Refused, match="予定がありません"):
        post.unschedule(chief, now=minute(5))


def test_what_has_opened_is_not_taken_back(writer, chief):
    post = changed(writer, chief, at=minute(10))
    with pytest.raises(Refused):
        post.unschedule(chief, now=minute(10))
    assert shown(post, minute(10)) == "後"


def test_who_may_not_publish_is_refused(writer, editor, chief):
    post = begin(writer)
    post.publish(chief, at=minute(10), now=minute(1))
    for user in (writer, editor):
        with pytest.raises(Refused):
            post.unschedule(user, now=minute(2))
    assert post.editions.exists()


def test_another_time_can_be_planned_then(writer, chief):
    post = begin(writer, "題")
    post.publish(chief, at=minute(10), now=minute(1))
    post.unschedule(chief, now=minute(2))
    edition = post.publish(chief, at=minute(20), now=minute(3))
    assert (edition.published_at, edition.visible_from) == (minute(20), minute(20))


def test_a_clock_that_stepped_back_takes_back_nothing_that_was_seen(writer, chief):
    post = begin(writer, "題")
    edition = post.publish(chief, now=minute(10))
    with pytest.raises(Refused):
        post.unschedule(chief, now=minute(5))
    assert post.editions.get() == edition

"""publish(at=…): visible at its minute, with no worker."""

import pytest
from django.utils.dateparse import parse_datetime

from posts.models import EditionTag, Refused, Status, Tag
from tests.cast import begin, minute, rewrite, shown

pytestmark = pytest.mark.django_db


def test_a_first_publication_opens_at_its_minute(writer, chief):
    post = begin(writer, "予定")
    edition = post.publish(chief, at=minute(10), now=minute(1))
    assert [shown(post, minute(n)) for n in (1, 9, 10)] == [None, None, "予定"]
    assert edition.published_at == edition.updated_at == minute(10)
    assert post.status == Status.READY


def test_a_change_swaps_at_its_instant(writer, chief):
    post = begin(writer, "前")
    first = post.publish(chief, now=minute(1))
    rewrite(post, "後", writer)
    second = post.publish(chief, at=minute(10), now=minute(2))
    first.refresh_from_db()
    assert first.visible_until == second.visible_from == minute(10)
    assert [shown(post, minute(n)) for n in (2, 9, 10)] == ["前", "前", "後"]
    assert (second.published_at, second.updated_at) == (minute(1), minute(10))


def test_the_rows_of_tags_change_hands_with_the_editions(writer, chief):
    [tag] = Tag.named(["AI"])
    post = begin(writer, "前", tags=(tag.pk,))
    first = post.publish(chief, now=minute(1))
    rewrite(post, "後", writer)
    second = post.publish(chief, at=minute(10), now=minute(2))
    public = [EditionTag.objects.public(minute(n)).get().edition for n in (9, 10)]
    assert public == [first, second]


def test_it_keeps_the_planned_end(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, until=minute(20), now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(10), now=minute(2))
    assert [shown(post, minute(n)) for n in (9, 10, 19, 20)] == ["前", "後", "後", None]


def test_it_takes_an_end_of_its_own(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(10), until=minute(12), now=minute(2))
    assert [shown(post, minute(n)) for n in (9, 10, 12)] == ["前", "後", None]


def test_a_change_after_the_planned_end_leaves_the_gap(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, until=minute(10), now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(20), now=minute(2))
    assert [shown(post, minute(n)) for n in (9, 10, 19, 20, 99)] == ["前", None, None, "後", "後"]


def test_a_change_at_the_planned_end_has_no_end(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, until=minute(10), now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(10), now=minute(2))
    assert [shown(post, minute(n)) for n in (9, 10, 99)] == ["前", "後", "後"]


def test_the_visible_revision_can_come_back_after_its_planned_end(writer, chief):
    post = begin(writer, "題")
    post.publish(chief, until=minute(10), now=minute(1))
    post.publish(chief, at=minute(20), now=minute(2))
    assert [shown(post, minute(n)) for n in (9, 10, 20)] == ["題", None, "題"]


@pytest.mark.parametrize("at", [1, 2])
def test_a_time_that_has_come_is_refused(writer, chief, at):
    post = begin(writer)
    with pytest.raises(Refused, match="過去"):
        post.publish(chief, at=minute(at), now=minute(2))
    assert not post.editions.exists()


def test_an_end_before_the_time_is_refused(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, now=minute(1))
    rewrite(post, "後", writer)
    with pytest.raises(Refused):
        post.publish(chief, at=minute(10), until=minute(10), now=minute(2))
    assert shown(post, minute(99)) == "前"


def test_a_second_one_is_refused_while_the_first_waits(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, at=minute(10), now=minute(1))
    with pytest.raises(Refused):
        post.publish(chief, at=minute(20), now=minute(2))
    assert post.editions.get().visible_from == minute(10)


def test_the_log_says_when(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(10), until=minute(20), now=minute(1))
    event = post.events.get(move="publish")
    assert event.at == minute(1)
    assert parse_datetime(event.detail["from"]) == minute(10)
    assert parse_datetime(event.detail["until"]) == minute(20)

"""unpublish: readers see the article no longer, from now or from a planned moment on."""

import pytest

from posts.models import EditionTag, Refused, Tag
from tests.cast import begin, log, minute, rewrite, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(writer, chief):
    """A post that readers see from minute 1."""
    [tag] = Tag.named(["AI"])
    post = begin(writer, "前", slug="live", tags=(tag.pk,))
    post.publish(chief, now=minute(1))
    return post


@pytest.fixture
def changing(live, writer, chief):
    """The same, with a change waiting for minute 10."""
    rewrite(live, "後", writer)
    live.publish(chief, at=minute(10), now=minute(2))
    return live


def test_it_ends_now(live, chief):
    live.unpublish(chief, note="権利の問題", now=minute(5))
    assert [shown(live, minute(n)) for n in (4, 5, 99)] == ["前", None, None]
    assert not EditionTag.objects.public(minute(5)).exists()
    event = live.events.get(move="unpublish")
    assert (event.by, event.note) == (chief, "権利の問題")


def test_it_ends_at_a_planned_moment(live, chief):
    live.unpublish(chief, at=minute(10), now=minute(5))
    assert [shown(live, minute(n)) for n in (5, 9, 10)] == ["前", "前", None]
    assert not EditionTag.objects.public(minute(10)).exists()


@pytest.mark.parametrize("end", [8, 20])
def test_a_planned_end_can_be_moved(live, chief, end):
    live.unpublish(chief, at=minute(10), now=minute(5))
    live.unpublish(chief, at=minute(end), now=minute(6))
    assert live.editions.get().visible_until == minute(end)


def test_it_ends_now_in_spite_of_a_planned_end(live, chief):
    live.unpublish(chief, at=minute(10), now=minute(5))
    live.unpublish(chief, now=minute(6))
    assert shown(live, minute(6)) is None


def test_now_also_withdraws_the_change_that_waits(changing, chief):
    changing.unpublish(chief, now=minute(5))
    assert [shown(changing, minute(n)) for n in (4, 5, 10, 99)] == ["前", None, None, None]
    assert log(changing)[-2:] == ["unschedule", "unpublish"]


def test_now_withdraws_a_first_publication_that_waits(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(10), now=minute(1))
    post.unpublish(chief, now=minute(2))
    assert shown(post, minute(10)) is None
    assert log(post) == ["create", "publish", "unschedule"]


def test_now_in_the_gap_withdraws_what_would_come_back(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, until=minute(10), now=minute(1))
    rewrite(post, "後", writer)
    post.publish(chief, at=minute(20), now=minute(2))
    post.unpublish(chief, now=minute(15))
    assert [shown(post, minute(n)) for n in (9, 15, 20)] == ["前", None, None]


def test_a_planned_moment_ends_the_change_that_waits(changing, chief):
    changing.unpublish(chief, at=minute(20), now=minute(5))
    assert [shown(changing, minute(n)) for n in (9, 10, 19, 20)] == ["前", "後", "後", None]


@pytest.mark.parametrize("at", [7, 10])
def test_a_planned_moment_before_the_change_is_refused(changing, chief, at):
    with pytest.raises(Refused, match="先に予定を取り消して"):
        changing.unpublish(chief, at=minute(at), now=minute(5))
    assert [shown(changing, minute(n)) for n in (9, 10)] == ["前", "後"]


@pytest.mark.parametrize("at", [4, 5])
def test_a_moment_that_has_come_is_refused(live, chief, at):
    with pytest.raises(Refused, match="過去"):
        live.unpublish(chief, at=minute(at), now=minute(5))
    assert shown(live, minute(99)) == "前"


@pytest.mark.parametrize("at", [None, minute(9)])
def test_what_is_not_public_is_refused(writer, chief, at):
    post = begin(writer)
    with pytest.raises(Refused, match="公開中ではありません"):
        post.unpublish(chief, at=at, now=minute(1))


def test_twice_is_refused(live, chief):
    live.unpublish(chief, now=minute(5))
    with pytest.raises(Refused):
        live.unpublish(chief, now=minute(6))


def test_who_may_not_publish_is_refused(live, writer, editor):
    for user in (writer, editor):
        with pytest.raises(Refused):
            live.unpublish(user, now=minute(5))
    assert shown(live, minute(99)) == "前"


def test_at_the_instant_of_publication_it_still_ends(live, chief):
    live.unpublish(chief, now=minute(1))
    assert shown(live, minute(2)) is None


def test_with_a_clock_that_stepped_back_it_ends_and_keeps_what_was_seen(writer, chief):
    post = begin(writer)
    edition = post.publish(chief, now=minute(10))
    post.unpublish(chief, now=minute(5))
    assert [shown(post, minute(n)) for n in (5, 11)] == [None, None]
    assert post.editions.get() == edition

"""How many articles each month has: the kept count and what happened since, at any moment."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.models import (
    JST,
    Edition,
    MonthCount,
    Refused,
    articles_by_month,
    month_bounds,
    recount,
    skip,
)
from posts.models.counts import _count
from tests.cast import begin

pytestmark = pytest.mark.django_db


def published(year, month, **times):
    """Publish an article that first appeared elsewhere in a month."""
    post = begin(original_date=datetime(year, month, 15, tzinfo=JST))
    post.publish(None, **times)
    return post


def test_months_come_with_their_articles_the_newest_first():
    for year, month in [(2025, 12), (2026, 1), (2025, 12)]:
        published(year, month)
    begin(kind="page").publish(None)
    begin()
    for _ in range(2):  # before it is counted, and after
        assert articles_by_month() == {202601: 1, 202512: 2}
        assert list(articles_by_month()) == [202601, 202512]
        recount()


def test_what_happens_after_the_count_is_in_it():
    gone, stays = published(2025, 12), published(2025, 12)
    recount()
    published(2026, 1)
    gone.unpublish(None)
    stays.write(stays.manuscript.__class__(title="直した題"), by=None)
    stays.publish(None)  # one edition closes, another opens
    assert MonthCount.objects.exists()
    assert articles_by_month() == {202601: 1, 202512: 1}


def test_what_comes_by_itself_comes_at_its_time():
    soon = timezone.now() + timedelta(hours=1)
    published(2025, 12, at=soon, until=soon + timedelta(hours=1))
    recount()
    assert articles_by_month() == {}
    assert articles_by_month(soon) == {202512: 1}
    assert articles_by_month(soon + timedelta(hours=1)) == {}


def test_a_clock_that_steps_back_takes_the_count_away():
    post = published(2025, 12)
    recount()
    earlier = timezone.now() - timedelta(hours=1)
    begin(original_date=datetime(2025, 11, 1, tzinfo=JST)).publish(None, now=earlier)
    assert not MonthCount.objects.exists()
    assert articles_by_month() == {202512: 1, 202511: 1}
    assert post.live()


moves = st.lists(
    st.tuples(
        st.sampled_from(["publish", "schedule", "unpublish", "unschedule", "edit", "recount"]),
        st.integers(0, 3),
        st.integers(-90, 240),  # minutes that the clock goes on, or back
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(moves)
def test_it_is_exact_after_any_history(history):
    Edition.objects.all().delete()
    MonthCount.objects.all().delete()
    posts = [begin(original_date=datetime(2025, 9 + n, 3, tzinfo=JST)) for n in range(4)]
    now = timezone.now() - timedelta(days=3)
    for move, number, minutes in history:
        now = min(now + timedelta(minutes=minutes), timezone.now() - timedelta(hours=5))
        post = posts[number]
        try:
            make(post, move, now)
        except Refused:
            continue
        for moment in (now, now + timedelta(hours=2), now - timedelta(hours=2), timezone.now()):
            assert articles_by_month(moment) == _count(moment)


def make(post, move, now):
    """Make one step of a history."""
    match move:
        case "publish":
            post.publish(None, now=now)
        case "schedule":
            post.publish(None, at=now + timedelta(hours=1), now=now)
        case "unpublish":
            post.unpublish(None, now=now)
        case "unschedule":
            post.unschedule(None, now=now)
        case "edit":
            manuscript = post.manuscript
            post.write(manuscript.__class__(title=f"題{now}"), by=None, now=now)
        case "recount":
            recount()


def test_a_page_far_down_passes_whole_months_over():
    for month, articles in [(9, 3), (10, 4), (11, 2)]:
        for _ in range(articles):
            published(2025, month)
    recount()
    now = timezone.now()
    rows = Edition.objects.public(now).newest()
    every = list(rows)
    for count in range(len(every) + 2):
        behind, rest = skip(rows, count, now)
        assert list(behind[rest:]) == every[count:]
    assert skip(rows, 7, now)[1] == 1


@pytest.mark.parametrize(("month", "end"), [(202512, (2026, 1)), (202602, (2026, 3))])
def test_months_end_where_the_next_begins(month, end):
    assert month_bounds(month)[1] == datetime(*end, 1, tzinfo=JST)


@pytest.mark.parametrize("month", [202613, 202600, 0])
def test_no_month_at_all(month):
    with pytest.raises(ValueError, match="."):
        month_bounds(month)

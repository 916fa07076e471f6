"""Autosaves are thinned by a rule; what anybody did, or speaks of, stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from posts import effects
from posts.models import JST, Comment, Post, Presence, ReviewLink, Revision, thin
from posts.models.revision import Autosaved, superfluous
from tests.cast import begin, log

NOW = datetime(2026, 4, 20, 12, 30, tzinfo=JST)


def ago(days=0, hours=0, minutes=0):
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


# The rule


def left(*moments, by=1):
    """Return which of autosaves at these moments are kept, oldest first, as numbers from 1."""
    saved = [Autosaved(number, at, by) for number, at in enumerate(moments, 1)]
    return sorted({one.number for one in saved} - superfluous(saved, NOW))


def test_of_a_day_all_are_kept():
    assert left(ago(hours=23, minutes=59), *(ago(minutes=n) for n in range(9, 0, -1))) == [
        *range(1, 11)
    ]


def test_of_a_week_the_last_of_each_hour_is_kept():
    # 09:05 09:40 | 10:00 10:59
    day = datetime(2026, 4, 15, 9, 0, tzinfo=JST)
    moments = [day + timedelta(minutes=n) for n in (5, 40, 60, 119)]
    assert left(*moments) == [2, 4]


def test_of_what_is_older_the_last_of_each_day_is_kept():
    night = datetime(2026, 4, 2, 23, 50, tzinfo=JST)  # still the day before in UTC
    assert left(night - timedelta(hours=9), night, night + timedelta(minutes=20)) == [2, 3]


def test_each_person_keeps_their_own():
    at = ago(days=12)
    saved = [Autosaved(1, at, 1), Autosaved(2, at, 2), Autosaved(3, at, 2)]
    assert superfluous(saved, NOW) == {2}


def test_thinning_step_by_step_leaves_what_thinning_at_once_leaves():
    start = ago(days=20)
    saved = [Autosaved(n, start + timedelta(minutes=17 * n), 1) for n in range(400)]
    rest = list(saved)
    for hours in range(0, 21 * 24, 5):
        gone = superfluous(rest, start + timedelta(hours=hours))
        rest = [one for one in rest if one.number not in gone]
    gone = superfluous(rest, NOW)
    assert {one.number for one in rest} - gone == {one.number for one in saved} - superfluous(
        saved, NOW
    )


# The rows


@pytest.fixture
def post(writer):
    """A manuscript whose revisions 2 to 9 were autosaved in one hour, twelve days ago."""
    post = begin(writer, now=ago(days=12, hours=1))
    for number in range(2, 10):
        content = replace(post.manuscript, body=f"書きかけ{number}")
        post.autosave(content, by=writer, base=post.version, now=ago(days=12, minutes=20 - number))
    return post


def numbers(post):
    return sorted(post.revisions.values_list("number", flat=True))


@pytest.mark.django_db
def test_superfluous_ones_are_deleted_once(post):
    assert thin(NOW) == 7
    assert numbers(post) == [1, 9]
    assert Post.objects.get().head.manuscript.body == "書きかけ9"
    assert thin(NOW) == 0


@pytest.mark.django_db
def test_the_worker_does_it(post, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    Presence.objects.create(post=post, user=post.created_by, tab="a", seen_at=ago(days=2))
    effects.keep_house(NOW)
    assert numbers(post) == [1, 9]
    assert not Presence.objects.exists()


def save(post, writer, at, title="題"):
    content = replace(post.manuscript, title=title, body="手で保存した")
    return post.write(content, by=writer, base=post.version, now=at)


SAVED = timedelta(minutes=5)  # before the end of the day of the autosaves


def submitted(post, writer, chief):
    post.submit(writer, now=ago(days=12))


def approved(post, writer, chief):
    post.approve(chief, now=ago(days=12))


def published(post, writer, chief):
    post.publish(chief, now=ago(days=12))


def scheduled(post, writer, chief):
    post.publish(chief, at=NOW + timedelta(days=1), now=ago(days=12))


def unpublished(post, writer, chief):
    post.publish(chief, now=ago(days=12))
    post.unpublish(chief, now=ago(days=11))


def commented(post, writer, chief):
    Comment.objects.create(post=post, by=chief, at=NOW, body="？", revision=9)


def sent_out(post, writer, chief):
    ReviewLink.objects.create(
        post=post,
        revision=post.revisions.get(number=9),
        reader="監修者",
        secret="s",
        by=chief,
        at=NOW,
        expires_at=NOW,
    )


def begun_from(post, writer, chief):
    content = replace(post.manuscript, body="別の画面で")
    save(post, writer, ago(days=12) + SAVED)
    post.write(content, by=writer, base=9, now=ago(days=12) + SAVED)
    assert post.revisions.first().why == Revision.Why.KEPT


def gone_back_to(post, writer, chief):
    save(post, writer, ago(days=12) + SAVED)
    post.restore(post.revisions.get(number=9), by=writer, now=ago(days=12) + SAVED)


KEPT = [submitted, approved, published, scheduled, unpublished, commented, sent_out]
KEPT += [begun_from, gone_back_to]


@pytest.mark.django_db
@pytest.mark.parametrize("done", KEPT, ids=lambda done: done.__name__)
def test_what_somebody_speaks_of_stays(post, writer, chief, done):
    done(post, writer, chief)
    for number in range(3):  # later that day, so that the ninth is the last of nothing
        content = replace(post.manuscript, body=f"続き{number}")
        post.autosave(content, by=writer, base=post.version, now=ago(days=12) + 2 * SAVED)
    acts = set(post.revisions.exclude(why="autosave").values_list("number", flat=True))
    assert thin(NOW) >= 7
    assert acts | {9, post.version} <= set(numbers(post))
    assert 5 not in numbers(post)


@pytest.mark.django_db
def test_what_nobody_speaks_of_goes_also_behind_an_act(post, writer):
    save(post, writer, ago(days=12) + SAVED)
    content = replace(post.manuscript, body="続き")
    post.autosave(content, by=writer, base=post.version, now=ago(days=12) + 2 * SAVED)
    thin(NOW)
    assert numbers(post) == [1, 10, 11]


@pytest.mark.django_db
def test_a_manuscript_that_somebody_has_open_is_left_alone(post, editor):
    Presence.ping(post, editor, "a" * 32, NOW - timedelta(seconds=5))
    assert thin(NOW) == 0
    assert thin(NOW + timedelta(minutes=1)) == 7


@pytest.mark.django_db
def test_what_others_are_packed_against_stays(writer):
    post = begin(writer, body="別の文章です。" * 50, now=ago(days=13))
    body = "".join(chr(0x4E00 + 7 * n % 5000) for n in range(2000))
    for number in range(2, 6):
        content = replace(post.manuscript, body=f"{body}\n\n{number}")
        post.autosave(content, by=writer, base=post.version, now=ago(days=12, minutes=9 - number))
    assert list(post.revisions.order_by("number").values_list("against", flat=True)) == [
        *(None, None, 2, 2, 2),
    ]
    thin(NOW)
    assert numbers(post) == [1, 2, 5]
    assert Revision.objects.get(number=5).manuscript.body.endswith("\n\n5")


@pytest.mark.django_db
def test_a_round_has_an_end_and_the_next_goes_on(writer, post):
    second = begin(writer, now=ago(days=12, hours=1))
    for number in range(3):
        content = replace(second.manuscript, body=f"{number}")
        second.autosave(content, by=writer, base=second.version, now=ago(days=12))
    assert thin(NOW, limit=5) == 7
    assert thin(NOW, limit=5) == 2
    assert thin(NOW, limit=5) == 0


@pytest.mark.django_db
def test_the_log_stays(post):
    before = log(post)
    thin(NOW)
    assert log(post) == before

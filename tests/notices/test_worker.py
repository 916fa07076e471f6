"""What the worker tells of: articles that went live, deliveries that are late; what it forgets."""

from datetime import timedelta

import pytest
from django.conf import settings

from posts import effects
from posts.effects import tick
from posts.models import Delivery, Notice, Revision
from posts.notices import sentence, warn
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db
NOW = minute(0)


@pytest.fixture(autouse=True)
def no_housekeeping():
    (settings.VAR_DIR / "housekeeping").touch()


def said(kind):
    """Return (who was told, the sentence) of the notices of `kind`, oldest first."""
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return [(row.user.username, sentence(row)) for row in rows]


# Live


def test_the_writer_is_told_when_it_is_visible(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(60), now=minute(1))
    tick(minute(59))
    assert said("live") == []
    tick(minute(60))
    assert said("live") == [("writer", "公開されました。")]


def test_a_second_edition_is_told_as_one(writer, chief):
    post = begin(writer)
    post.publish(chief, now=minute(1))
    tick(minute(1))
    rewrite(post, "直した題", by=chief)
    post.publish(chief, now=minute(2))
    tick(minute(2))
    assert said("live")[1] == ("writer", "新しい版が公開されました。")


def test_it_is_told_once_however_often_the_worker_comes(writer, chief):
    post = begin(writer)
    post.publish(chief, now=minute(1))
    tick(minute(1))
    Delivery.objects.update(done_at=None, attempts=0, due_at=minute(2))
    tick(minute(2))
    assert len(said("live")) == 1


def test_who_published_knows(chief):
    begin(chief).publish(chief, now=minute(1))
    tick(minute(1))
    assert said("live") == []


def test_what_was_taken_back_before_is_not_told(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(60), now=minute(1))
    post.unschedule(chief, now=minute(2))
    post.publish(chief, now=minute(3))
    post.unpublish(chief, now=minute(4))
    tick(minute(90))
    assert said("live") == []


def test_an_imported_old_article_is_not_told(writer, chief):
    post = begin(writer, original_date=minute(-1000))
    post.revisions.update(why=Revision.Why.IMPORT)
    post.publish(chief, now=minute(1))
    tick(minute(1))
    assert said("live") == []


# Late


def plan(key, due_at=NOW, **fields):
    Delivery.objects.plan([Delivery(kind="test", key=key, due_at=due_at, **fields)])


@pytest.fixture
def done(monkeypatch):
    monkeypatch.setitem(effects.KINDS, "test", lambda delivery, now: None)


def test_the_chief_is_told_that_the_worker_was_away(done, editor, chief, writer):
    plan("test:1")
    tick(minute(30))
    assert said("late") == [("chief", "配信が30分遅れました。")]


def test_what_is_on_time_is_told_to_nobody(done, chief):
    plan("test:1")
    tick(minute(1))
    assert said("late") == []


def test_the_chief_is_told_of_what_was_given_up(chief):
    plan("test:1", dead=True)
    warn(minute(1))
    assert said("late") == [("chief", "届かなかった配信が1件あります。")]
    assert Notice.objects.get().post is None


def test_the_chief_is_told_once_an_hour_and_only_of_news(chief):
    plan("test:1", dead=True)
    warn(minute(1))
    plan("test:2", due_at=minute(10), dead=True)
    warn(minute(20))
    assert len(said("late")) == 1
    warn(minute(62))
    assert said("late")[1:] == [("chief", "届かなかった配信が2件あります。")]
    warn(minute(200))
    assert len(said("late")) == 2


def test_two_workers_warn_once(chief):
    plan("test:1", dead=True)
    warn(minute(1))
    Notice.objects.update(at=minute(-100))  # as the other saw it: nobody was told yet
    warn(minute(1))
    assert len(said("late")) == 1


def test_a_warning_that_could_not_be_mailed_is_nothing_to_warn_of(chief):
    plan("mail:late:2026040100:1", dead=True)
    warn(minute(1))
    assert said("late") == []


def test_housekeeping_looks_for_what_was_given_up(chief, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    plan("test:1", dead=True)
    effects.keep_house(minute(1))
    assert len(said("late")) == 1


# Forgetting


@pytest.mark.parametrize(
    ("days", "read", "kept"),
    [(89, True, True), (91, True, False), (364, False, True), (366, False, False)],
)
def test_what_was_read_is_forgotten_sooner(writer, editor, days, read, kept):
    begin(writer).submit(writer, now=NOW)
    if read:
        Notice.objects.update(read_at=NOW)
    Notice.objects.forget(NOW + timedelta(days=days))
    assert Notice.objects.exists() == kept


def test_housekeeping_forgets(writer, editor, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    begin(writer).submit(writer, now=NOW)
    effects.keep_house(NOW + timedelta(days=400))
    assert not Notice.objects.exists()

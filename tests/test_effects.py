"""Deliveries: written by the verbs, carried out by the worker, late or given up."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts import effects
from posts.effects import tick
from posts.models import Delivery, Post, Revision
from posts.models.delivery import ATTEMPTS, BACKOFF, CUT_SHORT, KEPT, LEASE
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db
NOW = minute(0)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def no_housekeeping():
    """Let `tick` count deliveries alone."""
    (settings.VAR_DIR / "housekeeping").touch()


@pytest.fixture
def done(monkeypatch):
    """Register the kind `test` and return the list of keys that it carried out."""
    keys = []
    monkeypatch.setitem(effects.KINDS, "test", lambda delivery, now: keys.append(delivery.key))
    return keys


@pytest.fixture
def broken(monkeypatch):
    """Register the kind `broken`, which always fails, and return the list of its attempts."""
    keys = []

    def fail(delivery, now):
        keys.append(delivery.key)
        raise ValueError("相手が\0答えません。\ud800")

    monkeypatch.setitem(effects.KINDS, "broken", fail)
    return keys


def plan(key, kind="test", due_at=NOW, **fields):
    """Plan a delivery and return it."""
    Delivery.objects.plan([Delivery(kind=kind, key=key, due_at=due_at, **fields)])
    return Delivery.objects.get(key=key)


def planned(post):
    """Return the keys and moments of what is planned for `post`."""
    rows = Delivery.objects.filter(post=post, done_at=None).order_by("due_at")
    return list(rows.values_list("key", "due_at"))


def live(edition):
    """Return what the publication of `edition` plans."""
    return f"live:{edition.pk}", edition.visible_from


# What the verbs write


def test_a_publication_is_due_at_once():
    post = begin()
    edition = post.publish(None, now=minute(1))
    assert planned(post) == [(f"live:{edition.pk}", minute(1))]
    assert Delivery.objects.get().payload == {"edition": edition.pk}


def test_a_schedule_is_due_at_its_time():
    post = begin()
    edition = post.publish(None, at=minute(60), now=minute(1))
    assert planned(post) == [(f"live:{edition.pk}", minute(60))]


def test_a_change_that_is_scheduled_is_a_delivery_of_its_own():
    post = begin()
    first = post.publish(None, now=minute(1))
    rewrite(post, "後")
    second = post.publish(None, at=minute(60), now=minute(2))
    assert planned(post) == [live(first), live(second)]


def test_what_is_unscheduled_is_cancelled():
    post = begin()
    first = post.publish(None, now=minute(1))
    rewrite(post, "後")
    post.publish(None, at=minute(60), now=minute(2))
    post.unschedule(None, now=minute(3))
    assert planned(post) == [live(first)]


def test_what_is_withdrawn_before_its_time_is_cancelled():
    post = begin()
    post.publish(None, at=minute(60), now=minute(1))
    post.unpublish(None, now=minute(2))
    assert planned(post) == []


def test_what_is_scheduled_anew_is_due_at_the_new_time():
    post = begin()
    post.publish(None, at=minute(60), now=minute(1))
    post.unschedule(None, now=minute(2))
    edition = post.publish(None, at=minute(90), now=minute(3))
    assert planned(post) == [(f"live:{edition.pk}", minute(90))]


def test_an_interval_that_moves_takes_its_delivery_along():
    post = begin()
    edition = post.publish(None, at=minute(60), now=minute(1))
    post.editions.update(visible_from=minute(90))
    Delivery.objects.follow(post, minute(2))
    assert planned(post) == [(f"live:{edition.pk}", minute(90))]


def test_a_planned_end_leaves_the_delivery_alone():
    post = begin()
    edition = post.publish(None, at=minute(60), now=minute(1))
    before = Delivery.objects.get().pk
    post.unpublish(None, at=minute(120), now=minute(2))
    assert planned(post) == [live(edition)]
    assert Delivery.objects.get().pk == before


def test_other_posts_and_other_kinds_stay():
    other = begin()
    waiting = other.publish(None, at=minute(60), now=minute(1))
    post = begin()
    plan("test:1", due_at=minute(99), post=post)
    post.publish(None, at=minute(60), now=minute(1))
    post.unschedule(None, now=minute(2))
    assert planned(other) == [live(waiting)]
    assert planned(post) == [("test:1", minute(99))]


def test_nothing_is_planned_again_for_what_was_done_and_forgotten():
    post = begin()
    post.publish(None, now=minute(1))
    tick(minute(2))
    Delivery.objects.forget(minute(2) + KEPT + SECOND)
    assert not Delivery.objects.exists()
    later = minute(2) + KEPT + SECOND
    post.publish(None, until=later + SECOND, now=later)
    assert not Delivery.objects.exists()


def test_a_verb_that_fails_plans_nothing():
    post = begin()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post.publish(None, now=minute(1))
        raise ZeroDivisionError
    assert not Delivery.objects.exists()


def test_what_moves_through_the_desk_plans_nothing():
    post = begin()
    post.submit(None)
    post.approve(None)
    assert not Delivery.objects.exists()


def imported(date):
    """Return a post that came from a file dated `date`."""
    manuscript = begin(title="元", original_date=date).manuscript
    return Post.begin(manuscript, by=None, why=Revision.Why.IMPORT, now=NOW)


def test_an_imported_old_article_is_no_news_but_its_next_edition_is():
    post = imported(minute(-1000))
    post.publish(None, now=minute(1))
    assert planned(post) == []
    rewrite(post, "新しい題")
    assert planned(post) == []
    edition = post.publish(None, now=minute(2))
    assert planned(post) == [live(edition)]


def test_an_imported_article_of_the_future_is_news_at_its_time():
    post = imported(minute(60))
    edition = post.publish(None, at=minute(60), now=minute(1))
    assert planned(post) == [live(edition)]


# Planning


def test_a_second_plan_of_a_key_changes_nothing():
    first = plan("test:1", payload={"a": 1})
    plan("test:1", due_at=minute(9), payload={"a": 2})
    assert Delivery.objects.get().payload == {"a": 1}
    assert Delivery.objects.get().due_at == first.due_at


# Carrying out


def test_what_is_due_is_done_once(done):
    plan("test:1")
    plan("test:2", due_at=minute(5))
    assert tick(NOW) == 1
    assert tick(NOW) == 0
    assert done == ["test:1"]
    assert tick(minute(5)) == 1
    assert done == ["test:1", "test:2"]
    assert not Delivery.objects.filter(done_at=None).exists()


def test_one_tick_does_more_than_a_batch(done):
    rows = [
        Delivery(kind="test", key=str(number), due_at=NOW) for number in range(effects.BATCH + 7)
    ]
    Delivery.objects.plan(rows)
    assert tick(NOW) == effects.BATCH + 7
    assert len(set(done)) == len(done) == effects.BATCH + 7


def test_a_kind_that_this_code_does_not_know_waits_for_newer_code(done):
    plan("new:1", kind="new")
    assert tick(NOW) == 0
    assert Delivery.objects.get().attempts == 0


def test_the_log_says_that_an_article_went_live(caplog):
    caplog.set_level(logging.INFO)
    edition = begin(slug="hajimete").publish(None, at=minute(5), now=minute(1))
    assert tick(minute(4)) == 0
    assert tick(minute(5)) == 1
    assert caplog.messages == [f"公開: http://testserver{edition.get_absolute_url()}"]


def test_the_log_does_not_name_what_is_public_no_more(caplog):
    caplog.set_level(logging.INFO)
    post = begin()
    post.publish(None, now=minute(1))
    post.unpublish(None, now=minute(2))
    assert tick(minute(3)) == 1
    assert caplog.messages == []


# Failing


def test_a_failure_is_written_down_and_keeps_nobody_waiting(done, broken, caplog):
    plan("broken:1", kind="broken")
    plan("test:1")
    assert tick(NOW) == 1
    row = Delivery.objects.get(kind="broken")
    assert (row.attempts, row.due_at, row.leased_until) == (1, NOW + BACKOFF[0], None)
    assert row.last_error == "ValueError: 相手が答えません。?"
    assert done == ["test:1"]
    assert caplog.messages == ["配信できませんでした: broken:1"]


def test_the_steps_grow_and_after_the_last_it_is_given_up(broken):
    plan("broken:1", kind="broken")
    moment, moments = NOW, []
    for step in (*BACKOFF, timedelta(0)):
        assert tick(moment - SECOND) == 0
        tick(moment)
        moments.append(len(broken))
        moment += step
    assert moments == list(range(1, ATTEMPTS + 1))
    assert Delivery.objects.get().dead
    tick(moment + 9 * BACKOFF[-1])
    assert len(broken) == ATTEMPTS


def test_what_failed_and_succeeds_later_leaves_no_trace_of_it(broken, monkeypatch):
    plan("broken:1", kind="broken")
    tick(NOW)
    monkeypatch.setitem(effects.KINDS, "broken", lambda delivery, now: None)
    assert tick(NOW + BACKOFF[0]) == 1
    row = Delivery.objects.get()
    assert (row.last_error, row.dead, row.leased_until) == ("", False, None)
    assert row.done_at == NOW + BACKOFF[0]


def test_what_never_failed_comes_first(done, monkeypatch):
    plan("old", attempts=3, due_at=minute(-9))
    plan("new", due_at=minute(-1))
    tick(NOW)
    assert done == ["new", "old"]


def test_a_slow_kind_has_its_turn_and_then_the_next_has_its_own(done, monkeypatch):
    """The kind `slow` comes before `test` and takes 9 seconds a row of a clock of its own."""
    clock, order = [0.0], []

    def dawdle(delivery, now):
        clock[0] += 9
        order.append("slow")

    monkeypatch.setattr(effects.time, "monotonic", lambda: clock[0])
    monkeypatch.setitem(effects.KINDS, "slow", dawdle)
    monkeypatch.setitem(effects.KINDS, "test", lambda delivery, now: order.append("test"))
    for number in range(3):
        plan(f"slow:{number}", kind="slow")
    plan("test:1")
    assert tick(NOW) == 4
    assert order == ["slow", "test", "slow", "slow"]


def test_an_effect_runs_in_no_transaction_of_ours(monkeypatch):
    """SQLite has one writer: an effect that waits for a target must not hold it."""
    depth = len(connection.savepoint_ids)
    seen = []
    effect = lambda delivery, now: seen.append(len(connection.savepoint_ids))  # noqa: E731
    monkeypatch.setitem(effects.KINDS, "test", effect)
    plan("test:1")
    tick(NOW)
    assert seen == [depth]


# Leases


def test_what_another_worker_has_is_left_to_it(done):
    plan("test:1")
    assert len(Delivery.objects.claim("test", NOW, 9)) == 1
    assert Delivery.objects.claim("test", NOW, 9) == []
    assert tick(NOW + LEASE - SECOND) == 0
    assert tick(NOW + LEASE) == 1
    assert done == ["test:1"]


def test_what_was_claimed_and_not_begun_counts_no_attempt(done):
    plan("test:1")
    Delivery.objects.claim("test", NOW, 9)
    tick(NOW + LEASE)
    assert Delivery.objects.get().attempts == 1


def test_an_attempt_that_was_cut_short_counts(done):
    plan("test:1")
    [row] = Delivery.objects.claim("test", NOW, 9)
    row.begin(NOW)  # and the worker dies
    row = Delivery.objects.get()
    assert (row.attempts, row.last_error) == (1, CUT_SHORT)
    assert tick(NOW + LEASE - SECOND) == 0
    assert tick(NOW + LEASE) == 1
    assert Delivery.objects.get().attempts == 2


def test_a_row_that_kills_every_worker_is_given_up():
    plan("test:1")
    moment = NOW
    for number in range(ATTEMPTS):
        moment = NOW + number * BACKOFF[-1]
        [row] = Delivery.objects.claim("test", moment, 9)
        assert row.begin(moment)
    assert Delivery.objects.claim("test", moment + BACKOFF[-1], 9) == []
    row = Delivery.objects.get()
    assert (row.dead, row.last_error) == (True, CUT_SHORT)


def test_who_comes_too_late_does_not_begin(done):
    plan("test:1")
    [mine] = Delivery.objects.claim("test", NOW, 9)
    [yours] = Delivery.objects.claim("test", NOW + LEASE, 9)
    assert not mine.begin(NOW + LEASE)
    assert yours.begin(NOW + LEASE)
    assert Delivery.objects.get().attempts == 1


def test_who_fails_too_late_undoes_nothing():
    plan("test:1")
    [mine] = Delivery.objects.claim("test", NOW, 9)
    mine.begin(NOW)
    [yours] = Delivery.objects.claim("test", NOW + LEASE, 9)
    yours.begin(NOW + LEASE)
    mine.fail("遅すぎた失敗")
    assert Delivery.objects.get().leased_until == NOW + 2 * LEASE
    yours.finish(NOW + LEASE)
    mine.fail("遅すぎた失敗")
    row = Delivery.objects.get()
    assert row.done_at
    assert row.last_error == ""


def test_who_is_told_to_stop_ends_after_the_row_in_hand(done):
    for number in range(5):
        plan(f"test:{number}")
    assert tick(NOW, stopped=lambda: len(done) == 2) == 2
    rest = Delivery.objects.filter(done_at=None)
    assert set(rest.values_list("attempts", "leased_until")) == {(0, None)}


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_get_different_rows():
    """On PostgreSQL the second does not even wait for the first."""
    for number in range(10):
        plan(f"test:{number}")

    def claim():
        try:
            return {row.key for row in Delivery.objects.claim("test", NOW, 5)}
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            mine = {row.key for row in Delivery.objects.claim("test", NOW, 5)}
            waiting = pool.submit(claim)
            if connection.vendor == "postgresql":
                assert len(waiting.result(timeout=10)) == 5
        yours = waiting.result()
    assert mine | yours == {f"test:{number}" for number in range(10)}


# Housekeeping


def test_what_was_done_long_ago_is_forgotten(done):
    plan("test:1")
    plan("test:2", due_at=minute(5))
    tick(NOW)
    assert Delivery.objects.forget(NOW + KEPT) == 0
    assert Delivery.objects.forget(NOW + KEPT + SECOND) == 1
    assert Delivery.objects.get().key == "test:2"


# The alarm


@pytest.fixture
def overdue():
    """Return a delivery that is three minutes late by the clock."""
    return plan("test:1", due_at=timezone.now() - timedelta(minutes=3, seconds=5))


@pytest.mark.parametrize(
    ("seconds", "late"), [(0, None), (120, None), (121, 2), (185, 3), (7200, 120)]
)
def test_more_than_two_minutes_are_late(seconds, late):
    plan("test:1", due_at=NOW - seconds * SECOND)
    backlog = Delivery.objects.backlog(NOW)
    assert (backlog.minutes or None, bool(backlog)) == (late, late is not None)


@pytest.mark.parametrize(
    "row", [{"done_at": NOW}, {"due_at": minute(1)}, {"due_at": minute(-1)}, None]
)
def test_what_is_done_or_not_due_is_not_late(row):
    if row is not None:
        plan("test:1", **({"due_at": minute(-9)} | row))
    assert not Delivery.objects.backlog(NOW)


def test_what_was_given_up_is_dead_and_not_late():
    plan("test:1", due_at=minute(-9), dead=True)
    backlog = Delivery.objects.backlog(NOW)
    assert (backlog.late, backlog.dead) == (None, 1)


def test_what_fails_is_not_late_while_it_is_tried(broken):
    plan("broken:1", kind="broken")
    tick(NOW)
    tick(NOW + BACKOFF[0])
    assert not Delivery.objects.backlog(NOW + BACKOFF[0] + BACKOFF[1])


def test_readyz_says_it_and_stays_ready(client, overdue):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    assert lines == ["ok", "配信が3分遅れています。worker が動いているか確かめてください。"]


def test_readyz_asks_once(client, overdue, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/readyz")


@pytest.mark.parametrize(
    ("role", "told"), [("writer", False), ("editor", True), ("chief", True), ("admin", True)]
)
def test_the_front_page_tells_those_who_run_the_desk(client, request, overdue, role, told):
    plan("test:2", dead=True)
    client.force_login(request.getfixturevalue(role))
    page = client.get("/admin/").content.decode()
    assert ("配信が3分遅れています" in page) == told
    assert ("届かなかった配信</a>が1件あります" in page) == told


def test_the_front_page_is_silent_while_all_is_well(client, chief, done):
    plan("test:1")
    tick(NOW)
    client.force_login(chief)
    page = client.get("/admin/").content.decode()
    assert "遅れています" not in page
    assert "messagelist" not in page


@pytest.mark.parametrize(("role", "questions"), [("writer", 0), ("editor", 1), ("chief", 1)])
def test_the_front_page_asks_one_question_for_it(client, request, overdue, role, questions):
    client.force_login(request.getfixturevalue(role))
    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/")
    assert sum("posts_delivery" in query["sql"] for query in asked) == questions


# Dead letters


def test_a_dead_letter_says_what_whose_how_often_and_why(client, chief):
    post = begin(title="届かない記事")
    post.publish(None, now=minute(1))
    plan("test:1")
    post.deliveries.update(dead=True, attempts=8, last_error="<b>相手</b>が答えません。")
    client.force_login(chief)
    page = client.get("/admin/posts/delivery/").content.decode()
    for words in ["届かなかった配信", "公開の記録", "届かない記事", ">8<", "&lt;b&gt;相手"]:
        assert words in page
    assert "test:1" not in page


def test_again_begins_from_the_start(client, chief, broken, monkeypatch):
    plan("broken:1", kind="broken", attempts=ATTEMPTS, dead=True, last_error="x")
    alive = plan("test:1", attempts=2, due_at=minute(9))
    client.force_login(chief)
    chosen = list(Delivery.objects.values_list("pk", flat=True))
    asked = {"action": "again", "_selected_action": chosen}
    answer = client.post("/admin/posts/delivery/", asked, follow=True)
    assert "1件をもう一度配信します。" in answer.content.decode()
    row = Delivery.objects.get(kind="broken")
    assert (row.dead, row.attempts) == (False, 0)
    assert row.due_at <= timezone.now()
    alive.refresh_from_db()
    assert (alive.attempts, alive.due_at) == (2, minute(9))
    tick()
    assert broken == ["broken:1"]

"""fix(): an urgent correction of what is live, merged into what is not public yet."""

from dataclasses import replace

import pytest

from posts.models import Decided, Edition, Fix, Refused, Seen, Status, Way
from tests.cast import begin, log, minute, rewrite, shown

pytestmark = pytest.mark.django_db

BODY = "一つめの文です。\n\n二つめの文です。\n\n三つめの文です。\n"
WRONG = "二つめ"
FIXED = BODY.replace(WRONG, "訂正した")


@pytest.fixture
def live(writer, chief):
    """A live article."""
    post = begin(writer, "題", BODY, slug="a")
    post.publish(chief, now=minute(1))
    return post


def edited(post, body, at=2):
    return rewrite(post, post.title, post.created_by, body=body, now=minute(at))


def fix(post, by, body=FIXED, at=5, seen=None, **fields):
    """Correct the body of what is live."""
    now = minute(at)
    timeline = post.timeline(now)
    begun = Fix.of(timeline).base
    fields = {"seen": seen or Seen.of(timeline), "note": "誤りでした。"} | fields
    return post.fix(replace(begun, body=body), by, now=now, **fields)


def text(post, moment):
    """Return the source of what readers see at `moment`."""
    edition = Edition.objects.public(moment).filter(post=post).first()
    return edition and edition.revision.manuscript.body


def test_readers_see_the_correction_and_none_of_the_unfinished_changes(live, chief):
    edited(live, BODY + "\n書きかけ。\n")
    edition = fix(live, chief)
    assert text(live, minute(5)) == FIXED
    assert (edition.change, edition.note) == ("correction", "誤りでした。")
    assert live.editions.count() == 2


def test_the_manuscript_takes_it_in(live, chief):
    edited(live, BODY + "\n書きかけ。\n")
    fix(live, chief)
    live.refresh_from_db()
    assert live.body == FIXED + "\n書きかけ。\n"
    assert [r.base for r in live.revisions.order_by("number")] == [0, 1, 1, 2]
    assert live.status == Status.DRAFT


def test_what_waits_takes_it_in_and_keeps_its_time(live, chief):
    edited(live, BODY + "\n予定の文。\n")
    live.publish(
        chief, at=minute(10), until=minute(20), kind="addition", note="足す", now=minute(3)
    )
    fix(live, chief)
    assert [text(live, minute(n)) for n in (4, 5, 9)] == [BODY, FIXED, FIXED]
    assert text(live, minute(10)) == FIXED + "\n予定の文。\n"
    assert shown(live, minute(20)) is None
    waiting = live.waiting(minute(6))
    assert (waiting.change, waiting.note, waiting.version) == ("addition", "足す", live.version)
    assert live.deliveries.filter(due_at=minute(10)).count() == 1


def test_what_waits_of_another_revision_takes_it_in_too(live, chief):
    edited(live, BODY + "\n予定の文。\n")
    live.publish(chief, at=minute(10), now=minute(3))
    edited(live, BODY + "\n予定の文。\n\n書きかけ。\n", at=4)
    fix(live, chief)
    assert text(live, minute(10)) == FIXED + "\n予定の文。\n"
    live.refresh_from_db()
    assert live.body == FIXED + "\n予定の文。\n\n書きかけ。\n"


def test_or_what_waits_is_withdrawn(live, chief):
    edited(live, BODY + "\n予定の文。\n")
    live.publish(chief, at=minute(10), now=minute(3))
    fix(live, chief, decided=Decided(Way.WITHDRAW))
    assert live.waiting(minute(6)) is None
    assert text(live, minute(30)) == FIXED
    live.refresh_from_db()
    assert live.body == FIXED + "\n予定の文。\n"


def test_the_planned_end_stays(live, chief):
    live.unpublish(chief, at=minute(30), now=minute(2))
    edited(live, BODY + "\n予定の文。\n")
    live.publish(chief, at=minute(10), now=minute(3))
    fix(live, chief)
    assert [bool(shown(live, minute(n))) for n in (9, 10, 29, 30)] == [True, True, True, False]
    live.unschedule(chief, now=minute(6))
    assert [bool(text(live, minute(n)) == FIXED) for n in (10, 29, 30)] == [True, True, False]


@pytest.mark.parametrize(
    ("choice", "kept"), [("theirs", "書き直した"), ("ours", "訂正した"), ("both", None)]
)
def test_where_both_changed_the_same_a_person_decides(live, chief, choice, kept):
    edited(live, BODY.replace(WRONG, "書き直した"))
    timeline = live.timeline(minute(5))
    [(whose, question)] = Fix.of(timeline, replace(Fix.of(timeline).base, body=FIXED)).questions(
        Way.MERGE
    )
    with pytest.raises(Refused, match="食い違う"):
        fix(live, chief)
    assert (text(live, minute(5)), live.version) == (BODY, 2)
    fix(live, chief, decided=Decided(manuscript={question.key: choice}))
    live.refresh_from_db()
    assert whose == "manuscript"
    assert text(live, minute(5)) == FIXED
    if kept:
        assert live.body == BODY.replace(WRONG, kept)
    else:
        assert "書き直した" in live.body
        assert "訂正した" in live.body
    assert live.events.first().detail["answers"] == [["manuscript", question.key, choice]]


def test_what_the_manuscript_already_says_changes_nothing_there(live, chief):
    edited(live, FIXED + "\n書きかけ。\n")
    fix(live, chief)
    live.refresh_from_db()
    assert (live.version, live.revisions.count()) == (2, 3)


def test_the_log_says_how(live, chief):
    edited(live, BODY + "\n予定の文。\n")
    live.publish(chief, at=minute(10), now=minute(3))
    fix(live, chief)
    event = live.events.first()
    assert (event.move, event.by, event.revision, event.note) == ("fix", chief, 3, "誤りでした。")
    assert (event.detail["base"], event.detail["way"]) == (1, "merge")
    assert event.detail["planned"]["version"] == 4


def test_the_address_stays_when_the_manuscript_got_another_one(live, chief):
    rewrite(live, "題", slug="b", now=minute(2))
    edition = fix(live, chief)
    live.refresh_from_db()
    assert (edition.slug, live.slug) == ("a", "b")


@pytest.mark.parametrize("state", ["draft", "same"])
def test_there_must_be_something_beside_it(writer, chief, state):
    post = begin(writer, body=BODY)
    if state == "same":
        post.publish(chief, now=minute(1))
    with pytest.raises(Refused, match="公開中の版がないか"):
        post.fix(post.manuscript, chief, seen=Seen(1, 1), now=minute(2))


def test_nothing_corrected_is_refused(live, chief):
    edited(live, BODY + "\n書きかけ。\n")
    with pytest.raises(Refused, match="同じ文章"):
        fix(live, chief, body=BODY)
    assert log(live) == ["create", "publish", "edit"]


@pytest.mark.parametrize("meanwhile", ["edit", "publish", "schedule", "unschedule"])
def test_what_moved_meanwhile_is_not_overwritten(live, chief, meanwhile):
    edited(live, BODY + "\n書きかけ。\n")
    if meanwhile == "unschedule":
        live.publish(chief, at=minute(10), now=minute(3))
        edited(live, BODY + "\nもっと。\n", at=3)
    seen = Seen.of(live.timeline(minute(3)))
    if meanwhile == "edit":
        edited(live, BODY + "\n別の人。\n", at=4)
    elif meanwhile == "unschedule":
        live.unschedule(chief, now=minute(4))
    else:
        live.publish(
            chief,
            live.revisions.get(number=2),
            now=minute(4),
            at=minute(10) if meanwhile == "schedule" else None,
        )
        edited(live, BODY + "\n別の人。\n", at=4)
    with pytest.raises(Refused, match="読んでいるあいだ"):
        fix(live, chief, seen=seen)


def test_it_can_follow_in_the_same_instant(live, chief):
    edited(live, BODY + "\n予定の文。\n", at=1)
    live.publish(chief, at=minute(10), now=minute(1))
    fix(live, chief, at=1)
    assert text(live, minute(2)) == FIXED
    assert text(live, minute(10)) == FIXED + "\n予定の文。\n"

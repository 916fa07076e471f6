"""Any history of moves, by anybody, under a clock that steps: what must hold after every step.

The numbers are those of the list that the project keeps of its invariants. I1: readers see the
post iff an interval holds. I2: they see exactly the text that was published last. I3: what is to
be told of an edition is written once. I4: every text that was accepted is in a revision. I5: who
moved was allowed to. I8: the log alone leads to the state.
"""

import os
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from django.utils.dateparse import parse_datetime
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from posts.models import (
    MOVES,
    Decided,
    Edition,
    Event,
    Fix,
    Post,
    Refused,
    Role,
    Seen,
    Way,
)
from posts.models.edition import HEAVY
from posts.models.timeline import INSTANT
from tests.cast import begin, minute, person

PEOPLE = ("writer", "another", "editor", "chief")

# Who may make what at all, by hand: w(riter, own manuscripts), a(nother writer), e(ditor), c(hief).
MAY = {
    "edit": "wec",
    "submit": "wec",
    "withdraw": "wec",
    "return_": "ec",
    "approve": "ec",
    "publish": "c",
    "fix": "c",
    "unschedule": "c",
    "unpublish": "c",
    "archive": "ec",
    "revive": "ec",
    "restore": "wec",
    "copy": "wec",
    "erase": "wc",
}
BY = st.sampled_from(PEOPLE)
SOON = st.integers(1, 30)
PARTS = 4  # paragraphs of a text


@dataclass
class Span:
    """An interval as the test keeps it: minutes, and the text that readers see in it."""

    start: object
    end: object
    text: str
    succeeds: bool = False  # it ended another one
    given: object = None  # the end that it had, before another one took its place


class Desk(RuleBasedStateMachine):
    """One manuscript, four people, and what they have seen acknowledged."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        roles = (Role.WRITER, Role.WRITER, Role.EDITOR, Role.CHIEF)
        self.people = {name: person(name, role) for name, role in zip(PEOPLE, roles, strict=True)}
        self.clock, self.count, self.read = 0, 0, {}
        self.start()

    def start(self):
        """Begin another manuscript."""
        self.post = begin(self.people["writer"], body=self.text(), now=self.now, slug="")
        self.saved, self.changed = {self.post.body}, True
        self.erased = False

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def now(self):
        return minute(self.clock)

    def text(self, old=None, place=0):
        """Return a text with a sentence that no other has, at `place`."""
        self.count += 1
        parts = old.split("\n\n") if old else [f"はじめの段落{n}。" for n in range(PARTS)]
        parts[place] = f"{self.count}つめの文。"
        return "\n\n".join(parts)

    def attempt(self, move, by, verb):
        """Make a move; what it answered must be what the hand-written table says."""
        user = self.people[by]
        free = not self.post.why_not(move, user, self.post.timeline(self.now))
        before = self.post.events.count()
        try:
            with transaction.atomic():
                result = verb(user)
        except Refused:
            assert not free or move in {"publish", "unpublish"}  # for their times
            self.post = Post.objects.get(pk=self.post.pk)
            return None
        assert by[0] in MAY[move]
        assert free or move == "publish"  # which makes nothing new of what is public
        if not self.erased and self.post.events.count() > before:
            self.post, self.changed = Post.objects.get(pk=self.post.pk), True
        return result

    def texts(self):
        """Return the text of each revision, by number; each is read once."""
        known = self.post.revisions.values_list("pk", "number")
        numbers = {pk: number for pk, number in known if pk not in self.read}
        for revision in self.post.revisions.filter(pk__in=numbers) if numbers else ():
            self.read[revision.pk] = revision.manuscript.body
        return {number: self.read[pk] for pk, number in known}

    # Steps

    @rule(minutes=st.integers(-20, 40))
    def step_clock(self, minutes):
        self.clock += minutes
        self.changed = True

    @rule(by=BY, place=st.integers(0, PARTS - 1))
    def edit(self, by, place):
        body = self.text(self.post.body, place)
        changed = replace(self.post.manuscript, body=body)
        base = self.post.version

        def verb(user):
            revision = self.post.write(changed, by=user, base=base, now=self.now)
            self.saved.add(body)
            return revision

        self.attempt("edit", by, verb)

    @rule(by=BY)
    def edit_what_is_stale(self, by):
        body = self.text(self.post.body)
        changed = replace(self.post.manuscript, body=body)

        def verb(user):
            self.post.write(changed, by=user, base=self.post.version - 1, now=self.now)
            self.saved.add(body)

        self.attempt("edit", by, verb)

    @rule(by=BY, move=st.sampled_from(["submit", "withdraw", "return_", "approve"]))
    def pass_on(self, by, move):
        self.attempt(move, by, lambda user: getattr(self.post, move)(user, now=self.now))

    @rule(by=BY, move=st.sampled_from(["archive", "revive", "unschedule"]))
    def put_away(self, by, move):
        self.attempt(move, by, lambda user: getattr(self.post, move)(user, now=self.now))

    @rule(by=BY, number=st.integers(1, 6))
    def restore(self, by, number):
        numbers = list(self.post.revisions.order_by("number").values_list("number", flat=True))
        revision = self.post.revisions.get(number=numbers[number % len(numbers)])
        self.attempt("restore", by, lambda user: self.post.restore(revision, by=user, now=self.now))

    @rule(by=BY, wait=st.none() | SOON, length=st.none() | SOON)
    def publish(self, by, wait, length):
        at = minute(self.clock + wait) if wait else None
        until = minute(self.clock + (wait or 0) + length) if length else None
        self.attempt(
            "publish", by, lambda user: self.post.publish(user, at=at, until=until, now=self.now)
        )

    @rule(wait=SOON)
    def schedule_a_change(self, wait):
        """The chief writes on and schedules it: what a correction is made beside."""
        self.edit("chief", 0)
        self.publish("chief", wait, None)
        self.edit("writer", 1)

    @rule(by=BY, wait=st.none() | SOON)
    def unpublish(self, by, wait):
        at = minute(self.clock + wait) if wait else None
        self.attempt("unpublish", by, lambda user: self.post.unpublish(user, at=at, now=self.now))

    @rule(
        by=BY,
        place=st.integers(0, PARTS - 1),
        way=st.sampled_from(Way),
        answer=st.sampled_from(["theirs", "ours", "both"]),
    )
    def fix(self, by, place, way, answer):
        timeline = self.post.timeline(self.now)
        if timeline.refusal("fix"):
            return
        base = Fix.of(timeline).base
        body = self.text(base.body, place)
        fixed = replace(base, body=body)
        asked = Fix.of(timeline, fixed).questions(way)
        answers = {"manuscript": {}, "waiting": {}}
        for whose, question in asked:
            answers[whose][question.key] = answer
        seen, decided = Seen.of(timeline), Decided(way, **answers)
        waiting = timeline.waiting

        def verb(user):
            edition = self.post.fix(fixed, user, seen=seen, decided=decided, now=self.now)
            self.saved.add(body)
            self.check_fix(edition, body, waiting, way, asked)

        self.attempt("fix", by, verb)

    def check_fix(self, edition, body, waiting, way, asked):
        """Readers have the correction; nobody lost a word, unless a person said so."""
        assert edition.revision.manuscript.body == body
        after = self.post.editions.filter(visible_from__gt=edition.visible_from).first()
        assert bool(after) == bool(waiting and way == Way.MERGE)
        mine = f"{self.count}つめの文。"
        if not asked:
            assert mine in self.post.body
            assert not after or mine in after.revision.manuscript.body

    @rule(by=BY)
    def copy(self, by):
        copy = self.attempt("copy", by, lambda user: self.post.copy(user, now=self.now))
        if copy:
            assert (copy.body, copy.slug, copy.status) == (self.post.body, "", "draft")
            assert not copy.editions.exists()

    @rule(by=BY)
    @precondition(lambda self: self.count > 3)
    def erase(self, by):
        pk, public = self.post.pk, self.post.editions.exists()
        events = self.post.events.count()
        self.attempt("erase", by, lambda user: self.erase_as(user))
        if self.erased:
            assert not public
            assert not Post.objects.filter(pk=pk).exists()
            log = Event.objects.filter(post_id=pk).order_by("pk")
            assert (log.count(), log.last().move) == (events + 1, "erase")
            self.start()

    def erase_as(self, user):
        self.post.erase(user, now=self.now)
        self.erased = True

    # What holds

    @invariant()
    def all_holds(self):
        """Check the rows as they are, unless the step was refused: then they are as before."""
        if not self.changed:
            return
        self.changed = False
        events = list(self.post.events.select_related("by").order_by("pk"))
        editions = list(self.post.editions.defer(*HEAVY))
        texts = self.texts()
        self.i1_i2_i8_readers_see_what_the_log_says(events, editions, texts)
        self.i3_news_are_written_once(editions)
        assert self.saved <= set(texts.values()), "I4: every text is in a revision"
        for event in events:  # I5
            assert event.move in {"create", "keep"} or event.by.username[0] in MAY[event.move]

    def i1_i2_i8_readers_see_what_the_log_says(self, events, editions, texts):
        """Replay the log: it gives the intervals, their texts, and the state of the manuscript."""
        spans, state = replay(events, texts)
        for moment in (-0.5, 0, 0.5, 7, 15, 29, 45):
            now = minute(self.clock + moment)
            seen = [texts[one.version] for one in editions if one.is_public(now)]
            assert seen == [one.text for one in spans if holds(one, now)]
        public = Edition.objects.public(self.now).filter(post=self.post.pk).values_list("pk")
        assert [pk for (pk,) in public] == [one.pk for one in editions if one.is_public(self.now)]
        assert (self.post.status, bool(self.post.archived_at), self.post.version) == state

    def i3_news_are_written_once(self, editions):
        """Each edition has its one delivery, and no other has one."""
        keys = Counter(self.post.deliveries.values_list("key", flat=True))
        assert keys == Counter(f"live:{edition.pk}" for edition in editions)


def holds(span, now):
    return span.start <= now and (span.end is None or now < span.end)


def replay(events, texts):
    """Return what the log alone says: the intervals, and (status, archived, version)."""
    spans, state = [], ["draft", False, 1]
    for event in events:
        TOLD.get(event.move, pass_)(event, spans, state, texts)
        if event.move in MOVES and MOVES[event.move].target and event.move not in {"publish"}:
            state[0] = str(MOVES[event.move].target)
    return spans, tuple(state)


def pass_(event, spans, state, texts):
    """Nothing but the status changes."""


def at(event, name):
    moment = event.detail.get(name)
    return parse_datetime(moment) if isinstance(moment, str) else moment


def edited(event, spans, state, texts):
    state[2] = event.revision
    if state[0] == "ready" and event.by.username[0] not in MAY["approve"]:
        state[0] = "draft"


def put_away(event, spans, state, texts):
    state[1] = event.move == "archive"


def published(event, spans, state, texts):
    start, end = at(event, "from"), at(event, "until")
    if start is None:  # what readers saw already got another end
        spans[-1].end = end
        return
    open_(spans, start, end, texts[event.revision])
    if event.revision == state[2]:
        state[0] = "ready"


def open_(spans, start, end, text):
    before = spans[-1] if spans else None
    succeeds = bool(before and (before.end is None or before.end > start))
    if succeeds:
        before.given, before.end = before.end, start
    spans.append(Span(start, end, text, succeeds))


def unscheduled(event, spans, state, texts):
    start = at(event, "from")
    if start is None:
        spans[-1].end = None
        return
    take_back(spans, start)


def take_back(spans, start):
    gone = spans.pop()
    assert gone.start == start
    if gone.succeeds:
        spans[-1].end = spans[-1].given


def unpublished(event, spans, state, texts):
    end = at(event, "until")
    if end > event.at:  # planned: the end is the post's, whatever is public until then
        if spans[-1].succeeds:
            spans[-2].given = end
        spans[-1].end = end
        return
    for span in spans:
        if span.end is None or span.end > end:
            span.end = max(end, span.start + INSTANT)


def fixed(event, spans, state, texts):
    planned = event.detail.get("planned")
    if planned:
        take_back(spans, parse_datetime(planned["from"]))
    open_(spans, at(event, "from"), at(event, "until"), texts[event.revision])
    if planned and planned["version"]:
        until = planned["until"] and parse_datetime(planned["until"])
        open_(spans, parse_datetime(planned["from"]), until, texts[planned["version"]])
    state[2] = event.detail["manuscript"]
    if event.revision == state[2]:
        state[0] = "ready"


TOLD = {
    "edit": edited,
    "restore": edited,
    "archive": put_away,
    "revive": put_away,
    "publish": published,
    "unschedule": unscheduled,
    "unpublish": unpublished,
    "fix": fixed,
}

# Of up to 50 steps each, on each database: 10,000 steps in all.
# More, for a night: HISTORIES=2000 python -m pytest tests/verbs/test_machine.py
HISTORIES = int(os.environ.get("HISTORIES", "100"))


@pytest.mark.django_db
def test_every_history_of_moves_keeps_the_invariants():
    """Up to 50 steps each."""
    thorough = settings(
        max_examples=HISTORIES,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Desk, settings=thorough)

"""The timeline of a post: any history of moves and clock steps keeps the invariants."""

from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posts.models import Edition, EditionByline, EditionTag, Refused, Tag, retire
from tests.cast import begin, minute, shown

pytestmark = pytest.mark.django_db

# What a once visible edition never changes: everything but its end and the hints.
CHANGING = {"visible_until", "retired", "succeeded_until", "succeeds"}
SOURCE = [field.attname for field in Edition._meta.fields if field.name not in CHANGING]

STEPS = st.one_of(
    st.tuples(st.just("clock"), st.integers(-20, 30)),
    st.tuples(st.just("edit"), st.none()),
    st.tuples(st.just("publish"), st.one_of(st.none(), st.integers(1, 40))),
    st.tuples(st.just("schedule"), st.integers(1, 40)),
    st.tuples(st.just("limited"), st.tuples(st.integers(1, 30), st.integers(1, 30))),
    st.tuples(st.just("older"), st.integers(1, 5)),
    st.tuples(st.just("unschedule"), st.none()),
    st.tuples(st.just("unpublish"), st.one_of(st.none(), st.integers(1, 40))),
)


class History:
    """A post under a clock, and what readers were seen to see."""

    def __init__(self):
        [tag] = Tag.named(["履歴"])
        self.post = begin(title="1", tags=(tag.pk,))
        self.clock, self.latest = 0, -9999  # the last minute in which the timeline moved
        self.texts, self.moves, self.seen, self.published = ["1"], ["create"], {}, None

    def step(self, name, value):
        """Do one step, refused or not, and check all that must hold after it."""
        if name == "clock":
            self.clock += value
        elif name == "edit":
            self.edit()
        else:
            with suppress(Refused), transaction.atomic():
                self.move(name, value)
        self.check()

    @property
    def now(self):
        return minute(self.clock)

    def edit(self):
        self.texts.append(str(len(self.texts) + 1))
        manuscript = replace(self.post.manuscript, title=self.texts[-1])
        self.post.write(manuscript, by=None, base=self.post.version, now=self.now)
        self.moves.append("edit")

    def move(self, name, value):
        before = self.post.events.count()
        later = None if value is None or name in {"limited", "older"} else self.after(value)
        if name == "publish":
            self.post.publish(None, until=later, now=self.now)
        elif name == "schedule":
            self.post.publish(None, at=later, now=self.now)
        elif name == "limited":
            start, length = value
            end = self.after(start + length)
            self.post.publish(None, at=self.after(start), until=end, now=self.now)
        elif name == "older":
            revision = self.post.revisions.get(number=min(value, self.post.version))
            self.post.publish(None, revision, now=self.now)
        elif name == "unschedule":
            self.post.unschedule(None, now=self.now)
        else:
            self.unpublish(later)
        done = self.post.events.order_by("pk").values_list("move", flat=True)[before:]
        self.moves += done
        if done:
            self.latest = max(self.latest, self.clock)

    def unpublish(self, at):
        self.post.unpublish(None, at=at, now=self.now)
        if at is None:
            # A takedown is for good: nothing stays, and nothing comes back by itself.
            assert {shown(self.post, self.after(n + 0.5)) for n in range(60)} == {None}

    def after(self, minutes):
        return minute(self.clock + minutes)

    def check(self):
        editions = list(self.post.editions.order_by("visible_from"))
        self.check_intervals(editions)
        self.check_copies(editions)
        self.check_what_was_seen(editions)

    def check_record(self):
        """Every save is a revision and every move an event, in their order."""
        assert [r.manuscript.title for r in self.post.revisions.order_by("number")] == self.texts
        assert list(self.post.events.order_by("pk").values_list("move", flat=True)) == self.moves

    def check_intervals(self, editions):
        for before, after in zip(editions, editions[1:], strict=False):
            assert before.visible_until is not None
            assert before.visible_until <= after.visible_from
        reached = minute(max(self.clock, self.latest))
        assert len([one for one in editions if one.visible_from > reached]) <= 1
        public = [one.title for one in editions if one.is_public(self.now)]
        assert [shown(self.post, self.now)] == (public or [None])

    def check_copies(self, editions):
        interval = ("edition_id", "visible_from", "visible_until", "published_at")
        copies = EditionTag.objects.order_by("visible_from").values_list(*interval)
        truth = [(e.pk, e.visible_from, e.visible_until, e.published_at) for e in editions]
        assert list(copies) == truth

    def check_what_was_seen(self, editions):
        """An edition is known to have been seen when a move was made after it opened."""
        rows = {one.pk: {name: getattr(one, name) for name in SOURCE} for one in editions}
        for pk, row in self.seen.items():
            assert rows[pk] == row
        opened = [one for one in editions if one.visible_from <= minute(self.latest)]
        self.seen |= {one.pk: rows[one.pk] for one in opened}
        for one in opened:
            self.published = self.published or one.published_at
            assert one.published_at == self.published


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=14))
def test_every_history_keeps_the_invariants(steps):
    with transaction.atomic():
        history = History()
        for name, value in steps:
            history.step(name, value)
        history.check_record()
        transaction.set_rollback(True)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.one_of(st.none(), st.integers(6, 40)),
    at=st.integers(6, 40),
    until=st.one_of(st.none(), st.integers(1, 40)),
)
def test_unschedule_is_the_inverse_of_schedule(first, at, until):
    with transaction.atomic():
        post = begin(title="前")
        post.publish(None, until=first and minute(first), now=minute(1))
        post.write(replace(post.manuscript, title="後"), by=None, now=minute(2))
        before = list(post.editions.values())
        post.publish(None, at=minute(at), until=until and minute(at + until), now=minute(3))
        assert shown(post, minute(at)) == "後"
        post.unschedule(None, now=minute(4))
        assert list(post.editions.values()) == before
        transaction.set_rollback(True)


def test_retiring_changes_nothing_that_readers_see():
    post = begin(title="前")
    post.publish(None, until=minute(10), now=minute(1))
    post.publish(None, now=minute(20))
    retire(minute(60 * 24 * 10))
    assert [shown(post, minute(n)) for n in (5, 15, 25)] == ["前", None, "前"]


def test_an_edition_that_gets_a_new_end_is_not_retired():
    [tag] = Tag.named(["AI"])
    post = begin(tags=(tag.pk,))
    edition = post.publish(None, until=minute(10), now=minute(1))
    retire(minute(60 * 24 * 10))
    edition.refresh_from_db()
    edition.close(None)
    assert Edition.objects.public().get() == edition
    assert EditionTag.objects.public().get().edition == edition
    assert not EditionByline.objects.exists()

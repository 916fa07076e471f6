"""The screen never offers a move that will be refused, nor hides one that would be made."""

from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posts.admin.post.moving import UNOFFERED, moves_for
from posts.models import MOVES, Decided, Fix, Post, Refused, Role, Seen, Way
from tests.cast import begin, minute, person

pytestmark = pytest.mark.django_db

ASKED = [move for move in MOVES if move not in UNOFFERED]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "clock", "schedule", "limit", *ASKED]),
        st.sampled_from(["writer", "editor", "chief"]),
        st.integers(-15, 30),
    ),
    max_size=12,
)


def correct(post, user, now):
    """Correct what is live, and withdraw what waits."""
    timeline = post.timeline(now)
    if timeline.refusal("fix"):
        raise Refused
    fixed = replace(Fix.of(timeline).base, body=f"{post.revisions.count()}つめの訂正")
    asked = Fix.of(timeline, fixed).questions(Way.WITHDRAW)
    decided = Decided(Way.WITHDRAW, {question.key: "theirs" for _, question in asked})
    post.fix(fixed, user, seen=Seen.of(timeline), decided=decided, now=now)


def make(post, move, user, now, number=0):
    """Make a move as the screen would."""
    if move == "fix":
        correct(post, user, now)
    elif move == "edit":
        changed = replace(post.manuscript, deck=f"{post.version + 1}つめのリード")
        post.write(changed, by=user, now=now)
    elif move == "schedule":
        post.publish(user, at=minute(number + 20), now=now)
    elif move == "limit":
        post.unpublish(user, at=minute(number + 20), now=now)
    elif not (move == "erase" and number):  # a history ends there
        getattr(post, move)(user, now=now)


def attempt(post, move, user, now):
    """Return whether the verb does something, and undo it."""
    post = Post.objects.get(pk=post.pk)
    before = post.events.count()
    with suppress(Refused), transaction.atomic():
        make(post, move, user, now)
        done = post.pk is None or post.events.count() > before
        transaction.set_rollback(True)
        return done
    return False


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_what_is_offered_is_what_can_be_made(steps):
    with transaction.atomic():
        roles = {"writer": Role.WRITER, "editor": Role.EDITOR, "chief": Role.CHIEF}
        people = {name: person(name, role) for name, role in roles.items()}
        people["another"] = person("another", Role.WRITER)
        post, clock = begin(people["writer"]), 0
        for move, by, number in steps:
            if move == "clock":
                clock += number
                continue
            with suppress(Refused), transaction.atomic():
                make(post, move, people[by], minute(clock), number or 1)
            post = Post.objects.get(pk=post.pk)
        now = minute(clock)
        for user in people.values():
            offered = {name for name, _ in moves_for(user, post, post.timeline(now))}
            possible = {move for move in ASKED if attempt(post, move, user, now)}
            assert offered == possible, user.username
        transaction.set_rollback(True)

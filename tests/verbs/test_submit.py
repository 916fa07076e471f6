"""submit: a draft goes to the editors."""

import pytest

from posts.models import Refused, Status
from tests.cast import begin, log, minute

pytestmark = pytest.mark.django_db


def test_it_hands_the_draft_to_review(writer):
    post = begin(writer)
    post.submit(writer, note="お願いします", now=minute(1))
    assert post.status == Status.IN_REVIEW
    event = post.events.get(move="submit")
    assert (event.by, event.at, event.revision, event.note) == (
        writer,
        minute(1),
        1,
        "お願いします",
    )


def test_another_writers_manuscript_is_refused(writer, another_writer):
    post = begin(writer)
    with pytest.raises(Refused, match="権限"):
        post.submit(another_writer)
    assert log(post) == ["create"]


def test_what_is_in_review_already_is_refused(writer):
    post = begin(writer)
    post.submit(writer)
    with pytest.raises(Refused, match="確認待ち"):
        post.submit(writer)
    assert log(post) == ["create", "submit"]


def test_a_moved_state_is_read_from_the_database_not_from_the_object(writer, editor):
    post = begin(writer)
    stale = type(post).objects.get(pk=post.pk)
    post.submit(writer)
    post.approve(editor)
    with pytest.raises(Refused, match="公開待ち"):
        stale.submit(writer)

"""archive and revive: away from the desk and back, never deleted."""

import pytest

from posts.models import Refused, Status
from tests.cast import begin, log, minute

pytestmark = pytest.mark.django_db


def test_it_puts_a_manuscript_away(editor):
    post = begin(editor)
    post.archive(editor, now=minute(1))
    assert post.archived_at == minute(1)
    assert log(post) == ["create", "archive"]


def test_what_readers_see_is_refused(editor, chief):
    post = begin(editor)
    post.publish(chief, now=minute(1))
    with pytest.raises(Refused, match="公開中"):
        post.archive(editor, now=minute(2))


def test_what_waits_for_its_time_is_refused(editor, chief):
    post = begin(editor)
    post.publish(chief, at=minute(10), now=minute(1))
    with pytest.raises(Refused):
        post.archive(editor, now=minute(2))


def test_what_is_over_can_be_put_away(editor, chief):
    post = begin(editor)
    post.publish(chief, until=minute(10), now=minute(1))
    post.archive(editor, now=minute(10))
    assert post.archived_at == minute(10)


@pytest.mark.parametrize("move", ["submit", "approve", "publish", "unpublish", "archive"])
def test_nothing_moves_while_it_is_archived(chief, move):
    post = begin(chief)
    post.archive(chief)
    with pytest.raises(Refused, match="保管"):
        getattr(post, move)(chief)


def test_revive_brings_it_back_as_a_draft(writer, editor):
    post = begin(writer)
    post.approve(editor)
    post.archive(editor)
    post.revive(editor)
    assert (post.archived_at, post.status) == (None, Status.DRAFT)
    assert log(post) == ["create", "approve", "archive", "revive"]


def test_revive_of_what_is_not_archived_is_refused(editor):
    with pytest.raises(Refused):
        begin(editor).revive(editor)


def test_a_writer_is_refused(writer):
    with pytest.raises(Refused):
        begin(writer).archive(writer)

"""approve: an editor declares the newest revision ready."""

import pytest

from posts.models import Refused, Status
from tests.cast import begin, minute, rewrite, shown

pytestmark = pytest.mark.django_db


def test_it_makes_it_ready_and_names_the_revision(writer, editor):
    post = begin(writer)
    rewrite(post, "後", writer)
    post.submit(writer)
    post.approve(editor)
    assert post.status == Status.READY
    assert post.events.get(move="approve").revision == 2


def test_it_publishes_nothing(writer, editor):
    post = begin(writer)
    post.approve(editor, now=minute(0))
    assert shown(post, minute(1)) is None


def test_a_writer_is_refused(writer):
    post = begin(writer)
    post.submit(writer)
    with pytest.raises(Refused):
        post.approve(writer)


def test_twice_is_refused(writer, editor):
    post = begin(writer)
    post.approve(editor)
    with pytest.raises(Refused):
        post.approve(editor)

"""return_: an editor sends the manuscript back."""

import pytest

from posts.models import Refused, Status
from tests.cast import begin, minute, shown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("before", ["submit", "approve"])
def test_it_makes_it_a_draft_with_what_is_to_be_done(writer, editor, before):
    post = begin(writer)
    getattr(post, before)(editor)
    post.return_(editor, note="数字の出典を")
    assert post.status == Status.DRAFT
    assert post.events.get(move="return_").note == "数字の出典を"


def test_a_writer_is_refused(writer):
    post = begin(writer)
    post.submit(writer)
    with pytest.raises(Refused):
        post.return_(writer)


def test_a_draft_is_refused(writer, editor):
    with pytest.raises(Refused):
        begin(writer).return_(editor)


def test_readers_keep_what_they_see(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, now=minute(1))
    post.return_(chief, now=minute(2))
    assert shown(post, minute(3)) == "前"

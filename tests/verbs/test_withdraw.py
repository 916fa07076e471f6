"""withdraw: the writer takes the manuscript back from review."""

import pytest

from posts.models import Refused, Status
from tests.cast import begin, log

pytestmark = pytest.mark.django_db


def test_it_makes_it_a_draft_again(writer):
    post = begin(writer)
    post.submit(writer)
    post.withdraw(writer)
    assert post.status == Status.DRAFT
    assert log(post) == ["create", "submit", "withdraw"]


@pytest.mark.parametrize("before", [[], ["approve"]])
def test_what_is_not_in_review_is_refused(writer, editor, before):
    post = begin(writer)
    for move in before:
        getattr(post, move)(editor)
    with pytest.raises(Refused):
        post.withdraw(writer)

"""autosave: what is being typed is saved, without filling the log."""

from dataclasses import replace

import pytest

from posts.models import Refused, Revision, Status
from tests.cast import begin, log, minute, rewrite

pytestmark = pytest.mark.django_db


def typed(post, body, by, base=None, at=1):
    """Autosave another body."""
    content = replace(post.manuscript, body=body)
    return post.autosave(content, by=by, base=base or post.version, now=minute(at))


def test_it_makes_a_revision_and_the_posts_content(writer):
    post = begin(writer)
    revision = typed(post, "書きかけ", writer)
    post.refresh_from_db()
    assert (post.body, post.version) == ("書きかけ", 2)
    assert (revision.why, revision.by, revision.base) == (Revision.Why.AUTOSAVE, writer, 1)


def test_the_log_names_the_first_of_an_hour(writer, editor):
    post = begin(writer)
    for minutes in (1, 2, 30, 70):
        typed(post, f"{minutes}", writer, at=minutes)
    typed(post, "編集者", editor, at=71)
    assert log(post) == ["create", "autosave", "autosave", "autosave"]
    assert list(post.events.order_by("pk").values_list("revision", flat=True)) == [1, 2, 5, 6]


def test_what_says_the_same_makes_nothing(writer):
    post = begin(writer)
    assert typed(post, post.body, writer).number == 1
    assert log(post) == ["create"]


def test_a_stale_one_lies_beside_the_manuscript(writer, editor):
    post = begin(writer, body="前")
    rewrite(post, "編集者の題", editor)
    beside = typed(post, "古い画面から", writer, base=1)
    post.refresh_from_db()
    assert (post.body, post.version, beside.number) == ("前", 2, 3)
    assert (beside.why, beside.base) == (Revision.Why.AUTOSAVE, 1)
    assert beside.manuscript.body == "古い画面から"


def test_to_save_on_purpose_what_was_saved_by_itself_is_an_act(writer):
    post = begin(writer)
    typed(post, "書いた", writer)
    saved = post.write(post.manuscript, by=writer, base=1)
    assert (saved.number, saved.why, post.version) == (3, Revision.Why.EDIT, 3)
    assert post.write(post.manuscript, by=writer, base=3).number == 3


def test_it_undoes_an_approval_like_any_edit(writer, editor):
    post = begin(writer)
    post.approve(editor)
    typed(post, "あとから", writer)
    post.refresh_from_db()
    assert post.status == Status.DRAFT


def test_another_writer_may_not(writer, another_writer):
    with pytest.raises(Refused):
        typed(begin(writer), "乗っ取り", another_writer)

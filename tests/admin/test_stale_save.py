"""Somebody saved meanwhile: neither text is lost, and the manuscript is not overwritten."""

from datetime import date

import pytest

from posts.models import Author, Post, Revision, Tag
from tests.admin.desk import at, form, rows, seen, sent_by
from tests.cast import begin, log, rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict(client, editor, chief):
    """The answer to a chief's save from version 1, after an editor's save; and the post."""
    post = begin(editor, title="はじめの題")
    client.force_login(chief)
    stale = form(post, title="編集長の題", body="編集長の本文<br>", tags="編集長の札")
    rewrite(post, "編集者の題", by=editor, body="編集者の本文")
    return client.post(at(post), stale), Post.objects.get()


def test_the_manuscript_stays_as_it_was_saved(conflict):
    answer, post = conflict
    assert answer.status_code == 409
    assert (post.title, post.body, post.version) == ("編集者の題", "編集者の本文", 2)
    assert not post.taggings.exists()


def test_the_text_is_kept_as_a_revision(conflict, chief):
    _, post = conflict
    kept = post.revisions.get(number=3)
    assert (kept.why, kept.base, kept.by) == (Revision.Why.KEPT, 1, chief)
    content = kept.manuscript
    assert (content.title, content.body) == ("編集長の題", "編集長の本文<br>")
    assert [Tag.objects.get(pk=pk).name for pk in content.tags] == ["編集長の札"]
    assert log(post)[-1] == "keep"


def test_the_page_shows_both_texts(conflict):
    answer, _ = conflict
    text = seen(answer)
    for part in (
        "編集者の題",
        "編集者の本文",
        "編集長の題",
        "編集長の本文<br>",
        "失われていません",
    ):
        assert part in text
    assert "編集長の本文<br>" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_the_kept_text_can_become_the_manuscript(conflict, client):
    _, post = conflict
    client.post(at(post, "move/restore/?revision=3"), {"note": ""})
    post.refresh_from_db()
    assert (post.title, post.version) == ("編集長の題", 4)
    assert post.revisions.get(number=2).manuscript.title == "編集者の題"


def test_the_next_save_from_the_newest_version_goes_through(conflict, client):
    _, post = conflict
    assert client.post(at(post), form(post, title="まとめた題")).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.version) == ("まとめた題", 4)


def test_a_stale_form_that_says_what_is_stored_is_no_conflict(client, editor):
    post = begin(editor, title="前")
    client.force_login(editor)
    stale = form(post, title="後")
    rewrite(post, "後", by=editor)
    before = rows("Byline", "Tagging")
    assert client.post(at(post), stale).status_code == 302
    assert rows("Byline", "Tagging") == before


def arranged(post):
    """Return what no revision holds."""
    post.refresh_from_db()
    return post.planned_on, post.kind


def test_a_plan_that_was_moved_meanwhile_is_not_moved_back(client, editor):
    post = begin(editor)
    post.arrange(by=editor, planned_on=date(2026, 4, 1))
    client.force_login(editor)
    opened = sent_by(client.get(at(post)))
    post.arrange(by=editor, planned_on=date(2026, 4, 5), kind="page")
    assert client.post(at(post), opened | {"title": "後"}).status_code == 302
    assert arranged(post) == (date(2026, 4, 5), "page")
    assert post.title == "後"


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        ({"planned_on": "2026-04-07"}, (date(2026, 4, 7), "page")),
        ({"planned_on": ""}, (None, "page")),
    ],
)
def test_what_this_person_moved_is_moved(client, editor, typed, then):
    post = begin(editor)
    post.arrange(by=editor, planned_on=date(2026, 4, 1))
    client.force_login(editor)
    opened = sent_by(client.get(at(post)))
    post.arrange(by=editor, planned_on=date(2026, 4, 5), kind="page")
    client.post(at(post), opened | typed)
    assert arranged(post) == then


def test_a_form_whose_plan_is_old_does_not_say_it_was_not_saved(client, editor):
    post = begin(editor)
    post.arrange(by=editor, planned_on=date(2026, 4, 1))
    client.force_login(editor)
    opened = sent_by(client.get(at(post)))
    post.arrange(by=editor, planned_on=date(2026, 4, 5))
    rewrite(post, "編集者の題", by=editor)
    answer = client.post(at(post), opened | {"title": "後"})
    assert answer.status_code == 409
    assert "掲載予定日" not in seen(answer)


def test_signatures_changed_meanwhile_do_not_lose_the_text(client, editor):
    authors = [Author.objects.create(name=name, slug=name) for name in "甲乙"]
    post = begin(editor, bylines=((authors[0].pk, ""),))
    client.force_login(editor)
    stale = form(post, title="書いた題")
    stale |= {"bylines-0-id": post.bylines.get().pk, "bylines-INITIAL_FORMS": 1}
    rewrite(post, "別の題", by=editor, bylines=((authors[1].pk, ""),))
    answer = client.post(at(post), stale)
    assert answer.status_code == 409
    kept = post.revisions.get(why=Revision.Why.KEPT).manuscript
    assert (kept.title, kept.bylines) == ("書いた題", ((authors[0].pk, ""),))


def test_two_windows_of_one_person_are_told_apart_too(client, editor):
    post = begin(editor)
    client.force_login(editor)
    first, second = form(post, title="窓一"), form(post, title="窓二")
    assert client.post(at(post), first).status_code == 302
    assert client.post(at(post), second).status_code == 409
    assert Post.objects.get().title == "窓一"


@pytest.mark.parametrize("base", ["", "0", None])
def test_a_form_that_does_not_say_where_it_began_overwrites_nothing(client, editor, base):
    post = begin(editor, title="前")
    rewrite(post, "別の題", by=editor)
    client.force_login(editor)
    forged = form(post, title="後")
    forged.pop("base")
    if base is not None:
        forged["base"] = base
    answer = client.post(at(post), forged)
    assert answer.status_code == 409
    post.refresh_from_db()
    assert post.title == "別の題"
    assert post.revisions.get(why=Revision.Why.KEPT).manuscript.title == "後"

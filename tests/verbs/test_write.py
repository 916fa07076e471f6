"""write: every save is a revision, and a stale one is kept beside."""

from dataclasses import replace

import pytest

from posts.models import Post, Refused, Revision, Slug, Status, Tag
from tests.cast import begin, log, minute, rewrite, shown

pytestmark = pytest.mark.django_db


def test_it_makes_the_next_revision_and_the_posts_content(writer):
    post = begin(writer, "前")
    revision = rewrite(post, "後", writer, now=minute(1))
    post.refresh_from_db()
    assert (post.title, post.version, post.edited_at) == ("後", 2, minute(1))
    assert (revision.number, revision.base, revision.by) == (2, 1, writer)
    assert [row.manuscript.title for row in post.revisions.order_by("number")] == ["前", "後"]
    assert log(post) == ["create", "edit"]


def test_equal_content_makes_no_revision_and_no_event(writer):
    post = begin(writer, "題", "本文\r\n")
    same = replace(post.manuscript, body="本文\n")
    assert post.write(same, by=writer, base=1).number == 1
    assert post.revisions.count() == 1
    assert log(post) == ["create"]


def test_a_change_of_tags_alone_is_a_change(writer):
    post = begin(writer)
    [tag] = Tag.named(["AI"])
    revision = post.write(replace(post.manuscript, tags=(tag.pk,)), by=writer, base=1)
    assert revision.number == 2
    assert list(post.tags.all()) == [tag]


def test_a_stale_save_is_kept_and_the_post_stays(writer, editor):
    post = begin(writer, "前")
    mine = replace(post.manuscript, title="私の案")
    rewrite(post, "編集者の案", editor)
    kept = post.write(mine, by=writer, base=1, now=minute(5))
    post.refresh_from_db()
    assert (post.title, post.version) == ("編集者の案", 2)
    assert (kept.number, kept.base, kept.why) == (3, 1, Revision.Why.KEPT)
    assert (kept.manuscript.title, kept.by, kept.at) == ("私の案", writer, minute(5))
    assert log(post) == ["create", "edit", "keep"]


def test_a_save_after_a_kept_one_takes_the_next_number(writer, editor):
    post = begin(writer, "前")
    mine = replace(post.manuscript, title="私の案")
    rewrite(post, "編集者の案", editor)
    post.write(mine, by=writer, base=1)
    assert post.version == 2
    again = post.write(mine, by=writer, base=2)
    assert (again.number, post.version, post.title) == (4, 4, "私の案")


def test_a_stale_save_of_what_is_there_already_makes_nothing(writer, editor):
    post = begin(writer, "前")
    rewrite(post, "後", editor)
    assert post.write(post.manuscript, by=writer, base=1).number == 2
    assert post.revisions.count() == 2


def test_a_stale_save_of_somebody_who_may_not_edit_is_refused(writer, another_writer):
    post = begin(writer)
    with pytest.raises(Refused):
        post.write(replace(post.manuscript, title="横取り"), by=another_writer, base=1)
    assert post.revisions.count() == 1


def test_a_slug_of_another_post_is_refused_and_leaves_nothing_behind(writer):
    begin(writer, slug="taken")
    post = begin(writer, "前", slug="mine")
    with pytest.raises(Refused):
        rewrite(post, "後", writer, slug="taken")
    stored = Post.objects.get(pk=post.pk)
    assert (stored.title, stored.slug, stored.version) == ("前", "mine", 1)
    assert stored.revisions.count() == 1
    assert Slug.objects.count() == 2
    assert log(post) == ["create"]


def test_a_slug_once_used_stays_reserved(writer):
    post = begin(writer, slug="first")
    rewrite(post, "題", writer, slug="second")
    with pytest.raises(Refused):
        begin(writer, slug="first")
    rewrite(post, "題", writer, slug="first")
    assert post.slug == "first"


def test_an_archived_manuscript_is_refused(editor):
    post = begin(editor)
    post.archive(editor)
    with pytest.raises(Refused, match="保管"):
        rewrite(post, "後", editor)
    assert post.revisions.count() == 1


def test_readers_see_nothing_of_a_change_until_it_is_published(writer, chief):
    post = begin(writer, "前")
    post.publish(chief, now=minute(1))
    rewrite(post, "後", writer, now=minute(2))
    assert shown(post, minute(3)) == "前"


def test_an_approval_falls_when_a_writer_edits(writer, editor):
    post = begin(writer)
    post.approve(editor)
    rewrite(post, "後", writer)
    assert Post.objects.get(pk=post.pk).status == Status.DRAFT


def test_an_approval_stays_when_an_editor_edits(writer, editor):
    post = begin(writer)
    post.approve(editor)
    rewrite(post, "後", editor)
    assert Post.objects.get(pk=post.pk).status == Status.READY


def test_an_approval_stays_when_a_writers_save_was_stale_or_changed_nothing(writer, editor):
    post = begin(writer)
    mine = replace(post.manuscript, title="私の案")
    rewrite(post, "後", editor)
    post.approve(editor)
    post.write(mine, by=writer, base=1)
    post.write(post.manuscript, by=writer, base=2)
    assert Post.objects.get(pk=post.pk).status == Status.READY


def test_a_manuscript_in_review_stays_there_when_its_writer_edits(writer):
    post = begin(writer)
    post.submit(writer)
    rewrite(post, "後", writer)
    assert Post.objects.get(pk=post.pk).status == Status.IN_REVIEW


def test_what_no_page_can_carry_is_taken_out(writer):
    post = begin(writer)
    rewrite(post, "題\x00の\n続き", writer, body="本\x0b文\x00")
    assert (post.title, post.body) == ("題の 続き", "本文")

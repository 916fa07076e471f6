"""restore: the content of an older revision becomes the newest one."""

import pytest

from posts.models import Author, Category, Post, Revision, Status, Tag
from tests.cast import begin, log, minute, rewrite, shown

pytestmark = pytest.mark.django_db


def test_it_makes_a_new_revision_and_keeps_those_between(writer):
    post = begin(writer, "一", body="はじめの本文")
    rewrite(post, "二", writer, body="別の本文")
    restored = post.restore(post.revisions.get(number=1), by=writer, now=minute(3))
    post = Post.objects.get(pk=post.pk)
    assert (post.title, post.body, post.version) == ("一", "はじめの本文", 3)
    assert (restored.why, restored.note, restored.base) == (Revision.Why.RESTORE, "第1版から", 2)
    assert [r.manuscript.title for r in post.revisions.order_by("number")] == ["一", "二", "一"]
    assert log(post) == ["create", "edit", "restore"]


def test_it_brings_the_relations_back(writer):
    authors = tuple((Author.named(name).pk, "") for name in ("山田", "佐藤"))
    tags = tuple(tag.pk for tag in Tag.named(["AI", "投資"]))
    fields = {"bylines": authors, "tags": tags, "category": Category.named("国際").pk}
    post = begin(writer, **fields)
    rewrite(post, "後", writer, bylines=(), tags=(), category=None)
    post.restore(post.revisions.get(number=1), by=writer)
    assert Post.objects.get(pk=post.pk).manuscript == post.revisions.get(number=1).manuscript


def test_it_brings_back_what_a_stale_save_kept(writer, editor):
    post = begin(writer, "前")
    mine = post.manuscript
    rewrite(post, "後", editor)
    kept = post.write(type(mine)(title="私の案"), by=writer, base=1)
    post.restore(kept, by=writer)
    assert post.title == "私の案"


def test_it_leaves_out_relations_that_are_deleted(writer):
    [tag] = Tag.named(["消えるタグ"])
    author, category = Author.named("消える人"), Category.named("消える分類")
    bylines = ((author.pk, ""),)
    post = begin(writer, "前", tags=(tag.pk,), bylines=bylines, category=category.pk)
    rewrite(post, "後", writer, tags=(), bylines=(), category=None)
    for row in (tag, author, category):
        row.delete()
    post.restore(post.revisions.get(number=1), by=writer)
    assert (post.title, post.manuscript.tags, post.manuscript.bylines) == ("前", (), ())
    assert post.category is None


def test_it_undoes_an_approval_of_a_writer(writer, editor):
    post = begin(writer, "前")
    rewrite(post, "後", writer)
    post.approve(editor)
    post.restore(post.revisions.get(number=1), by=writer)
    assert Post.objects.get(pk=post.pk).status == Status.DRAFT


def test_readers_see_nothing_of_it(writer, chief):
    post = begin(writer, "前")
    rewrite(post, "後", writer)
    post.publish(chief, now=minute(1))
    post.restore(post.revisions.get(number=1), by=writer, now=minute(2))
    assert shown(post, minute(3)) == "後"

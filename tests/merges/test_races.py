"""A merge and another act at the same moment: one order comes out, and nothing is left behind."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest
from django.db import connection, transaction

from posts.models import Author, Category, EditionByline, EditionTag, Post, Refused, Tag
from tests.cast import begin
from tests.merges.shelves import KINDS, pair, under
from tests.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def merger(source, target):
    """Return a call that merges, as another process does."""
    mine = type(source).objects.get(pk=source.pk)
    return lambda: mine.merge_into(type(target).objects.get(pk=target.pk), None)


def ended(call):
    """Return `call` for a thread of its own, which closes its connection."""

    def run():
        try:
            return call()
        finally:
            connection.close()

    return run


@pytest.mark.parametrize("model", KINDS)
def test_a_publication_beside_a_merge_stands_under_the_one_that_is_left(model):
    old, new = pair(model)
    posts = [begin(slug=f"s{number}", **under(old)) for number in range(4)]
    publishers = [lambda post=post: Post.objects.get(pk=post.pk).publish(None) for post in posts]
    at_once(*publishers, merger(old, new))
    for post in posts:
        edition = post.editions.get()
        rows = [*edition.tag_rows.values_list("tag", flat=True)]
        rows += edition.bylines.values_list("author", flat=True)
        rows += filter(None, [edition.category_id, edition.series_id])
        assert rows == [new.pk]


@pytest.mark.parametrize("model", KINDS)
def test_a_save_beside_a_merge_stands_under_the_one_that_is_left(model):
    old, new = pair(model)
    posts = [begin() for _ in range(4)]

    def saver(post):
        mine = Post.objects.get(pk=post.pk)
        manuscript = replace(mine.manuscript, **under(old))
        return lambda: mine.write(manuscript, by=None, base=1)

    at_once(*map(saver, posts), merger(old, new), lambda: begin(**under(old)))
    assert not old.posts_under().exists()
    assert new.posts_under().count() == 5


@pytest.mark.parametrize("model", KINDS)
def test_a_save_holds_a_merge_up_until_it_is_done(model, monkeypatch):
    old, new = pair(model)
    post, merge, merging = begin(), merger(old, new), []

    def log(self, *args, **kwargs):
        """Let the other one merge when the rows are written, but not yet committed."""
        merging.append(pool.submit(ended(merge)))
        wait(merging, timeout=0.5)

    monkeypatch.setattr(Post, "_log", log)
    with ThreadPoolExecutor(1) as pool:
        post.write(replace(post.manuscript, **under(old)), by=None, base=1)
    merging[0].result()
    assert not old.posts_under().exists()
    assert list(new.posts_under()) == [post]


@pytest.mark.parametrize("model", KINDS)
def test_of_two_merges_into_each_other_one_is_refused(model):
    one, other = pair(model)
    assert at_once(merger(one, other), merger(other, one)).count(Refused) == 1
    assert model.objects.filter(merged_into=None).count() == 1


def test_merges_side_by_side_follow_each_other():
    old, new = pair(Tag)
    others = Tag.named(["一", "二", "三"])
    post = begin(tags=tuple(tag.pk for tag in (old, *others)))
    post.publish(None)
    at_once(*(merger(tag, new) for tag in (old, *others)))
    assert post.manuscript.tags == (new.pk,)
    assert [row.tag for row in EditionTag.objects.all()] == [new]


def test_of_two_moves_that_would_make_a_circle_one_is_refused():
    one, other = pair(Category)

    def mover(row, parent):
        return lambda: Category.objects.get(pk=row.pk).put_under(parent, None)

    assert at_once(mover(one, other), mover(other, one)).count(Refused) == 1


def test_a_merge_that_fails_halfway_changes_nothing(monkeypatch):
    old, new = pair(Author)
    begin(**under(old)).publish(None)
    monkeypatch.setattr(Author, "_lead_to", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        old.merge_into(new, None)
    assert [row.author for row in EditionByline.objects.all()] == [old]

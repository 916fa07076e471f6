"""copy(): a new draft with the content of another manuscript."""

import uuid
from datetime import UTC, date, datetime

import pytest

from posts.models import Author, Category, Refused, Status, Tag
from tests.cast import begin, log, minute, rewrite

pytestmark = pytest.mark.django_db


def test_the_content_is_the_same_and_the_rest_is_new(writer, chief):
    author = Author.objects.create(name="山田", slug="yamada")
    [tag] = Tag.named(["AI"])
    category = Category.objects.create(name="社会", slug="society")
    post = begin(
        writer,
        "題",
        slug="dai",
        bylines=((author.pk, ""),),
        tags=(tag.pk,),
        category=category.pk,
        original_date=datetime(2020, 1, 1, tzinfo=UTC),
        front_matter={"layout": "post"},
    )
    post.arrange(by=writer, planned_on=date(2026, 4, 3), kind="article")
    post.publish(chief, now=minute(1))
    copy = post.copy(writer, now=minute(2))
    copy.refresh_from_db()
    assert (copy.title, copy.slug, copy.body) == ("題（複製）", "", post.body)
    assert (copy.status, copy.version, copy.planned_on) == (Status.DRAFT, 1, None)
    assert (copy.original_date, copy.front_matter) == (None, {})
    assert (copy.created_by, copy.created_at) == (writer, minute(2))
    assert isinstance(copy.uid, uuid.UUID)
    assert copy.uid != post.uid
    assert copy.category == category
    assert list(copy.authors.all()) == [author]
    assert list(copy.tags.all()) == [tag]
    assert not copy.editions.exists()


def test_its_history_begins_with_where_it_came_from(writer):
    post = begin(writer, "題")
    rewrite(post, "題二", writer)
    copy = post.copy(writer, now=minute(2))
    assert copy.head.note == "「題二」第2版の複製"
    assert copy.head.manuscript == copy.manuscript
    assert log(copy) == ["create"]
    assert copy.events.get().detail == {"copy_of": post.pk}
    assert log(post)[-1] == "copy"
    assert post.events.first().detail == {"copy": copy.pk}


def test_the_two_go_their_own_ways(writer):
    post = begin(writer, "題", tags=tuple(tag.pk for tag in Tag.named(["AI"])))
    copy = post.copy(writer)
    rewrite(copy, "複製の題", writer, tags=())
    post.refresh_from_db()
    assert post.title == "題"
    assert post.taggings.count() == 1


def test_the_longest_title_has_room_for_the_mark(writer):
    copy = begin(writer, "あ" * 200).copy(writer)
    assert copy.title == "あ" * 196 + "（複製）"
    assert len(copy.head.note) <= 200


def test_an_archived_manuscript_can_be_copied(writer, editor):
    post = begin(writer)
    post.archive(editor)
    assert post.copy(editor).archived_at is None


def test_nobody_copies_what_they_may_not_see(writer, another_writer, outsider):
    post = begin(writer)
    for by in (another_writer, outsider):
        with pytest.raises(Refused, match="権限"):
            post.copy(by)

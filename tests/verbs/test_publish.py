"""publish: a revision becomes an edition that readers see from now on."""

from datetime import UTC, datetime

import pytest

from posts.models import Author, Category, Edition, Refused, Status, Tag
from tests.cast import START, begin, log, minute, rewrite, shown

pytestmark = pytest.mark.django_db


def test_it_is_visible_from_that_moment_on(writer, chief):
    post = begin(writer, "桜")
    edition = post.publish(chief, now=minute(1))
    assert (edition.visible_from, edition.visible_until) == (minute(1), None)
    assert [shown(post, minute(n)) for n in (0, 1, 99)] == [None, "桜", "桜"]
    assert post.status == Status.READY
    event = post.events.get(move="publish")
    assert (event.by, event.at, event.revision) == (chief, minute(1), 1)


def test_a_draft_needs_no_approval_by_who_may_publish(writer, chief):
    post = begin(writer)
    post.publish(chief, now=minute(1))
    assert log(post) == ["create", "publish"]


def test_who_may_not_is_refused(writer, editor, outsider):
    post = begin(writer)
    post.approve(editor)
    for user in (writer, editor, outsider):
        with pytest.raises(Refused, match="権限"):
            post.publish(user, now=minute(1))
    assert not post.editions.exists()


def test_a_change_takes_the_place_of_what_was_visible(writer, chief):
    post = begin(writer, "前")
    first = post.publish(chief, now=minute(1))
    rewrite(post, "後", writer)
    second = post.publish(chief, now=minute(5))
    first.refresh_from_db()
    assert first.visible_until == second.visible_from == minute(5)
    assert [shown(post, minute(n)) for n in (1, 4, 5, 6)] == ["前", "前", "後", "後"]


def test_the_visible_revision_again_makes_nothing(writer, chief):
    post = begin(writer)
    first = post.publish(chief, now=minute(1))
    assert post.publish(chief, now=minute(2)) == first
    assert post.editions.get().updated_at == minute(1)
    assert log(post) == ["create", "publish"]


def test_the_visible_revision_again_with_an_end_only_sets_the_end(writer, chief):
    post = begin(writer)
    first = post.publish(chief, now=minute(1))
    assert post.publish(chief, until=minute(9), now=minute(2)) == first
    edition = post.editions.get()
    assert (edition.visible_until, edition.updated_at) == (minute(9), minute(1))
    assert log(post) == ["create", "publish", "publish"]


def test_the_revision_that_was_visible_is_published_anew(writer, chief):
    post = begin(writer, "題")
    post.publish(chief, now=minute(1))
    post.unpublish(chief, now=minute(2))
    post.publish(chief, now=minute(3))
    assert [shown(post, minute(n)) for n in (1, 2, 3)] == ["題", None, "題"]


def test_an_older_revision_leaves_the_manuscript_as_it_is(writer, chief):
    post = begin(writer, "一")
    rewrite(post, "二", writer)
    post.approve(chief)
    post.return_(chief)
    edition = post.publish(chief, post.revisions.get(number=1), now=minute(1))
    assert edition.revision.number == 1
    assert shown(post, minute(2)) == "一"
    post.refresh_from_db()
    assert (post.title, post.version, post.status) == ("二", 2, Status.DRAFT)
    assert post.events.get(move="publish").revision == 1


def test_a_kept_revision_can_be_published(writer, editor, chief):
    post = begin(writer, "前")
    mine = post.manuscript
    rewrite(post, "後", editor)
    kept = post.write(type(mine)(title="私の案"), by=writer, base=1)
    post.publish(chief, kept, now=minute(1))
    assert shown(post, minute(1)) == "私の案"
    assert post.title == "後"


def test_a_revision_of_another_post_is_refused(writer, chief):
    post, other = begin(writer, "私の"), begin(writer, "よその")
    with pytest.raises(Refused):
        post.publish(chief, other.head, now=minute(1))
    with pytest.raises(Refused):
        post.restore(other.head, by=chief)
    assert not post.editions.exists()


def test_the_edition_carries_the_revision_and_its_relations(writer, chief):
    tags, category = Tag.named(["AI", "投資"]), Category.named("国際")
    authors = [Author.named("山田"), Author.named("佐藤")]
    bylines = ((authors[1].pk, ""), (authors[0].pk, "photo"))
    fields = {"tags": tuple(tag.pk for tag in tags), "category": category.pk}
    edition = begin(writer, bylines=bylines, **fields).publish(chief, now=minute(1))
    assert [row.tag for row in edition.tag_rows.all()] == tags
    assert [(row.author, row.role) for row in edition.bylines.all()] == [
        (authors[1], ""),
        (authors[0], "photo"),
    ]
    assert edition.category == category


def test_what_was_merged_is_published_as_what_it_was_merged_into(writer, chief):
    old, new = Tag.named(["人工知能", "AI"])
    was, now_is = Author.named("山田太郎"), Author.named("山田")
    bylines = ((was.pk, ""), (now_is.pk, ""))
    post = begin(writer, tags=(old.pk, new.pk), bylines=bylines)
    Tag.objects.filter(pk=old.pk).update(merged_into=new)
    Author.objects.filter(pk=was.pk).update(merged_into=now_is)
    edition = post.publish(chief, now=minute(1))
    assert [row.tag for row in edition.tag_rows.all()] == [new]
    assert [row.author for row in edition.bylines.all()] == [now_is]


def test_the_date_of_publication_stays_and_that_of_the_update_moves(writer, chief):
    post = begin(writer, "一")
    post.publish(chief, now=minute(1))
    rewrite(post, "二", writer)
    second = post.publish(chief, now=minute(2))
    post.unpublish(chief, now=minute(3))
    third = post.publish(chief, now=minute(4))
    assert [second.published_at, third.published_at] == [minute(1), minute(1)]
    assert [second.updated_at, third.updated_at] == [minute(2), minute(4)]


def test_a_minor_change_keeps_both_dates(writer, chief):
    post = begin(writer, "一")
    post.publish(chief, now=minute(1))
    rewrite(post, "二", writer)
    post.publish(chief, now=minute(2))
    rewrite(post, "三", writer)
    edition = post.publish(chief, kind="minor", now=minute(3))
    assert (edition.published_at, edition.updated_at) == (minute(1), minute(2))
    assert shown(post, minute(3)) == "三"


def test_a_correction_says_what_it_corrects(writer, chief):
    post = begin(writer, "一")
    post.publish(chief, now=minute(1))
    rewrite(post, "二", writer)
    edition = post.publish(chief, kind="correction", note="数字の誤り", now=minute(2))
    assert (edition.change, edition.note, edition.updated_at) == (
        "correction",
        "数字の誤り",
        minute(2),
    )


def test_an_unknown_kind_of_change_is_refused_by_name(writer, chief):
    post = begin(writer)
    with pytest.raises(ValueError, match="rumour"):
        post.publish(chief, kind="rumour", now=minute(1))
    assert not post.editions.exists()


def test_an_imported_article_keeps_its_old_date(chief):
    then = datetime(2019, 12, 31, 15, 0, tzinfo=UTC)
    post = begin(original_date=then)
    edition = post.publish(None, now=minute(1))
    assert (edition.visible_from, edition.published_at) == (minute(1), then)
    assert edition.updated_at == then
    assert edition.month == 202001  # New Year's Day in Japan
    rewrite(post, "後")
    assert post.publish(chief, now=minute(2)).published_at == then


def test_an_imported_date_to_come_is_never_shown_early(chief):
    post = begin(original_date=minute(60))
    assert post.publish(chief, now=minute(1)).published_at == minute(1)


def test_a_planned_end_is_inherited_by_the_next_edition(writer, chief):
    post = begin(writer, "一")
    post.publish(chief, until=minute(10), now=minute(1))
    rewrite(post, "二", writer)
    assert post.publish(chief, now=minute(5)).visible_until == minute(10)
    assert [shown(post, minute(n)) for n in (4, 5, 9, 10)] == ["一", "二", "二", None]


@pytest.mark.parametrize("until", [8, 20])
def test_an_end_that_is_given_replaces_the_planned_one(writer, chief, until):
    post = begin(writer, "一")
    post.publish(chief, until=minute(10), now=minute(1))
    rewrite(post, "二", writer)
    edition = post.publish(chief, until=minute(until), now=minute(5))
    assert edition.visible_until == minute(until)


def test_an_end_that_has_passed_is_not_inherited(writer, chief):
    post = begin(writer)
    post.publish(chief, until=minute(10), now=minute(1))
    assert post.publish(chief, now=minute(20)).visible_until is None


@pytest.mark.parametrize("until", [1, 2])
def test_an_end_before_the_beginning_is_refused(writer, chief, until):
    post = begin(writer)
    with pytest.raises(Refused, match="公開終了"):
        post.publish(chief, until=minute(until), now=minute(2))
    assert not post.editions.exists()


def test_while_an_edition_waits_publication_is_refused(writer, chief):
    post = begin(writer, "一")
    post.publish(chief, at=minute(10), now=minute(1))
    rewrite(post, "二", writer)
    with pytest.raises(Refused, match="2026年4月1日 09:10"):
        post.publish(chief, now=minute(2))
    assert [edition.title for edition in post.editions.all()] == ["一"]


def test_two_publications_at_one_instant_follow_each_other(writer, chief):
    post = begin(writer, "一")
    post.publish(chief, now=minute(1))
    rewrite(post, "二", writer)
    post.publish(chief, now=minute(1))
    assert shown(post, minute(2)) == "二"
    assert post.editions.count() == 2


def test_it_stores_nothing_when_it_is_refused(writer, chief):
    post = begin(writer)
    with pytest.raises(Refused):
        post.publish(chief, until=minute(1), now=minute(2))
    stored = type(post).objects.get(pk=post.pk)
    assert (stored.status, stored.slug) == (Status.DRAFT, "")
    assert log(post) == ["create"]
    assert not Edition.objects.exists()


def test_public_takes_now_from_the_clock(writer, chief):
    post = begin(writer)
    post.publish(chief, now=START)
    assert Edition.objects.public().get().post == post

"""begin: a new manuscript with its first revision."""

import uuid

import pytest

from posts.models import Author, Manuscript, Post, Refused, Revision, Slug, Status, Tag
from tests.cast import begin, log, minute

pytestmark = pytest.mark.django_db


def test_it_makes_a_draft_with_one_revision_and_one_event(writer):
    post = begin(writer, "桜の開花", "今年は早い。", now=minute(3))
    assert (post.status, post.version, post.created_by) == (Status.DRAFT, 1, writer)
    revision = post.revisions.get()
    assert (revision.number, revision.by, revision.at) == (1, writer, minute(3))
    assert revision.manuscript.title == "桜の開花"
    event = post.events.get()
    assert (event.move, event.by, event.at, event.revision) == ("create", writer, minute(3), 1)


def test_it_writes_the_relations_in_their_order(writer):
    authors = [Author.named(name) for name in ("山田", "佐藤")]
    tags = Tag.named(["AI", "投資"])
    bylines = tuple((author.pk, "") for author in reversed(authors))
    post = begin(writer, bylines=bylines, tags=tuple(tag.pk for tag in tags))
    post.refresh_from_db()
    assert [row.author.name for row in post.bylines.all()] == ["佐藤", "山田"]
    assert post.manuscript == post.head.manuscript


def test_readers_see_nothing_of_it(writer, client):
    begin(writer, slug="secret")
    assert client.get("/posts/secret/").status_code == 404


def test_it_keeps_the_identifier_that_it_is_given(writer):
    uid = uuid.uuid4()
    assert Post.begin(Manuscript(title="題"), by=writer, uid=uid).uid == uid


def test_a_slug_of_another_post_is_refused_and_leaves_nothing_behind(writer):
    begin(writer, slug="taken")
    before = Post.objects.count(), Revision.objects.count(), Slug.objects.count()
    with pytest.raises(Refused, match="別の記事"):
        begin(writer, slug="taken")
    assert (Post.objects.count(), Revision.objects.count(), Slug.objects.count()) == before


def test_one_slug_in_two_spellings_is_one_slug(writer):
    begin(writer, slug="がっこう")
    with pytest.raises(Refused):
        begin(writer, slug="か\u3099っこう")
    begin(writer, slug="News")
    with pytest.raises(Refused):
        begin(writer, slug="nEWS")


@pytest.mark.parametrize("field", ["title", "deck", "body", "excerpt"])
def test_names_and_signs_are_stored_as_typed(writer, field):
    typed = "\ufa19田\ufa10本\ufa11髙葛\U000e0100㈱①½…～〜！㎡㋿ｶﾞ"
    post = begin(writer, **{field: typed})
    assert getattr(post.head.manuscript, field) == getattr(post, field) == typed


def test_voiced_marks_are_stored_on_their_kana(writer):
    assert begin(writer, title="カ\u3099イト\u3099").title == "ガイド"


def test_a_page_and_an_article_never_share_a_slug(writer):
    begin(writer, slug="about")
    with pytest.raises(Refused):
        begin(writer, slug="about", kind="page")


def test_who_has_no_role_is_refused(outsider):
    with pytest.raises(Refused):
        begin(outsider)
    assert not Post.objects.exists()


def test_an_import_says_so_in_the_log():
    post = Post.begin(Manuscript(title="題"), by=None, why=Revision.Why.IMPORT)
    assert log(post) == ["import"]

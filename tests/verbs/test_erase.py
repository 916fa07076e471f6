"""erase(): a manuscript that was never public is deleted; the log keeps a trace."""

import pytest

from posts.models import (
    Byline,
    Comment,
    Event,
    ImportedFile,
    Manuscript,
    Post,
    Redirect,
    Refused,
    Revision,
    Slug,
    Status,
    Tag,
    Tagging,
)
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db


def test_nothing_of_it_stays_but_the_log(writer):
    post = begin(writer, "題", slug="dai", tags=tuple(tag.pk for tag in Tag.named(["AI"])))
    rewrite(post, "題二", writer)
    Comment.objects.create(post=post, by=writer, at=minute(1), body="所見", revision=1)
    pk = post.pk
    post.erase(writer, note="書き損じ", now=minute(2))
    for model in (Post, Revision, Comment, Slug, Tagging, Byline):
        assert not model.objects.exists(), model
    events = Event.objects.filter(post_id=pk).order_by("pk")
    assert [event.move for event in events] == ["create", "edit", "erase"]
    last = events.last()
    assert (last.title, last.by, last.note, last.at) == ("題二", writer, "書き損じ", minute(2))
    assert last.detail == {"revisions": 2}


def test_no_word_of_a_comment_stays_in_the_log(writer, chief, client):
    post = begin(writer, "題")
    secret = post.remark(chief, "極秘の言葉")
    secret.answer(writer, "極秘の返事")
    secret.resolve(writer)
    post.share(chief, "読む人", now=minute(1)).remark("極秘の所見", now=minute(2))
    client.force_login(chief)
    pages = [f"/admin/posts/post/{post.pk}/history/", "/admin/posts/event/"]
    files = [f"/admin/posts/event/csv/{post.pk}/", "/admin/posts/event/csv/"]
    for page in pages:
        shown = client.get(page).content.decode()
        assert all(word in shown for word in ("極秘の言葉", "極秘の返事", "極秘の所見")), page
    for file in files:
        lines = b"".join(client.get(file).streaming_content).decode()
        assert all(word in lines for word in ("極秘の言葉", "極秘の返事", "極秘の所見")), file
    post.erase(writer)
    assert "極秘" not in repr(list(Event.objects.values_list()))
    assert "極秘" not in client.get("/admin/posts/event/").content.decode()


def test_its_slug_is_free_again(writer):
    begin(writer, slug="dai").erase(writer)
    assert begin(writer, slug="dai").slug == "dai"


def test_what_was_public_is_not_erased(writer, chief):
    post = begin(writer)
    post.publish(chief, now=minute(1))
    post.unpublish(chief, now=minute(2))
    Post.objects.filter(pk=post.pk).update(status=Status.DRAFT)
    with pytest.raises(Refused, match="公開したことのある"):
        post.erase(chief, now=minute(3))


def test_what_waits_is_not_erased_before_its_plan_is(writer, chief):
    post = begin(writer)
    post.publish(chief, at=minute(5), now=minute(1))
    post.return_(chief, now=minute(2))
    with pytest.raises(Refused, match="公開予定"):
        post.erase(chief, now=minute(3))
    post.unschedule(chief, now=minute(3))
    post.erase(chief, now=minute(4))
    assert not Post.objects.exists()


def test_only_drafts(writer, chief):
    post = begin(writer)
    post.submit(writer)
    for by in (writer, chief):
        with pytest.raises(Refused, match="確認待ち"):
            post.erase(by)


def test_who_began_it_may_and_the_chief(writer, another_writer, editor, chief, outsider):
    for by in (another_writer, editor, outsider):
        with pytest.raises(Refused, match="権限"):
            begin(writer).erase(by)
    begin(writer).erase(chief)
    begin(editor).erase(editor)


def test_what_others_wrote_is_the_chiefs_to_erase(writer, editor, chief):
    post = begin(writer)
    rewrite(post, "直した題", editor)
    with pytest.raises(Refused, match="編集長"):
        post.erase(writer)
    post.erase(chief)


def test_an_archived_draft_can_be_erased(writer, editor):
    post = begin(writer)
    post.archive(editor)
    post.erase(writer)
    assert not Post.objects.exists()


def test_what_an_old_address_leads_to_stays(writer, chief):
    post = begin(writer)
    Redirect.objects.create(path="/old/", post=post)
    with pytest.raises(Refused, match="移転"):
        post.erase(chief)


def test_what_an_article_links_to_stays(writer, chief):
    post = begin(writer, slug="dai")
    begin(writer, body="[前の話](post:dai)").publish(chief)
    with pytest.raises(Refused, match="リンク"):
        post.erase(chief)


def test_an_import_would_bring_it_back(writer, chief):
    post = Post.begin(Manuscript(title="題"), by=None)
    ImportedFile.objects.create(
        key="a.md", post=post, version=1, digest="x", packed=b"", imported_at=minute(0)
    )
    with pytest.raises(Refused, match="取り込んだ"):
        post.erase(chief)

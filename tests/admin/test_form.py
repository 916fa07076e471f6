"""Writing: what a form holds becomes one revision with everything in it, and nothing forged."""

from datetime import date

import pytest

from posts.models import Author, Category, Media, Post, Revision, Series, Tag
from tests.admin.desk import ADD, at, form, rows, seen
from tests.cast import begin, log, rewrite
from tests.test_media import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


def errors(answer):
    """Return the messages of a form that was not saved."""
    assert answer.status_code == 200
    return seen(answer)


def test_a_new_manuscript_is_a_draft_with_one_revision(desk, editor):
    answer = desk.post(ADD, form(title="題", body="一行目\r\n二行目", deck="リード"), follow=True)
    post = Post.objects.get()
    assert answer.redirect_chain == [(at(post), 302)]
    assert (post.title, post.body, post.deck) == ("題", "一行目\n二行目", "リード")
    assert (post.status, post.version, post.created_by) == ("draft", 1, editor)
    assert log(post) == ["create"]
    assert "「題」" in seen(answer)


def test_a_revision_holds_every_relation(desk, editor):
    authors = [Author.objects.create(name=name, slug=name) for name in ("甲", "乙", "丙")]
    category = Category.objects.create(name="分類", slug="c")
    series = Series.objects.create(name="連載", slug="s")
    media = Media.keep(plain(), "x.png")
    signed = [(authors[2], ""), (authors[0], "photo"), (authors[1], "editing")]
    typed = {"category": category.pk, "series": series.pk, "series_part": 3, "cover": media.pk}
    typed |= {"tags": "投資、AI", "reading_minutes": 7, "slug": "x", "excerpt": "**要**約"}
    desk.post(ADD, form(signed=signed, **typed))
    post = Post.objects.get()
    content = post.head.manuscript
    assert content == post.manuscript
    assert content.bylines == tuple((author.pk, role) for author, role in signed)
    assert [Tag.objects.get(pk=pk).name for pk in content.tags] == ["投資", "AI"]
    assert (content.category, content.series, content.series_part) == (category.pk, series.pk, 3)
    assert (content.cover, content.reading_minutes, content.slug) == (media.pk, 7, "x")
    assert content.excerpt == "**要**約"
    assert (post.head.by, post.head.why) == (editor, Revision.Why.EDIT)


def test_a_change_is_the_next_revision_and_the_old_one_stays(desk):
    author = Author.objects.create(name="甲", slug="a")
    tags = tuple(tag.pk for tag in Tag.named(["AI"]))
    post = begin(title="前", tags=tags, bylines=((author.pk, ""),))
    desk.post(at(post), form(post, title="後", tags="", signed=[]))
    post.refresh_from_db()
    assert (post.version, post.title) == (2, "後")
    assert post.head.manuscript.tags == post.head.manuscript.bylines == ()
    first = post.revisions.get(number=1).manuscript
    assert (first.title, first.tags, first.bylines) == ("前", tags, ((author.pk, ""),))


def test_signatures_are_in_the_order_of_their_numbers(desk):
    authors = [Author.objects.create(name=name, slug=name) for name in "甲乙丙"]
    typed = form(signed=[(author, "") for author in authors])
    typed |= {"bylines-0-position": 9, "bylines-1-position": "", "bylines-2-position": 1}
    desk.post(ADD, typed)
    assert [row.author.name for row in Post.objects.get().bylines.all()] == ["丙", "甲", "乙"]


def test_a_signature_can_be_taken_away(desk):
    authors = [Author.objects.create(name=name, slug=name) for name in "甲乙"]
    post = begin(bylines=tuple((author.pk, "") for author in authors))
    desk.post(at(post), form(post) | {"bylines-0-DELETE": "on"})
    assert [row.author.name for row in post.bylines.all()] == ["乙"]


def test_what_changes_nothing_makes_no_revision(desk):
    author = Author.objects.create(name="甲", slug="a")
    tags = tuple(tag.pk for tag in Tag.named(["AI", "投資"]))
    post = begin(slug="x", tags=tags, bylines=((author.pk, "photo"),), body="一\n二\n")
    before = rows("Byline", "Tagging")
    assert desk.post(at(post), form(post)).status_code == 302
    assert rows("Byline", "Tagging") == before


def test_the_form_shows_what_is_stored(desk):
    author = Author.objects.create(name="署名する人", slug="a")
    tags = tuple(tag.pk for tag in Tag.named(["投資", "AI"]))
    post = begin(title="<題>", body="　字下げ\n</textarea>", tags=tags, bylines=((author.pk, ""),))
    page = desk.get(at(post)).content.decode()
    for part in ("&lt;題&gt;", "　字下げ\n&lt;/textarea&gt;", 'value="投資、AI"', "署名する人"):
        assert part in page


def test_an_indent_at_the_beginning_stays(desk):
    desk.post(ADD, form(body="　字下げした段落。"))
    assert Post.objects.get().body == "　字下げした段落。"


# Tags


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("AI、投資，ＡＩ", ["AI", "投資"]),
        ("AI, ai ,Ａｉ", ["AI"]),
        ("生成 AI、C++、C#、.NET、R&D", ["生成 AI", "C++", "C#", ".NET", "R&D"]),
        ("、、 ，,", []),
        ("一\n二", ["一", "二"]),
        ("", []),
    ],
)
def test_tags_are_words_between_commas(desk, typed, names):
    desk.post(ADD, form(tags=typed))
    post = Post.objects.get()
    assert [row.tag.name for row in post.taggings.order_by("pk")] == names
    assert len({tag.slug for tag in Tag.objects.all()}) == len(names)


def test_a_tag_that_exists_keeps_its_spelling(desk):
    known = Tag.named(["ＡＩ"])[0]
    desk.post(ADD, form(tags="ai"))
    assert [row.tag for row in Post.objects.get().taggings.all()] == [known]


def test_an_alias_is_the_tag(desk):
    tag = Tag.named(["AI"])[0]
    tag.aliases.create(name="人工知能")
    desk.post(ADD, form(tags="人工知能"))
    assert [row.tag for row in Post.objects.get().taggings.all()] == [tag]
    assert Tag.objects.count() == 1


def test_a_merged_tag_is_what_it_became(desk):
    old, new = Tag.named(["旧", "新"])
    old.merged_into = new
    old.save()
    desk.post(ADD, form(tags="旧、新"))
    assert [row.tag for row in Post.objects.get().taggings.all()] == [new]


# What is refused


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": ""}, "入力してください"),
        ({"title": " 　"}, "題"),
        ({"title": "あ" * 201}, "200"),
        ({"body": "あ" * 700_001}, "長すぎます"),
        ({"slug": "admin"}, "サイトの住所"),
        ({"slug": "a/b"}, "スラッグ"),
        ({"slug": "a b"}, "スラッグ"),
        ({"tags": "あ" * 51}, "長すぎます"),
        ({"category": "999"}, "候補の中から"),
        ({"cover": "999"}, "候補の中から"),
        ({"series_part": "-1"}, "0"),
        ({"series_part": "99999999999"}, "以下"),
        ({"reading_minutes": "x"}, "整数"),
        ({"planned_on": "いつか"}, "日付"),
        ({"kind": "other"}, "候補の中から"),
        ({"bylines-0-author": "999"}, "候補の中から"),
        ({"bylines-0-role": "king"}, "候補の中から"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, typed, message):
    answer = desk.post(ADD, form(deck="書いたリード") | typed)
    assert message in errors(answer)
    assert "書いたリード" in answer.content.decode()
    assert not Post.objects.exists()


def test_the_slug_of_another_is_refused_even_an_old_one(desk):
    other = begin(slug="one")
    rewrite(other, "題", slug="two")
    for slug in ("one", "two", "ONE"):
        assert "別の記事" in errors(desk.post(ADD, form(slug=slug)))
    assert Post.objects.count() == 1


# What is forged


FORGED = {
    "status": "ready",
    "version": "99",
    "created_by": "1",
    "created_at_0": "2000-01-01",
    "uid": "00000000-0000-0000-0000-000000000000",
    "archived_at": "2000-01-01",
    "edited_at": "2000-01-01",
    "original_date": "2000-01-01",
    "front_matter": '{"a": 1}',
    "id": "99",
    "authors": "1",
}


def test_forged_fields_change_nothing(client, writer, another_writer):
    client.force_login(writer)
    client.post(ADD, form(slug="x") | FORGED | {"created_by": another_writer.pk})
    post = Post.objects.get()
    before = post.__dict__.copy()
    assert (post.status, post.version, post.created_by) == ("draft", 1, writer)
    assert (post.archived_at, post.original_date, post.front_matter) == (None, None, {})
    client.post(at(post), form(post, title="後") | FORGED | {"created_by": another_writer.pk})
    post = Post.objects.get()
    assert (post.title, post.version) == ("後", 2)
    for name in ("id", "uid", "status", "created_by_id", "created_at", "archived_at"):
        assert getattr(post, name) == before[name]
    assert Post.objects.count() == 1


def test_the_kind_of_what_readers_saw_cannot_be_changed(desk):
    post = begin(slug="x")
    post.publish(None)
    desk.post(at(post), form(post, title="後", kind="page"))
    post.refresh_from_db()
    assert (post.title, post.kind) == ("後", "article")


def test_a_signature_of_another_manuscript_is_left_alone(desk):
    author = Author.objects.create(name="甲", slug="a")
    mine, other = begin(), begin(bylines=((author.pk, ""),))
    row = other.bylines.get()
    forged = form(mine, signed=[(author, "photo")])
    forged |= {"bylines-0-id": row.pk, "bylines-0-post": other.pk, "bylines-INITIAL_FORMS": 1}
    desk.post(at(mine), forged)
    desk.post(at(mine), form(mine) | {"bylines-0-id": row.pk, "bylines-0-DELETE": "on"})
    row.refresh_from_db()
    assert (row.post, row.role) == (other, "")


@pytest.mark.parametrize(
    "forged",
    [
        {"bylines-TOTAL_FORMS": "x"},
        {"bylines-TOTAL_FORMS": "999999"},
        {"bylines-TOTAL_FORMS": ""},
        {"bylines-0-id": "x"},
        {"bylines-0-position": "-5"},
        {"bylines-0-position": "99999999999"},
        {"base": "x"},
        {"base": "-1"},
        {"base": "99999999999999999999"},
        {"title": "a\0b"},
        {"tags": "a\0b"},
        {"_then": "publish/../../"},
        {"_then": "//evil.example"},
    ],
)
def test_a_broken_form_is_no_error(desk, forged):
    post = begin(title="前")
    answer = desk.post(at(post), form(post, title="後") | forged)
    assert answer.status_code in {200, 302, 409}
    assert answer.get("Location", at(post)).startswith("/admin/posts/post/")


# Afterwards


def test_a_button_leads_on_to_its_move(client, writer):
    client.force_login(writer)
    post = begin(writer)
    answer = client.post(at(post), form(post, title="後", _then="submit"))
    assert answer["Location"] == at(post, "move/submit/")
    assert Post.objects.get().title == "後"
    answer = client.post(at(post), form(Post.objects.get(), title="後々", _then="publish"))
    assert answer["Location"] == at(post)


def test_a_planned_day_publishes_nothing(desk):
    post = begin()
    desk.post(at(post), form(post, planned_on="2026-12-01"))
    post.refresh_from_db()
    assert post.planned_on == date(2026, 12, 1)
    assert post.version == 1
    assert not post.editions.exists()


def test_an_approved_text_that_a_writer_changes_is_a_draft_again(client, writer, editor):
    post = begin(writer)
    post.approve(editor)
    client.force_login(writer)
    client.post(at(post), form(post, title="後"))
    post.refresh_from_db()
    assert (post.title, post.status) == ("後", "draft")


def test_an_edit_changes_nothing_for_readers(desk):
    post = begin(title="前", slug="x")
    post.publish(None)
    desk.post(at(post), form(post, title="書きかけ"))
    assert "書きかけ" not in desk.get("/posts/x/").content.decode()


def test_an_archived_manuscript_is_not_edited(desk):
    post = begin(title="前")
    post.archive(None)
    assert desk.get(at(post)).status_code == 200
    desk.post(at(post), form(post, title="後"))
    post.refresh_from_db()
    assert post.title == "前"

"""The second of two saves: theirs, yours and the merge, chosen, gone over and saved."""

from dataclasses import replace
from datetime import date

import pytest

from posts.models import Author, Category, Manuscript, Media, Merging, Post, Revision, Tag
from tests.admin.desk import at, form, rows, seen
from tests.cast import begin, rewrite
from tests.merges.shelves import KINDS, pair, under
from tests.test_media import plain

pytestmark = pytest.mark.django_db

BODY = "川が流れる。町がある。\n\n人が住む。"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def stale(desk, post, editor, theirs, **yours):
    """Save `yours` behind an editor who saved `theirs` (fields of a manuscript)."""
    sent = form(post, **yours)
    post.write(replace(post.manuscript, **theirs), by=editor, base=post.version)
    answer = desk.post(at(post), sent)
    assert answer.status_code == 409
    return answer


def hidden(answer):
    """Return what the form on the page would send: the base, the texts, the choices."""
    context = answer.context
    data = {"base": context["head"].number, "_save": "1"}
    data |= {name: context["form"][name].value() for name in context["form"].fields}
    return data | {f"choice-{key}": value for key, value in context["choices"].items()}


def test_what_does_not_overlap_is_merged_at_once(desk, editor):
    post = begin(editor, body=BODY)
    mine = BODY.replace("人が住む", "人が暮らす")
    theirs = {"body": BODY.replace("川が流れる", "川が光る"), "deck": "リード"}
    answer = stale(desk, post, editor, theirs, body=mine, title="新しい題")
    assert not answer.context["asking"]
    assert "合わせた原稿を保存" in seen(answer)
    saved = desk.post(at(post, "merge/?revision=3"), hidden(answer))
    assert saved.status_code == 302
    post.refresh_from_db()
    assert post.body == "川が光る。町がある。\n\n人が暮らす。"
    assert (post.title, post.deck, post.version) == ("新しい題", "リード", 4)
    assert post.head.note == "第3版と合わせた原稿"
    assert post.head.why == Revision.Why.EDIT


@pytest.mark.parametrize(
    ("choice", "title"),
    [("theirs", "編集者の案"), ("ours", "編集長の案"), ("both", "編集者の案編集長の案")],
)
def test_what_overlaps_is_chosen(desk, editor, choice, title):
    post = begin(editor, title="題", body=BODY)
    theirs = {"title": "編集者の案", "body": BODY.replace("川", "河")}
    answer = stale(desk, post, editor, theirs, title="編集長の案")
    assert answer.context["asking"]
    for words in ("編集者の案", "編集長の案", "もとの文"):
        assert words in seen(answer)
    key = answer.context["questions"][0][0].key
    address = at(post, "merge/?revision=3")
    merged = desk.post(address, {"base": 2, f"choice-{key}": choice})
    assert merged.status_code == 200
    assert Post.objects.get().version == 2
    assert desk.post(address, hidden(merged)).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.body) == (title, BODY.replace("川", "河"))


def test_the_merge_can_be_gone_over(desk, editor):
    post = begin(editor, body=BODY)
    answer = stale(desk, post, editor, {"deck": "リード"}, title="私の題")
    desk.post(at(post, "merge/?revision=3"), hidden(answer) | {"title": "二人の題"})
    post.refresh_from_db()
    assert (post.title, post.deck) == ("二人の題", "リード")


def test_relations_are_chosen_as_a_whole_and_tags_one_by_one(desk, editor):
    first, second, third = (Category.named(name).pk for name in "甲乙丙")
    one, two, three = (tag.pk for tag in Tag.named(["一", "二", "三"]))
    post = begin(editor, category=first, tags=(one,))
    theirs = {"category": second, "tags": (one, two)}
    answer = stale(desk, post, editor, theirs, category=third, tags="三")
    assert [question.key for question, *_ in answer.context["questions"]] == ["category"]
    assert "丙" in seen(answer)
    address = at(post, "merge/?revision=3")
    merged = desk.post(address, {"base": 2, "choice-category": "ours"})
    desk.post(address, hidden(merged))
    content = Post.objects.get().manuscript
    assert (content.category, content.tags) == (third, (two, three))


def test_two_covers_of_one_name_can_be_told_apart(desk, editor):
    one, other = (Media.keep(plain(size=(n, n)), "海.png").pk for n in (1, 2))
    post = begin(editor)
    answer = stale(desk, post, editor, {"cover": one}, cover=other)
    text = seen(answer)
    assert "海.png（1×1、" in text
    assert "海.png（2×2、" in text


@pytest.mark.parametrize("model", KINDS)
def test_a_merge_of_what_both_stand_under_is_followed(desk, editor, chief, model):
    old, new = pair(model)
    post = begin(editor, **under(old))
    answer = stale(desk, post, editor, {"deck": "リード"}, title="私の題")
    old.merge_into(new, chief)
    answer = desk.get(at(post, "merge/?revision=3"))
    assert not answer.context["asking"]
    assert desk.post(at(post, "merge/?revision=3"), hidden(answer)).status_code == 302
    post = Post.objects.get()
    assert (post.title, post.deck) == ("私の題", "リード")
    assert post.head.manuscript == replace(post.head.manuscript, **under(new))
    assert post.manuscript == replace(post.manuscript, **under(new))


def test_every_field_is_merged():
    fields = Manuscript(
        *("題", "s", "リード", "本文", True, "要約", 1, 2, 3, 4, ((5, ""),), (6,), 7),
    )
    base = Manuscript(title="前")
    for one in (Merging(base, base, fields), Merging(base, fields, base)):
        assert one.clean
        assert one.answered({}) == fields


def test_a_third_save_in_between_is_no_loss(desk, editor):
    post = begin(editor, body=BODY)
    answer = stale(desk, post, editor, {"deck": "リード"}, title="私の題")
    rewrite(post, post.title, by=editor, excerpt="要約")
    again = desk.post(at(post, "merge/?revision=3"), hidden(answer))
    assert again.status_code == 409
    kept = post.revisions.get(number=5)
    assert (kept.why, kept.manuscript.title) == (Revision.Why.KEPT, "私の題")
    desk.post(at(post, "merge/?revision=5"), hidden(again))
    post.refresh_from_db()
    assert (post.title, post.deck, post.excerpt) == ("私の題", "リード", "要約")


def test_whoever_cancels_comes_back_from_the_history(desk, editor):
    post = begin(editor, body=BODY)
    stale(desk, post, editor, {"title": "編集者の案"}, title="編集長の案")
    before = rows()
    page = desk.get(at(post, "history/")).content.decode()
    assert f"{at(post, 'merge/')}?revision=3" in page
    answer = desk.get(at(post, "merge/?revision=3"))
    assert "編集長の案" in seen(answer)
    assert rows() == before


def test_a_planned_day_is_set_all_the_same(desk, editor):
    post = begin(editor)
    answer = stale(desk, post, editor, {"deck": "リード"}, title="題", planned_on="2026-05-01")
    assert answer.status_code == 409
    assert "保存していません" not in seen(answer)
    post.refresh_from_db()
    assert post.planned_on == date(2026, 5, 1)


def test_a_kind_is_said_to_be_unsaved(desk, editor):
    post = begin(editor)
    answer = stale(desk, post, editor, {"deck": "リード"}, title="題", kind="page")
    assert "種類（固定ページ）は保存していません" in seen(answer)
    post.refresh_from_db()
    assert post.kind == "article"


def test_a_base_that_was_thinned_is_replaced_by_the_one_before(desk, editor, chief):
    post = begin(editor, body=BODY)
    content = replace(post.manuscript, deck="書きかけ")
    post.autosave(content, by=editor, base=1)
    sent = form(post, title="私の題")
    rewrite(post, post.title, by=editor, excerpt="要約")
    post.revisions.filter(number=2).delete()
    answer = desk.post(at(post), sent)
    assert not answer.context["asking"]
    desk.post(at(post, "merge/?revision=4"), hidden(answer))
    post.refresh_from_db()
    assert (post.title, post.deck, post.excerpt) == ("私の題", "書きかけ", "要約")


def test_a_text_that_may_not_be_saved_any_more_is_given_back(client, writer, editor):
    post = begin(writer)
    old = post.manuscript
    rewrite(post, "直し", by=writer)
    post.write(replace(old, title="案"), by=writer, base=1)
    post.archive(editor)
    client.force_login(writer)
    answer = client.post(at(post, "merge/?revision=3"), {"_save": "1", "title": "書いた題"})
    assert answer.status_code == 403
    assert "書いた題" in answer.content.decode()


def test_a_slug_that_is_anothers_is_refused_with_the_text(desk, editor):
    begin(editor, slug="taken")
    post = begin(editor, body=BODY)
    old = post.manuscript
    rewrite(post, "直し", by=editor)
    post.write(replace(old, slug="taken"), by=editor, base=1)
    answer = desk.get(at(post, "merge/?revision=3"))
    again = desk.post(at(post, "merge/?revision=3"), hidden(answer) | {"title": "書いた題"})
    assert again.status_code == 200
    assert "別の記事が使っています" in seen(again)
    assert "書いた題" in again.content.decode()


def test_signatures_of_both_are_a_choice(desk, editor):
    authors = [Author.objects.create(name=name, slug=name) for name in "甲乙丙"]
    post = begin(editor, bylines=((authors[0].pk, ""),))
    answer = stale(
        desk,
        post,
        editor,
        {"bylines": ((authors[1].pk, ""),)},
        signed=[(authors[2], "photo")],
    )
    text = seen(answer)
    assert "乙" in text
    assert "丙（写真）" in text

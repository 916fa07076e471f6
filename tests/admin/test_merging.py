"""The merge at the desk: the other one is chosen, what changes is said, then it is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Author, Beat, Category, CheckRule, Series, Tag
from tests.admin.desk import seen
from tests.cast import begin, rewrite
from tests.merges.shelves import KINDS, pair, under

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def page(row, into=None):
    address = f"/admin/posts/{row._meta.model_name}/{row.pk}/merge/"
    return f"{address}?into={into.pk}" if into else address


@pytest.mark.parametrize("model", KINDS)
def test_from_the_form_to_the_other_one(desk, model):
    old, new = pair(model)
    begin(**under(old)).publish(None)
    form = f"/admin/posts/{model.__name__.lower()}/{old.pk}/change/"
    assert f"{old.pk}/merge/" in desk.get(form).content.decode()
    assert f"?into={new.pk}" in desk.get(page(old)).content.decode()
    words = seen(desk.get(page(old, new)))
    assert "原稿1本" in words
    assert "公開中の記事1本" in words
    assert "元に戻せません" in words
    assert f"{old.path} を開いた読者は、{new.path} へ移ります" in words
    answer = desk.post(page(old), {"into": new.pk}, follow=True)
    assert "「old」を「new」に統合しました" in seen(answer)
    merged = seen(desk.get(form))
    assert "に統合しました" in merged
    assert "統合…" not in merged


def test_the_other_one_is_found_by_its_name(desk):
    old, _ = pair(Tag)
    [found] = Tag.named(["人工知能"])
    for word in ("人工", "人工知能"):
        answer = desk.get(page(old), {"q": word})
        assert [row.pk for row in answer.context["rows"]] == [found.pk]
    assert "ありません" in seen(desk.get(page(old), {"q": "なし"}))


@pytest.mark.parametrize("into", ["0", "999", "x", "9" * 40, "-1", "\0"])
def test_what_is_not_there_is_not_chosen(desk, into):
    old, _ = pair(Tag)
    assert desk.post(page(old), {"into": into}).status_code == 404
    assert desk.get(page(old), {"into": into}).status_code == 404


def test_a_refusal_leads_back_to_the_choice(desk):
    old, _ = pair(Category)
    below = Category.objects.create(name="below", slug="below", parent=old)
    for method in (desk.get, desk.post):
        answer = method(page(old, below))
        assert "その下にある「below」へは統合できません" in seen(answer)
    assert "自分自身" in seen(desk.post(page(old), {"into": old.pk}))
    assert not Category.objects.exclude(merged_into=None).exists()


# What it says


def said(desk, old, new):
    return seen(desk.get(page(old, new)))


def test_it_says_that_nothing_is_public(desk):
    old, new = pair(Tag)
    begin(**under(old)).publish(None, at=timezone.now() + timedelta(hours=1))
    words = said(desk, old, new)
    assert "「見つかりません」のまま" in words
    assert "公開中の記事" not in words.replace("公開中の記事ができるまでは", "")


def test_it_says_what_becomes_of_names(desk):
    old, new = pair(Tag)
    old.aliases.create(name="旧称")
    begin(**under(old, new))
    words = said(desk, old, new)
    assert "「old」「旧称」は「new」の別名になり" in words
    assert "一つになります" in words


def test_it_says_whose_login_goes_where(desk, writer, another_writer):
    old, new = pair(Author)
    Author.objects.filter(pk=old.pk).update(user=writer)
    assert "writerさんのログインは「new」に結ばれ" in said(desk, old, new)
    Author.objects.filter(pk=new.pk).update(user=another_writer)
    words = said(desk, old, new)
    assert "another_writerさんは「old」の原稿も自分の原稿として扱える" in words
    assert "writerさんは著者との結びつきがなくなり" in words


def test_it_says_what_a_category_takes_along(desk, editor):
    old, new = pair(Category)
    Category.objects.create(name="below", slug="below", parent=old)
    Category.objects.filter(pk=old.pk).update(disclosure="広告です。")
    Beat.objects.create(user=editor, category=old)
    for category, check in ((old, "title"), (old, "excerpt"), (new, "title")):
        CheckRule.objects.create(category=category, check_name=check, level="block")
    words = said(desk, old, new)
    assert "下にある「below」は「new」の下へ" in words
    assert "「old」の注記は出なくなり" in words
    assert "editorさんの担当は「new」になり" in words
    assert "例外（要約）は「new」に当てはまります" in words
    assert "「new」の決まりが残ります" in words


def test_it_shows_parts_of_one_number(desk):
    old, new = pair(Series)
    for row, title, part in ((old, "一つめ", 1), (new, "別の一つめ", 1), (old, "二つめ", 2)):
        rewrite(begin(**under(row)), title, series_part=part)
    words = said(desk, old, new)
    assert "第1回" in words
    assert "別の一つめ" in words
    assert "第2回" not in words
    desk.post(page(old), {"into": new.pk})
    assert sorted(new.posts.values_list("series_part", flat=True)) == [1, 1, 2]


def test_addresses_of_before_are_named(desk):
    old, new = pair(Tag)
    begin(**under(old)).publish(None)
    old.slug = "older"
    old.save()
    words = said(desk, old, new)
    assert "/tags/older/、/tags/old/ を開いた読者" in words


@pytest.mark.parametrize("model", KINDS)
def test_what_it_says_costs_the_same_for_many(desk, django_assert_max_num_queries, model):
    old, new = pair(model)
    for number in range(12):
        begin(slug=f"s{number}", **under(old)).publish(None)
    desk.get(page(old, new))
    with django_assert_max_num_queries(20):
        desk.get(page(old, new))


@pytest.mark.parametrize("model", KINDS)
def test_what_was_merged_is_suggested_nowhere(desk, model):
    old, new = pair(model)
    fields = {Author: ("byline", "author"), Category: ("post", "category")}
    fields |= {Series: ("post", "series"), Tag: ("redirect", "tag")}
    of, field = fields[model]
    query = {"app_label": "posts", "model_name": of, "field_name": field, "term": ""}
    old.merge_into(new, None)
    answer = desk.get("/admin/autocomplete/", query).json()
    assert [one["text"] for one in answer["results"]] == ["new"]


@pytest.mark.parametrize("name", ["category", "series"])
def test_a_form_from_before_the_merge_names_the_other_one(client, writer, chief, name):
    from tests.admin.desk import ADD, form

    old, new = pair({"category": Category, "series": Series}[name])
    old.merge_into(new, chief)
    client.force_login(writer)
    assert client.post(ADD, form(**{name: old.pk})).status_code == 302
    [post] = writer.posts.all()
    assert getattr(post, name) == new

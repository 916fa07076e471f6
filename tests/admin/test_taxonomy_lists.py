"""The lists of authors, categories, tags and series: how much each is used, and clearing away."""

import pytest

from posts.admin.taxonomy import uses
from posts.models import Author, Beat, Category, Event, Series, Tag
from tests.admin.desk import seen
from tests.admin.test_list import cost
from tests.cast import begin
from tests.merges.shelves import KINDS, pair, under

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


def page(model):
    return f"/admin/posts/{model.__name__.lower()}/"


def listed(desk, model, query=""):
    """Return {name: (manuscripts, public articles)} of a list."""
    answer = desk.get(page(model) + query)
    assert answer.status_code == 200
    rows = answer.context["cl"].result_list
    return {row.name: (row.used_in, row.shown_in) for row in rows}


@pytest.mark.parametrize("model", KINDS)
def test_each_says_how_much_it_is_used(desk, model):
    old, new = pair(model)
    begin(**under(old))
    begin(slug="a", **under(old)).publish(None)
    begin(slug="b", **under(new)).publish(None)
    assert listed(desk, model) == {"old": (2, 1), "new": (1, 1)}


def test_who_signs_twice_signs_one_manuscript(desk):
    author, _ = pair(Author)
    begin(bylines=((author.pk, ""), (author.pk, "photo"))).publish(None)
    assert listed(desk, Author)["old"] == (1, 1)


def test_no_list_counts_far(desk, monkeypatch):
    monkeypatch.setattr(uses, "SHOWN", 2)
    monkeypatch.setattr(uses.counted, "__defaults__", (2,))
    monkeypatch.setattr(uses.number, "__defaults__", (2,))
    [tag] = Tag.named(["札"])
    for number in range(5):
        begin(tags=(tag.pk,), slug=f"s{number}").publish(None)
    assert listed(desk, Tag)["札"] == (3, 3)
    assert "2以上" in seen(desk.get(page(Tag)))


@pytest.mark.parametrize("query", ["", "?use=none", "?use=merged", "?q=n"])
@pytest.mark.parametrize("model", KINDS)
def test_its_cost_does_not_grow(desk, model, query):
    first, _ = pair(model)
    few = cost(desk, page(model) + query)
    for number in range(30):
        row = model.objects.create(name=f"n{number}", slug=f"n{number}")
        if number % 3 == 1:
            begin(slug=f"s{number}", **under(row)).publish(None)
        if number % 3 == 2:
            row.merge_into(first, None)
    assert cost(desk, page(model) + query) <= few + (query == "?use=none")
    assert few <= 20


@pytest.mark.parametrize("model", KINDS)
def test_the_filters_find_what_is_used_nowhere_and_what_was_merged(desk, model):
    old, new = pair(model)
    for name in ("used", "free"):
        model.objects.create(name=name, slug=name)
    begin(**under(model.objects.get(name="used")))
    old.merge_into(new, None)
    assert set(listed(desk, model)) == {"new", "used", "free"}
    assert set(listed(desk, model, "?use=none")) == {"free"}  # `new` has to lead on
    assert set(listed(desk, model, "?use=merged")) == {"old"}
    assert "→「new」" in seen(desk.get(page(model) + "?use=merged"))


def test_a_tag_is_found_by_any_spelling(desk):
    [tag] = Tag.named(["ＡＩ"])
    Tag.objects.filter(pk=tag.pk).update(yomi="えーあい")
    tag.aliases.create(name="人工知能")
    Tag.named(["投資"])
    for word in ("AI", "ai", "ＡＩ", "人工", "えー", tag.slug):
        assert set(listed(desk, Tag, f"?q={word}")) == {"ＡＩ"}, word
    assert not listed(desk, Tag, "?q=なし")
    assert desk.get(page(Tag) + "?q=%00").status_code == 200


# Clearing away


@pytest.mark.parametrize("model", KINDS)
def test_several_are_deleted_after_a_question(desk, editor, model):
    old, new = pair(model)
    begin(**under(new))
    asked = {"action": "discard", "_selected_action": [old.pk, new.pk]}
    words = seen(desk.post(page(model), asked))
    assert "使われているので消せません" in words
    assert model.objects.count() == 2
    answer = desk.post(page(model), asked | {"confirmed": "1"}, follow=True)
    assert "「old」を消しました" in seen(answer)
    assert [row.name for row in model.objects.all()] == ["new"]
    assert Event.objects.get(move="remove").by == editor


@pytest.mark.parametrize("model", KINDS)
def test_one_is_deleted_after_a_question(desk, model):
    old, _ = pair(model)
    way = f"{page(model)}{old.pk}/delete/"
    assert "元に戻せません" in seen(desk.get(way))
    assert model.objects.filter(pk=old.pk).exists()
    assert desk.post(way).status_code == 302
    assert not model.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize("model", KINDS)
def test_what_is_used_stays_and_it_is_said_why(desk, model):
    old, new = pair(model)
    begin(**under(old))
    way = f"{page(model)}{old.pk}/delete/"
    for answer in (desk.get(way), desk.post(way)):
        assert "使われているので消せません" in seen(answer)
    old.merge_into(new, None)
    assert "「new」に統合しました" in seen(desk.post(way))
    assert model.objects.count() == 2


def test_a_category_that_somebody_answers_for_stays(desk, editor):
    category, _ = pair(Category)
    Beat.objects.create(user=editor, category=category)
    way = f"{page(Category)}{category.pk}/delete/"
    assert "使われているので消せません" in seen(desk.post(way))
    assert editor.beats.exists()


def test_a_question_about_many_is_no_question_about_all(desk, monkeypatch):
    monkeypatch.setattr(uses, "AT_ONCE", 2)
    Tag.named(["一", "二", "三"])
    rows = list(Tag.objects.values_list("pk", flat=True))
    asked = {"action": "discard", "_selected_action": rows}
    assert "2件まで" in seen(desk.post(page(Tag), asked))
    desk.post(page(Tag), asked | {"confirmed": "1"})
    assert Tag.objects.count() == 1


# Changing


def test_a_changed_address_is_logged(desk, editor):
    series, _ = pair(Series)
    fields = {"name": "新しい名", "slug": "second"}
    assert desk.post(f"{page(Series)}{series.pk}/change/", fields).status_code == 302
    event = Event.objects.get(move="relabel")
    assert (event.by, event.title) == (editor, "新しい名")
    assert event.detail["before"] == {"name": "old", "slug": "old"}


@pytest.mark.parametrize("model", KINDS)
def test_what_was_merged_is_only_looked_at(desk, model):
    old, new = pair(model)
    old.merge_into(new, None)
    way = f"{page(model)}{old.pk}/change/"
    assert desk.get(way).status_code == 200
    assert desk.post(way, {"name": "x", "slug": "x", "position": 0}).status_code == 403
    old.refresh_from_db()
    assert old.name == "old"

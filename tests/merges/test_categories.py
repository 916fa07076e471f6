"""Merging and moving categories: a tree stays a tree, and rules and beats go along."""

import pytest

from posts.models import Beat, Category, CheckRule, Event, Refused, beat_of
from tests.cast import begin
from tests.merges.shelves import pair

pytestmark = pytest.mark.django_db


def child(name, parent, position=0):
    return Category.objects.create(name=name, slug=name, parent=parent, position=position)


def test_what_lies_below_goes_along(client, chief):
    old, new = pair(Category)
    below = child("below", old)
    begin(category=below.pk, slug="x").publish(None)
    old.merge_into(new, chief)
    below.refresh_from_db()
    assert below.parent == new
    assert client.get("/categories/new/").status_code == 200
    assert client.get("/categories/old/").url == "/categories/new/"


def test_it_is_not_merged_into_what_lies_below(chief):
    top, _ = pair(Category)
    below = child("below", child("middle", top))
    with pytest.raises(Refused, match="その下にある「below」"):
        top.merge_into(below, chief)


def test_it_is_merged_into_what_lies_above(chief):
    top, _ = pair(Category)
    middle = child("middle", top)
    below = child("below", middle)
    middle.merge_into(top, chief)
    below.refresh_from_db()
    assert below.parent == top
    assert middle.pk not in top.branch()


def test_the_rules_of_the_one_that_is_left_come_first(chief):
    old, new = pair(Category)
    for category, check, level in (
        (old, "title", "block"),
        (old, "excerpt", "block"),
        (new, "title", "off"),
    ):
        CheckRule.objects.create(category=category, check_name=check, level=level)
    old.merge_into(new, chief)
    rules = dict(new.check_rules.values_list("check_name", "level"))
    assert rules == {"title": "off", "excerpt": "block"}
    assert not old.check_rules.exists()


def test_a_check_that_stops_goes_on_stopping(editor, chief):
    old, new = pair(Category)
    CheckRule.objects.create(category=old, check_name="excerpt", level="block")
    post = begin(editor, category=old.pk, slug="x")
    old.merge_into(new, chief)
    post.refresh_from_db()
    with pytest.raises(Refused, match="要約がありません"):
        post.publish(chief)


def test_a_beat_goes_along_once(editor, chief):
    old, new = pair(Category)
    for category in (old, new):
        Beat.objects.create(user=editor, category=category)
    old.merge_into(new, chief)
    assert [beat.category for beat in editor.beats.all()] == [new]
    assert beat_of(editor) == {new.pk}


# Their order


def order(parent=None):
    return [row.name for row in Category.objects.filter(parent=parent, merged_into=None)]


def test_one_is_moved_up_and_down_among_its_own(editor):
    for name in "abc":
        child(name, None)
    child("other", Category.objects.get(name="a"))
    row = {one.name: one for one in Category.objects.all()}
    row["c"].shift(-1, editor)
    assert order() == ["a", "c", "b"]
    row["a"].shift(1, editor)
    assert order() == ["c", "a", "b"]
    assert Event.objects.filter(move="reorder", by=editor).count() == 2


@pytest.mark.parametrize(("name", "step"), [("a", -1), ("b", 1)])
def test_it_does_not_leave_the_row(editor, name, step):
    for one in "ab":
        child(one, None)
    with pytest.raises(Refused, match="もういちばん"):
        Category.objects.get(name=name).shift(step, editor)


def test_it_is_put_under_another_as_the_last(editor):
    top = child("top", None)
    for position, name in enumerate("ab", 4):
        child(name, top, position)
    moved = child("moved", None)
    moved.put_under(top, editor)
    assert order(top) == ["a", "b", "moved"]
    moved.put_under(None, editor)
    assert order(top) == ["a", "b"]
    assert order() == ["top", "moved"]


def test_it_is_not_put_under_itself_or_what_lies_below(editor):
    top = child("top", None)
    below = child("below", child("middle", top))
    for parent in (top, below):
        with pytest.raises(Refused, match="下には置けません"):
            top.put_under(parent, editor)


def test_it_is_not_put_under_what_was_merged(editor, chief):
    old, new = pair(Category)
    old.merge_into(new, chief)
    with pytest.raises(Refused, match="統合されています"):
        child("x", None).put_under(old, editor)


@pytest.mark.parametrize("name", ["writer", "outsider"])
def test_who_may_not_classify_moves_nothing(request, name):
    row = child("a", None)
    child("b", None)
    for move in (lambda by: row.shift(1, by), lambda by: row.put_under(None, by)):
        with pytest.raises(Refused, match="権限"):
            move(request.getfixturevalue(name))


def test_readers_see_the_order(client, editor):
    for name in "ab":
        begin(category=child(name, None).pk, slug=name).publish(None)
    Category.objects.get(name="b").shift(-1, editor)
    assert [one.name for one in client.get("/").context["sections"]] == ["b", "a"]

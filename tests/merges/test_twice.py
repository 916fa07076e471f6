"""What stood under both stands under the one that is left once, where it stood first."""

import pytest

from posts.models import Author, EditionByline, EditionTag, Tag, TagAlias
from tests.cast import begin
from tests.merges.shelves import pair

pytestmark = pytest.mark.django_db


def named(*names):
    """Return the keys of tags with these names."""
    return tuple(tag.pk for tag in Tag.named(names))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["old", "new"], ["new"]),
        (["new", "old"], ["new"]),
        (["old", "x", "new"], ["new", "x"]),
        (["new", "x", "old"], ["new", "x"]),
        (["x", "old"], ["x", "new"]),
        (["x"], ["x"]),
    ],
)
def test_tags(chief, before, after):
    old, new = pair(Tag)
    post = begin(tags=named(*before))
    post.publish(None)
    old.merge_into(new, chief)
    assert post.manuscript.tags == named(*after)
    [edition] = post.editions.all()
    assert [row.tag.name for row in edition.tag_rows.select_related("tag")] == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("old", ""), ("new", "")], [("new", "")]),
        ([("old", ""), ("new", "photo")], [("new", ""), ("new", "photo")]),
        ([("new", "photo"), ("x", ""), ("old", "photo")], [("new", "photo"), ("x", "")]),
        ([("old", "photo"), ("x", ""), ("new", "photo")], [("new", "photo"), ("x", "")]),
    ],
)
def test_signatures_are_alike_when_their_roles_are(chief, before, after):
    old, new = pair(Author)
    other = Author.objects.create(name="x", slug="x")
    known = {row.name: row.pk for row in (old, new, other)}
    post = begin(bylines=tuple((known[name], role) for name, role in before))
    post.publish(None)
    old.merge_into(new, chief)
    signed = post.bylines.select_related("author")
    assert [(row.author.name, row.role) for row in signed] == after
    rows = post.editions.get().bylines.select_related("author")
    assert [(row.author.name, row.role) for row in rows] == after


def test_nothing_is_left_under_what_was_merged(chief):
    for model, rows, of in ((Tag, EditionTag, "tags"), (Author, EditionByline, "bylines")):
        old, new = pair(model)
        both = (old.pk, new.pk)
        begin(**{of: both if of == "tags" else tuple((pk, "") for pk in both)}).publish(None)
        old.merge_into(new, chief)
        assert not rows.objects.filter(**{model.__name__.lower(): old}).exists()


def test_other_words_for_a_tag_are_other_words_for_the_one_that_is_left(chief):
    old, new = pair(Tag)
    TagAlias.objects.create(tag=old, name="旧称")
    old.merge_into(new, chief)
    assert {alias.name for alias in new.aliases.all()} == {"旧称", "old"}
    assert Tag.named(["旧称", "ＯＬＤ"]) == [new]


def test_the_name_that_was_merged_is_a_valid_alias(chief):
    old, new = pair(Tag)
    old.merge_into(new, chief)
    alias = new.aliases.get()
    alias.full_clean()
    assert alias.name == "old"

"""A merge in the middle of an import: what comes behind it stands under the one that is left."""

import pytest

from posts import imports
from posts.models import Author, Category, Edition, Post, Series, Tag
from tests.imports.sites import article, load, write

pytestmark = pytest.mark.django_db
KINDS = {"tags": Tag, "categories": Category, "author": Author, "series": Series}


def under(row):
    """Return the rows of a kind that an edition or a manuscript stands under."""
    signed = row.bylines.select_related("author")
    tags = row.tag_rows if isinstance(row, Edition) else row.taggings
    return {
        "tags": [one.tag for one in tags.select_related("tag")],
        "categories": [row.category],
        "author": [one.author for one in signed],
        "series": [row.series],
    }


@pytest.mark.parametrize("drafts", [False, True], ids=["new", "drafts before"])
@pytest.mark.parametrize("field", KINDS)
def test_what_comes_behind_a_merge_stands_under_the_one_that_is_left(tmp_path, field, drafts):
    new = KINDS[field].objects.create(name="新", slug="new")
    files = {f"_posts/2024-01-0{n}-s{n}.md": article(**{field: "旧"}) for n in (1, 2)}
    site = write(tmp_path, files)
    if drafts:
        load(site, publish=False)

    def merge(place, *_):
        if place == 1:
            KINDS[field].objects.get(name="旧").merge_into(new, None)

    imports.run(site, imports.Options(publish=True), merge)
    for row in (*Post.objects.all(), *Edition.objects.all()):
        assert under(row)[field] == [new]
    assert Edition.objects.count() == 2

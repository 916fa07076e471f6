"""A merge forgets no relation: whatever refers to a row refers to the other one afterwards."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from posts.models import Author, Category, Series, Tag

# Every column that refers to one of them, written down by hand. A new one is first written here,
# and moved by `_hand_over` (or, if hidden, by itself); tests/merges say how.
KNOWN = {
    Author: {
        *("Byline.author", "EditionByline.author", "Invitation.author", "Redirect.author"),
        "Author.merged_into",
    },
    Category: {
        *("Post.category", "Edition.category", "Beat.category", "CheckRule.category"),
        *("Redirect.category", "Category.parent", "Category.merged_into"),
    },
    Series: {"Post.series", "Edition.series", "Redirect.series", "Series.merged_into"},
    Tag: {
        *("Tagging.tag", "EditionTag.tag", "TagAlias.tag", "Redirect.tag", "Tag.merged_into"),
    },
}


@pytest.mark.parametrize("model", KNOWN)
def test_every_relation_is_known(model):
    found = {
        f"{other.__name__}.{field.name}"
        for other in apps.get_models()
        for field in other._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is model
    }
    assert found == KNOWN[model]

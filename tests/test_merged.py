"""A merged tag, author or category leads to the one it was merged into, where that has readers."""

import pytest

from posts.models import Author, Category, Tag
from tests.cast import begin

pytestmark = pytest.mark.django_db


def pair(model):
    """Return two rows, the first merged into the second."""
    extra = {Tag: lambda slug: {"key": slug}}.get(model, lambda slug: {})
    old, new = (model.objects.create(name=s, slug=s, **extra(s)) for s in ("old", "new"))
    old.merged_into = new
    old.save()
    return old, new


FIELDS = {
    Category: ("categories", lambda row: {"category": row.pk}),
    Tag: ("tags", lambda row: {"tags": (row.pk,)}),
    Author: ("authors", lambda row: {"bylines": ((row.pk, ""),)}),
}


@pytest.mark.parametrize("model", FIELDS)
def test_it_leads_on(client, model):
    old, _ = pair(model)
    folder, relation = FIELDS[model]
    begin(**relation(old)).publish(None)
    answer = client.get(f"/{folder}/old/")
    assert (answer.status_code, answer.url) == (301, f"/{folder}/new/")
    assert client.get(f"/{folder}/new/").status_code == 200


@pytest.mark.parametrize("model", FIELDS)
def test_it_gives_no_hidden_name_away(client, model):
    old, _ = pair(model)
    folder, relation = FIELDS[model]
    begin(**relation(old))
    assert client.get(f"/{folder}/old/").status_code == 404

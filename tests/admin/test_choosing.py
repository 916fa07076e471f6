"""A form that comes with what no row has for its key: it is refused, and nothing typed is lost."""

import pytest

from posts.models import Author, Category, Post, Redirect
from tests.admin.desk import ADD, form, sent_by

pytestmark = pytest.mark.django_db

KEYS = ["x", "\x00", "-1", "0", "1.5", "１２３", "9" * 19, "9" * 40, "1 OR 1=1", "/etc/passwd"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("field", ["category", "series", "cover", "bylines-0-author"])
def test_a_manuscript_comes_back_with_its_text(client, writer, field, key):
    client.force_login(writer)
    answer = client.post(ADD, form(title="書いた題", body="書いた本文") | {field: key})
    assert answer.status_code == 200
    assert not Post.objects.exists()
    typed = sent_by(answer)
    assert (typed["title"], typed["body"]) == ("書いた題", "書いた本文")
    assert 'class="errorlist' in answer.content.decode()


@pytest.mark.parametrize("key", KEYS)
def test_so_does_every_other_form(client, chief, key):
    client.force_login(chief)
    named = {"name": "名", "slug": "na", "kind": "person", "position": 0}
    for model, fields in (
        (Author, named | {"portrait": key}),
        (Category, named | {"parent": key}),
        (Redirect, {"path": "/old/", "post": key}),
        (Redirect, {"path": "/old/", "media": key, "tag": key}),
    ):
        answer = client.post(f"/admin/posts/{model._meta.model_name}/add/", fields)
        assert answer.status_code == 200, fields
        assert not model.objects.exists()


def test_what_was_chosen_is_still_chosen_when_something_else_is_wrong(client, writer):
    client.force_login(writer)
    category = Category.objects.create(name="国際", slug="kokusai")
    answer = client.post(ADD, form(title="") | {"category": category.pk})
    assert answer.status_code == 200
    assert sent_by(answer)["category"] == str(category.pk)

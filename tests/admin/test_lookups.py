"""What the address of a list may ask: what its filters offer, and nothing else."""

import pytest

from posts.models import Category
from tests.admin.desk import LIST
from tests.cast import begin

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        "created_by__password__startswith=a",
        "body__regex=(a%2B)%2B%24",
        "title__regex=(",
        "title=%00",
        "status__exact=%00",
        "edited_at__year=999999999999",
        "bylines__author__user__password__startswith=a",
        "_to_field=uid",
    ],
)
def test_what_no_filter_asks_is_refused(client, chief, query):
    begin(chief)
    client.force_login(chief)
    assert client.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["posts={}", "posts__id={}", "editions={}"])
def test_a_list_tells_nothing_of_hidden_manuscripts(client, writer, editor, query):
    category = Category.objects.create(name="極秘", slug="secret")
    post = begin(editor, category=category.pk)
    client.force_login(writer)
    answer = client.get(f"/admin/posts/category/?{query.format(post.pk)}")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "publication=never",
        "status__exact=draft",
        "category__id__exact={}",
        "category__isnull=False",
        "q=%E9%A1%8C",
        "o=1&p=1",
    ],
)
def test_what_a_filter_asks_is_answered(client, chief, query):
    category = Category.objects.create(name="分類", slug="c")
    begin(chief, title="探す題", category=category.pk)
    client.force_login(chief)
    answer = client.get(f"{LIST}?{query.format(category.pk)}")
    assert answer.status_code == 200
    assert "探す題" in answer.content.decode()


def test_a_zero_byte_finds_nothing_and_breaks_nothing(client, editor):
    client.force_login(editor)
    field = "app_label=posts&model_name=byline&field_name=author"
    assert client.get(f"/admin/autocomplete/?{field}&term=%00").status_code == 200
    assert client.get(f"{LIST}?q=%00").status_code == 200

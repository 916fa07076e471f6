"""Tags that fold to more, to less, or to each other."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from posts.models import Tag, TagAlias
from tests.admin.desk import ADD, form, seen


def aliases(*names):
    """Return what the form of a new tag posts."""
    data = {"name": "AI", "yomi": "", "slug": "ai", "aliases-INITIAL_FORMS": 0}
    data["aliases-TOTAL_FORMS"] = len(names)
    return data | {f"aliases-{place}-name": name for place, name in enumerate(names)}


@pytest.mark.django_db
@pytest.mark.parametrize("names", [("人工知能", "人工知能"), ("ＭＬ", "ml")])
def test_one_alias_twice_is_refused_in_words(client, editor, names):
    client.force_login(editor)
    answer = client.post("/admin/posts/tag/add/", aliases(*names))
    assert answer.status_code == 200
    assert "同じ別名が二つあります" in seen(answer)
    assert not Tag.objects.exists()


@pytest.mark.django_db
def test_two_aliases_are_two(client, editor):
    client.force_login(editor)
    assert client.post("/admin/posts/tag/add/", aliases("人工知能", "機械学習")).status_code == 302
    assert TagAlias.objects.count() == 2


@pytest.mark.django_db
def test_a_name_that_folds_to_more_than_a_key_holds_is_a_tag(client, writer, editor):
    """㍿ folds to four characters: 50 of them are 200."""
    client.force_login(writer)
    for _ in range(2):
        assert client.post(ADD, form(tags="㍿" * 50)).status_code == 302
    assert Tag.objects.get().name == "㍿" * 50
    client.force_login(editor)
    assert client.post("/admin/posts/tag/add/", aliases("㌔" * 60)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_tag_that_several_make_at_once_is_one():
    start = threading.Barrier(8)

    def make(_):
        try:
            start.wait()
            return Tag.named(["新しい言葉"])[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    assert Tag.objects.count() == 1

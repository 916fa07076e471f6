"""The index of authors: by their readings, under the headings of the rows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Author, Category, Tag
from tests.cast import begin, minute


@pytest.fixture
def signed(db):
    readings = {
        "渡辺": "わたなべ",
        "安倍": "アベ",
        "阿部": "あべ",
        "東海林": "しょうじ",
        "Smith": "",
    }
    for name, yomi in readings.items():
        author = Author.objects.create(name=name, yomi=yomi, slug=f"a-{len(name)}{yomi}")
        begin(bylines=((author.pk, ""),), slug=author.slug).publish(None, now=minute(1))


def test_authors_stand_in_the_order_of_their_readings(client, signed):
    page = client.get("/authors/").content.decode()
    shown = re.findall(r'<h2>([^<]+)</h2>|<a href="/authors/[^"]+/">([^<]+)</a>', page)
    assert ["".join(pair) for pair in shown] == (
        ["あ", "安倍", "阿部", "さ", "東海林", "わ", "渡辺", "S", "Smith"]
    )


@pytest.mark.django_db
def test_two_ways_to_compose_a_name_are_one_name():
    apart, composed = "カ\u3099ス田", "ガス田"
    assert Author.named(apart) == Author.named(composed)
    assert Category.named(apart) == Category.named(composed)
    assert Tag.named([apart]) == Tag.named([composed])
    assert Author.named(apart).name == composed == Tag.named([apart])[0].name


@pytest.mark.django_db
def test_a_changed_reading_moves_the_name():
    author = Author.objects.create(name="角田", yomi="かくた", slug="k")
    before = author.reading_key
    author.yomi = "つのだ"
    author.save(update_fields=["yomi"])
    author.refresh_from_db()
    assert bytes(author.reading_key) > bytes(before)


@pytest.mark.django_db
def test_han_that_looks_alike_stays_as_typed():
    name = "\ufa19谷\ufa10"  # 神 and 塚 as they stand in the family register
    assert Author.named(name).name == name


@pytest.mark.django_db
def test_what_was_not_loaded_is_not_read_to_be_cleaned():
    Category.named("国際")
    category = Category.objects.only("name").get()
    category.name = "カ\u3099ス"
    with CaptureQueriesContext(connection) as queries:
        category.save()
    assert not [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert Category.objects.get().name == "ガス"

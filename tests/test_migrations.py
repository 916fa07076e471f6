"""The schema: what the models say, there and back."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from posts.models import Author, Edition, Post, Tag
from tests.cast import begin, minute
from tests.test_guards import is_guarded


def schema():
    """Return the columns and constraints of every table of ours."""
    ask = connection.introspection
    found = {}
    with connection.cursor() as cursor:
        for table in ask.table_names(cursor):
            if table.startswith("posts_"):
                columns = ask.get_table_description(cursor, table)
                constraints = ask.get_constraints(cursor, table).values()
                # Sorted: a table that was remade has its columns in another order.
                found[table] = sorted(map(repr, [*map(tuple, columns), *constraints]))
    return found


@pytest.mark.django_db
def test_the_models_need_no_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_to_zero_and_back():
    post = begin()
    post.publish(None, now=minute(1))
    before = schema()
    try:
        call_command("migrate", "posts", "zero", verbosity=0)
        assert schema() == {}
    finally:
        call_command("migrate", verbosity=0)
    assert schema() == before
    assert not Post.objects.exists()
    assert not Edition.objects.exists()
    assert is_guarded()
    names = Group.objects.values_list("name", flat=True)
    assert sorted(names) == sorted(["ライター", "編集者", "編集長"])


@pytest.mark.django_db(transaction=True)
def test_migrating_again_changes_nothing():
    begin()
    before = schema()
    call_command("migrate", verbosity=0)
    assert schema() == before
    assert Post.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_names_find_their_places_in_the_index():
    author = Author.objects.create(name="角田", yomi="つのだ", slug="tsunoda")
    call_command("migrate", "posts", "0003", verbosity=0)
    call_command("migrate", "posts", verbosity=0)
    assert Author.objects.get().reading_key == author.reading_key


@pytest.mark.django_db(transaction=True)
def test_names_that_older_code_wrote_find_their_places_too():
    made = [
        Author.objects.create(name="角田", yomi="つのだ", slug="tsunoda"),
        *Tag.named(["人工知能"]),
    ]
    for model in (Author, Tag):
        model.objects.update(reading_key=b"")
    call_command("migrate", "posts", "0005", verbosity=0)
    call_command("migrate", "posts", verbosity=0)
    assert [Author.objects.get().reading_key, Tag.objects.get().reading_key] == [
        row.reading_key for row in made
    ]

"""Queries that are built once give what the same query built anew gives."""

import threading

import pytest
from django.db import connection
from django.db.models import CharField, DateTimeField
from django.test.utils import CaptureQueriesContext

from posts.models import Author, Edition, Media, Series, Tag, reading
from posts.models.prepared import Given, Prepared
from tests.cast import begin, minute
from tests.test_media import plain

pytestmark = pytest.mark.django_db

by_slug = Prepared(
    lambda: (
        Edition.objects.during(Given("now", DateTimeField()))
        .filter(slug=Given("slug", CharField()))
        .select_related("series", "cover")
        .defer("plain")
    )
)


def test_each_question_has_its_own_values():
    for number in range(3):
        begin(title=f"第{number}号", slug=f"a{number}").publish(None, now=minute(number))
    titles = [[one.title for one in by_slug(now=minute(5), slug=f"a{n}")] for n in (2, 0, 1, 9)]
    assert titles == [["第2号"], ["第0号"], ["第1号"], []]
    assert by_slug(now=minute(0), slug="a2") == []


def test_a_row_comes_whole_with_what_was_asked_for_and_nothing_else():
    cover = Media.keep(plain(), "海.png")
    series = Series.objects.create(name="連載", slug="s")
    post = begin(slug="a", series=series.pk, cover=cover.pk, body="本文")
    stored = post.publish(None, now=minute(0))
    with CaptureQueriesContext(connection) as asked:
        (found,) = by_slug(now=minute(1), slug="a")
        assert (found.series, found.cover) == (series, cover)
        assert (found.html, found.published_at) == (stored.html, stored.published_at)
    assert len(asked) == 1
    assert found.get_deferred_fields() == {"plain"}


def test_a_value_is_never_taken_for_sql():
    begin(slug="a").publish(None, now=minute(0))
    assert by_slug(now=minute(1), slug="' OR ''='") == []
    assert by_slug(now=minute(1), slug="%s") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in no time")
def test_postgresql_plans_a_query_once():
    begin(slug="a").publish(None, now=minute(0))
    for _ in range(9):
        assert len(by_slug(now=minute(1), slug="a")) == 1
        assert not by_slug(now=minute(1), slug="b")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%"posts_edition"."slug" = ($_)%'],
        )
        assert cursor.fetchall() == [(True,)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in no time")
def test_postgresql_keeps_one_plan_for_large_and_small_numbers():
    for few in range(1, 9):
        reading.lines([*range(few), *range(10**5, 10**5 + 9), *range(10**10, 10**10 + 9)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        statements = [statement for (statement,) in cursor]
    assert len(statements) == len(set(statements)) > 0


def test_a_value_that_lacks_is_refused():
    with pytest.raises(KeyError):
        by_slug(now=minute(1))


@pytest.mark.django_db(transaction=True)
def test_threads_ask_at_once_each_for_its_own():
    for number in range(4):
        begin(title=f"第{number}号", slug=f"a{number}").publish(None, now=minute(0))
    found = {}

    def ask(number):
        try:
            found[number] = {
                one.title for _ in range(50) for one in by_slug(now=minute(1), slug=f"a{number}")
            }
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == {number: {f"第{number}号"} for number in range(4)}


def test_cards_stand_in_the_order_that_was_asked_for():
    authors = [Author.objects.create(name=name, slug=name).pk for name in ("kai", "rin")]
    editions = [
        begin(
            title=f"第{number}号", bylines=((authors[number % 2], ""), (authors[0], "photo"))
        ).publish(None, now=minute(number))
        for number in range(reading.MOST)
    ]
    wanted = [editions[place].pk for place in (3, 0, 7)]
    assert [one.pk for one in reading.cards(wanted)] == wanted
    names = [[row.name for row in one.signed] for one in reading.cards(wanted)]
    assert names == [["rin", "kai"], ["kai", "kai"], ["rin", "kai"]]
    every = [one.pk for one in editions]
    assert [one.pk for one in reading.cards(every)] == every
    assert reading.cards([]) == reading.whole([]) == []


def test_whole_articles_come_with_their_bodies_and_tags():
    tags = [Tag.objects.create(name=name).pk for name in ("紙", "川")]
    edition = begin(body="本文です。", tags=tuple(tags)).publish(None, now=minute(0))
    (found,) = reading.whole([edition.pk])
    with CaptureQueriesContext(connection) as asked:
        assert "本文です。" in found.html
        assert [row.name for row in found.tagged] == ["紙", "川"]
    assert not asked

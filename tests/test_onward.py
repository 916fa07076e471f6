"""Where an article leads on to: the one before, the one after, the parts of its series."""

import re

import pytest

from posts.models import Edition, Series, reading
from posts.views.articles import parts_of_series
from tests.cast import START, begin, minute

pytestmark = pytest.mark.django_db


def publish(title, moment=START, *, dated=None, **fields):
    """Return the public edition of a new article, first published at `dated` elsewhere."""
    return begin(title=title, original_date=dated, now=moment, **fields).publish(None, now=moment)


def chain(edition, *, newer):
    """Return the titles that one passes from `edition` on."""
    titles = []
    while edition and len(titles) < 20:
        titles.append(edition.title)
        edition = reading.neighbours(edition)[newer]
        edition = edition and Edition.objects.public().get(post=edition.post_id)
    return titles


def test_one_leads_to_the_other_through_all():
    editions = [publish(name, minute(number)) for number, name in enumerate("abcd")]
    assert chain(editions[0], newer=True) == list("abcd")
    assert chain(editions[-1], newer=False) == list("dcba")


def test_articles_of_one_moment_lead_on_too():
    before = publish("a", minute(0))
    for name in "bcd":
        publish(name, minute(5), dated=minute(1))
    after = publish("e", minute(6))
    assert chain(before, newer=True) == list("abcde")
    assert chain(after, newer=False) == list("edcba")


def test_a_static_page_leads_nowhere():
    publish("a")
    page = publish("b", minute(1), kind="page")
    assert reading.neighbours(page) == (None, None)
    assert reading.onward(page)[2:] == (None, None)


def test_what_is_related_is_no_neighbour_for_that():
    series = Series.objects.create(name="連載", slug="s")
    moments = [5, 1, 9, 3, 3, 7]
    parts = {1, 4, 5}
    editions = [
        publish(
            f"{number}",
            minute(20),
            dated=minute(moment),
            series=series.pk if number in parts else None,
        )
        for number, moment in enumerate(moments)
    ]
    for edition in editions:
        edition.related = [one.post_id for one in editions if one != edition]
        found = reading.onward(edition)
        assert (found.older, found.newer) == reading.neighbours(edition)
        own = {editions[number].post_id for number in parts} - {edition.post_id}
        assert {one.post_id for one in found.parts} == (own if edition.series_id else set())
        rest = [pk for pk in edition.related if not edition.series_id or pk not in own]
        assert [one.post_id for one in found.related] == rest


def test_the_parts_of_a_series_are_in_their_order_on_every_database(client):
    series = Series.objects.create(name="連載", slug="s")
    for number, part in enumerate([3, None, 1, 2, None]):
        last = publish(
            f"回{number}", minute(number), slug=f"p{number}", series=series.pk, series_part=part
        )
    order = ["回2", "回3", "回0", "回1", "回4"]
    parts = parts_of_series(last, reading.onward(last))
    assert [part.title for part in parts] == order
    page = client.get("/series/s/").content.decode()
    assert re.findall(r"回\d", re.sub("<[^>]+>", "", page.split("<main")[1])) == order

"""Articles of one moment, as imports have them: a new edition of one may pass the others."""

import pytest
from django.db import connection

from posts.models import Edition
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db


def order():
    """Return the slugs as lists have them."""
    return [edition.slug for edition in Edition.objects.public().newest()]


def test_what_changes_places_is_removed():
    posts = [begin(slug=f"p{n}", original_date=minute(-60)) for n in range(4)]
    for post in posts:
        post.publish(None, now=minute(1))
    before = order()
    rewrite(posts[0], "後", now=minute(2))
    connection.removed.names.clear()
    posts[0].publish(None, now=minute(2))
    assert order() != before
    assert {"list:articles", "list:month:202604", "end:newer"} <= connection.removed.names
    # Those that stand before and behind it, where it was and where it is.
    assert {f"post:{posts[n].pk}" for n in (1, 3)} <= connection.removed.names


def test_what_keeps_its_place_removes_no_list():
    posts = [begin(slug=f"p{n}", original_date=minute(-n)) for n in range(3)]
    for post in posts:
        post.publish(None, now=minute(1))
    rewrite(posts[0], "後", now=minute(2))
    connection.removed.names.clear()
    posts[0].publish(None, now=minute(2))
    assert "list:articles" not in connection.removed.names

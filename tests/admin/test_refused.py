"""What is sent to the desk and refused stands in the log, and nobody can fill it so."""

from datetime import timedelta

import pytest

from posts.models import Event, Role, Tag
from tests.admin.desk import at, form
from tests.cast import begin, person

pytestmark = pytest.mark.django_db


def refused():
    """Return who was refused what, oldest first."""
    events = Event.objects.filter(move="refused").order_by("pk")
    return [(event.by.username, event.title, event.post_id) for event in events]


@pytest.mark.parametrize("page", ["move/publish/", "change/", "plan/", "review/", "presence/"])
def test_a_forbidden_move_is_logged_once_an_hour(client, writer, another_writer, page):
    post = begin(writer)
    client.force_login(another_writer)
    for _ in range(2):
        client.post(at(post, page), form(post) | {"note": "公開してほしい"})
    assert refused() == [("another_writer", at(post, page), post.pk)]


def test_a_move_that_is_not_the_roles_is_logged(client, writer):
    post = begin(writer)
    client.force_login(writer)
    client.post(at(post, "move/publish/"))
    client.post("/admin/posts/tag/add/", {"name": "札"})
    assert refused() == [
        ("writer", at(post, "move/publish/"), post.pk),
        ("writer", "/admin/posts/tag/add/", None),
    ]
    assert not Tag.objects.exists()


def test_it_is_logged_for_each_person_and_again_after_an_hour(client, writer, monkeypatch):
    post, one, other = begin(writer), *(person(name, Role.WRITER) for name in "ab")
    for user in (one, other, one):
        client.force_login(user)
        client.post(at(post, "move/submit/"))
    assert [name for name, _, _ in refused()] == ["a", "b"]
    monkeypatch.setattr("posts.models.event.AN_HOUR", timedelta(0))
    client.post(at(post, "move/submit/"))
    assert [name for name, _, _ in refused()] == ["a", "b", "a"]


def test_looking_is_no_move(client, writer, another_writer):
    client.force_login(another_writer)
    client.get(at(begin(writer), "move/publish/"))
    assert refused() == []


def test_strangers_write_nothing_into_it(client, writer, outsider):
    post = begin(writer)
    client.post(at(post, "move/publish/"))
    client.force_login(outsider)
    client.post(at(post, "move/publish/"), {"note": "メモ"})
    assert refused() == []


def test_nobody_fills_it(client, writer, monkeypatch):
    monkeypatch.setattr("posts.models.event.REFUSED_AN_HOUR", 3)
    client.force_login(writer)
    for number in range(5):
        client.post(f"/admin/posts/post/{9000 + number}/move/submit/")
    assert len(refused()) == 3


@pytest.mark.parametrize("pk", ["9" * 18, "9" * 30, "x", "%00"])
def test_odd_numbers_break_nothing(client, writer, pk):
    client.force_login(writer)
    for page in ("change/", "move/submit/"):
        assert client.post(f"/admin/posts/post/{pk}/{page}").status_code in {302, 403, 404}


def test_what_is_done_is_not_refused(client, writer):
    post = begin(writer)
    client.force_login(writer)
    client.post(at(post, "move/submit/"), {"version": post.version})
    assert refused() == []

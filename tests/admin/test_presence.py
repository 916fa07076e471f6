"""Who has a manuscript open: said by tabs alone, and forgotten soon."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Presence
from tests.admin.desk import LIST, at, form, rows, seen
from tests.cast import begin
from tests.test_admin_look import complaints, enter  # noqa: F401

MINE, ANOTHER = "a" * 32, "b" * 32


def browser(user):
    """Return a browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    return client


def ping(user, post, tab=MINE, **more):
    """Let a tab say that it is open, and return the answer."""
    return browser(user).post(at(post, "presence/"), {"tab": tab, **more})


def told(user, post, tab=MINE):
    """Return what a tab is told."""
    return ping(user, post, tab).json()["said"]


@pytest.mark.django_db
def test_a_tab_is_told_who_else_is_there(writer, editor, chief):
    chief.last_name, chief.first_name = "山田", "花子"
    chief.save()
    post = begin(writer)
    assert told(writer, post) == ""
    assert told(editor, post, ANOTHER) == "いまwriterさんが編集中です。"
    assert told(chief, post, "c" * 32) == "いまwriterさんとeditorさんが編集中です。"
    assert "山田 花子さん" in told(writer, post)


@pytest.mark.django_db
def test_another_tab_of_ones_own_is_said_so(writer):
    post = begin(writer)
    told(writer, post)
    assert told(writer, post, ANOTHER) == "この原稿は、別のタブでも開いています。"


@pytest.mark.django_db
def test_a_tab_that_falls_silent_is_gone(writer, editor):
    post = begin(writer)
    told(writer, post)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=20))
    assert told(editor, post, ANOTHER) == ""


@pytest.mark.django_db
def test_a_tab_that_is_closed_is_gone_at_once(writer, editor):
    post = begin(writer)
    told(writer, post)
    assert ping(writer, post, leave="1").status_code == 204
    assert told(editor, post, ANOTHER) == ""


@pytest.mark.django_db
def test_nobody_closes_the_tab_of_another(writer, editor):
    post = begin(writer)
    told(writer, post)
    ping(editor, post, MINE, leave="1")
    assert Presence.objects.get().user == writer


@pytest.mark.django_db
def test_a_tab_is_one_row_in_one_statement(writer):
    post = begin(writer)
    told(writer, post)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        told(writer, post)
    assert Presence.objects.count() == 1
    changes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))]
    assert len([sql for sql in changes if "posts_presence" in sql]) == 1


@pytest.mark.django_db
def test_reading_and_saving_open_no_tab(client, writer):
    post = begin(writer)
    client.force_login(writer)
    client.get(at(post))
    client.post(at(post), form(post, title="保存"))
    client.get(LIST)
    assert not Presence.objects.exists()


@pytest.mark.django_db
def test_whoever_may_only_look_is_told_and_not_there(writer, editor):
    post = begin(writer)
    told(editor, post, ANOTHER)
    post.archive(editor)
    assert told(writer, post) == "いまeditorさんが編集中です。"
    assert Presence.objects.get().user == editor


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["", "x", "a" * 33, "<script>"])
def test_what_is_no_tab_is_not_found(writer, tab):
    post = begin(writer)
    before = rows()
    assert ping(writer, post, tab).status_code == 404
    assert rows() == before


@pytest.mark.django_db
def test_the_list_says_who_else_is_there(client, writer, editor):
    post = begin(writer)
    told(writer, post)
    client.force_login(editor)
    assert "いまwriterさんが編集中" in seen(client.get(LIST))
    client.force_login(writer)
    assert "編集中" not in seen(client.get(LIST))


def test_two_browsers_see_each_other(live_server, page, writer, editor, complaints):  # noqa: F811
    post = begin(writer)
    enter(page, live_server, writer)
    page.goto(f"{live_server.url}{at(post)}")
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.endsWith('/presence/'))"
    )
    other = page.context.browser.new_context(locale="ja-JP").new_page()
    enter(other, live_server, editor)
    other.goto(f"{live_server.url}{at(post)}")
    other.get_by_text("いまwriterさんが編集中です。").wait_for()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("いまeditorさんが編集中です。").wait_for()
    other.close()
    page.wait_for_timeout(500)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("いまeditorさんが編集中です。").wait_for(state="detached")
    assert complaints == []

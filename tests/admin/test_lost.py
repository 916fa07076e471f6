"""What could not be saved is given back: nobody loses a text that was sent."""

import pytest
from django.db import OperationalError, connection

from posts.models import Author, Post, Slug
from tests.admin.desk import ADD, at, form, seen
from tests.cast import begin, rewrite

TEXT = "　一時間かけて書いた<本文>です。"

pytestmark = pytest.mark.django_db


def given_back(answer, status=403):
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]
    assert TEXT in seen(answer)
    assert "<本文>" not in answer.content.decode()
    return True


def test_after_the_login_ended(client, writer):
    post = begin(writer)
    assert given_back(client.post(at(post), form(post, body=TEXT)))
    assert given_back(client.post(ADD, form(body=TEXT)))
    note = client.post(at(post, "move/submit/"), {"note": TEXT})
    assert given_back(note)
    assert post.events.count() == 1


def test_without_a_text_the_login_asks(client, writer):
    answer = client.post(at(begin(writer), "move/submit/"), {"note": ""})
    assert answer["Location"].startswith("/admin/login/")


def test_when_the_manuscript_was_archived_meanwhile(client, writer, editor):
    post = begin(writer)
    client.force_login(writer)
    typed = form(post, body=TEXT)
    post.archive(editor)
    assert given_back(client.post(at(post), typed))
    assert post.revisions.count() == 1


def test_when_somebody_else_signs_now(client, writer, editor):
    author = Author.objects.create(name="書き手", slug="w", user=writer)
    post = begin(editor, bylines=((author.pk, ""),))
    client.force_login(writer)
    typed = form(post, body=TEXT)
    rewrite(post, "編集者の題", editor, bylines=())
    answer = client.post(at(post), typed)
    assert given_back(answer)
    assert "編集者の題" not in seen(answer)


def test_what_is_not_theirs_looks_like_what_is_not_there(client, writer, another_writer):
    post = begin(another_writer)
    client.force_login(writer)
    theirs = client.post(at(post), form(title="題", body=TEXT))
    nobodys = client.post("/admin/posts/post/999999/change/", form(title="題", body=TEXT))
    assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)


def test_when_the_slug_went_to_another_between_check_and_save(client, writer, editor):
    """The form found the slug free; before the verb reserves it, another post has it."""
    other = begin(editor)
    client.force_login(writer)

    def take_it(execute, sql, params, many, context):
        if sql.startswith("INSERT INTO") and "posts_post" in sql and not Slug.objects.exists():
            Slug.objects.create(path="wanted", post=other)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(take_it):
        answer = client.post(ADD, form(slug="wanted", body=TEXT))
    assert given_back(answer, 409)
    assert "「wanted」は別の記事が使っています" in seen(answer)
    assert Post.objects.get() == other


def test_when_the_server_fails(client, writer):
    def fail(execute, sql, params, many, context):
        if "INSERT INTO" in sql and "posts_revision" in sql:
            raise RuntimeError("out of order")
        return execute(sql, params, many, context)

    client.force_login(writer)
    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        answer = client.post(ADD, form(body=TEXT))
    assert answer.status_code == 500
    assert TEXT in seen(answer)
    assert not Post.objects.exists()


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_apart_from_a_mistake(client):
    def fail(*call):
        raise OperationalError("away")

    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        answer = client.get("/posts/x/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert ">503<" in answer.content.decode()

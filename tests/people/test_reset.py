"""A new password by mail: one use, one hour; nobody learns who is here."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts import effects
from posts.letters import tokens
from posts.models import Delivery, Event, LoginFailure, Session
from tests.admin.desk import seen
from tests.people.conftest import PASSWORD, link

pytestmark = pytest.mark.django_db
ASK, DONE = "/admin/reset/", "/admin/reset/sent/"
NEW = "まったく別の合言葉を使います"
BOTH = {"new_password1": NEW, "new_password2": NEW}


def follow(client, address):
    """Open the link of a letter: Django hides the token from the address at once."""
    return client.get(address, follow=True)


def test_a_letter_leads_to_a_new_password(client, known, writer, post_office):
    known(writer)
    Session.objects.create(
        session_key="k" * 32,
        user=writer,
        expire_date=timezone.now() + timedelta(days=1),
        begun_at=timezone.now(),
        seen_at=timezone.now(),
    )
    assert client.post(ASK, {"email": "writer@example.jp"})["Location"] == DONE
    [letter] = post_office()
    page = follow(client, link(letter))
    assert "新しいパスワードを決める" in seen(page)
    assert client.post(page.request["PATH_INFO"], BOTH)["Location"] == "/admin/login/"
    writer.refresh_from_db()
    assert writer.check_password(NEW)
    assert not Session.objects.filter(user=writer).exists()
    assert Event.objects.filter(move="reset", by=writer).exists()
    assert post_office()[-1].subject.endswith("パスワードが変わりました")


def test_a_letter_is_used_once(client, known, writer, post_office):
    known(writer)
    client.post(ASK, {"email": "writer@example.jp"})
    address = link(post_office()[0])
    page = follow(client, address)
    client.post(page.request["PATH_INFO"], BOTH)
    client.logout()
    assert "この住所は使えません" in seen(follow(client, address))


def test_a_letter_ends_after_an_hour(client, known, writer, monkeypatch):
    known(writer)
    made = tokens.make_token(writer)
    later = tokens._now()
    monkeypatch.setattr(tokens, "_now", lambda: later + timedelta(minutes=59))
    assert tokens.check_token(writer, made)
    monkeypatch.setattr(tokens, "_now", lambda: later + timedelta(minutes=61))
    assert not tokens.check_token(writer, made)


def test_a_letter_opens_nothing_for_who_was_shut_out(known, writer):
    known(writer)
    made = tokens.make_token(writer)
    writer.is_active = False
    assert not tokens.check_token(writer, made)


def test_the_answer_is_the_same_for_everybody(client, known, writer, editor, post_office):
    known(writer)
    known(editor)
    editor.is_active = False
    editor.save()
    answers, queries = set(), set()
    for name in ("writer", "editor", "nobody"):
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(ASK, {"email": f"{name}@example.jp"})
        answers.add((answer.status_code, answer["Location"], answer.content))
        queries.add(len(asked))
    assert len(answers) == len(queries) == 1
    assert [letter.to for letter in post_office()] == [["writer@example.jp"]]


def test_an_address_that_only_looks_the_same_gets_nothing(client, known, writer, post_office):
    known(writer)
    client.post(ASK, {"email": "wrıter@example.jp"})
    assert post_office() == []


def test_nobody_is_flooded_with_letters(client, known, writer, post_office):
    known(writer)
    for _ in range(12):
        client.post(ASK, {"email": "writer@example.jp"})
    assert len(post_office()) <= 2  # a quarter of an hour may end meanwhile


def test_a_letter_that_is_late_is_not_sent(client, known, writer, post_office):
    known(writer)
    client.post(ASK, {"email": "writer@example.jp"})
    [delivery] = Delivery.objects.all()
    effects.carry_out(delivery, timezone.now() + timedelta(minutes=61))
    assert post_office() == []


def test_who_was_reached_by_mail_may_log_in_again(client, known, writer, post_office):
    known(writer)
    for _ in range(11):
        client.post("/admin/login/", {"username": "writer", "password": "wrong"})
    client.post(ASK, {"email": "writer@example.jp"})
    page = follow(client, link(post_office()[0]))
    client.post(page.request["PATH_INFO"], BOTH)
    answer = client.post("/admin/login/", {"username": "writer", "password": NEW})
    assert answer.status_code == 302


def test_asking_costs_no_guess_at_the_login(client):
    for number in range(60):
        client.post(ASK, {"email": f"n{number}@example.jp"})
    assert LoginFailure.guess("writer", "127.0.0.1")
    assert Delivery.objects.count() == 50


def test_a_weak_password_is_refused(client, known, writer, post_office):
    known(writer)
    client.post(ASK, {"email": "writer@example.jp"})
    page = follow(client, link(post_office()[0]))
    client.post(page.request["PATH_INFO"], {"new_password1": "short", "new_password2": "short"})
    writer.refresh_from_db()
    assert writer.check_password(PASSWORD)

"""Logging in: guesses are counted, known and unknown names look alike, and all is logged."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import timezone

from posts.models import Event, LoginFailure
from tests.admin.desk import seen
from tests.cast import person
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


class Slow(PBKDF2PasswordHasher):
    """Takes long enough to be seen beside everything else."""

    iterations = 200_000


def guess(client, name="writer", password="wrong", address="192.0.2.1"):
    data = {"username": name, "password": password, "next": "/admin/"}
    return client.post(LOGIN, data, REMOTE_ADDR=address)


def said(answer):
    return seen(answer).replace(" ", "").replace("\n", "")


def moves():
    return list(Event.objects.order_by("pk").values_list("move", "title"))


def test_who_knows_the_password_is_let_in_and_logged(client, known, writer):
    known(writer)
    assert guess(client, password=PASSWORD)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert moves() == [("login", "writer")]


def test_ten_guesses_an_hour_and_then_not_even_the_password(client, known, writer):
    known(writer)
    for number in range(10):
        assert "パスワードが違います" in said(guess(client, address=f"192.0.2.{number}"))
    assert "いまは受け付けません" in said(guess(client, password=PASSWORD))
    now = timezone.now()
    assert LoginFailure.guess("writer", None, now=now + timedelta(minutes=59)) is None
    assert LoginFailure.guess("writer", None, now=now + timedelta(minutes=61))


def test_capitals_are_no_other_account(client, known, writer):
    known(writer)
    for number in range(10):
        guess(client, name="WRITER" if number % 2 else "writer")
    assert "いまは受け付けません" in said(guess(client, password=PASSWORD))


def test_an_address_guesses_fifty_times_whatever_the_names(client):
    answers = [said(guess(client, name=f"name{number}")) for number in range(51)]
    assert "パスワードが違います" in answers[49]
    assert "いまは受け付けません" in answers[50]
    assert "パスワードが違います" in said(guess(client, name="name", address="192.0.2.2"))


def test_a_network_of_ipv6_is_one_address():
    for number in range(50):
        assert LoginFailure.guess(f"name{number}", f"2001:db8::{number:x}")
    assert LoginFailure.guess("name", "2001:db8::ffff") is None
    assert LoginFailure.guess("name", "2001:db8:0:1::1")


def test_who_gets_in_at_last_frees_no_guesses_of_others(client, known, writer):
    known(writer)
    for _ in range(9):
        guess(client, address="198.51.100.1")
    assert guess(client, password=PASSWORD, address="192.0.2.1").status_code == 302
    guess(client, address="198.51.100.1")
    assert "いまは受け付けません" in said(guess(client, address="198.51.100.1"))


def test_own_slips_are_forgotten_with_the_login(client, known, writer):
    known(writer)
    for _ in range(3):
        for _ in range(6):
            guess(client)
        assert guess(client, password=PASSWORD).status_code == 302
    assert not LoginFailure.objects.exists()


def test_known_and_unknown_names_get_the_same_answer(client, known, writer):
    """Also who was shut out, has no password, or waits."""
    known(writer)
    stopped = known(person("stopped"))
    stopped.is_active = False
    stopped.save()
    person("without")
    names = ["writer", "stopped", "without", "nobody"]
    for _ in range(12):
        pages = {
            (answer.status_code, said(answer).replace(name, "…"))
            for name in names
            for answer in [guess(client, name=name, address=f"203.0.113.{names.index(name)}")]
        }
        assert len(pages) == 1
    assert "いまは受け付けません" in pages.pop()[1]


def test_known_and_unknown_names_take_as_long(client, known, writer, settings):
    settings.PASSWORD_HASHERS = ["tests.people.test_login.Slow"]
    known(writer)
    times = {"writer": [], "nobody": []}
    for _ in range(9):
        for name, taken in times.items():
            begun = time.perf_counter()
            guess(client, name=name)
            taken.append(time.perf_counter() - begun)
        LoginFailure.objects.all().delete()
    one, other = (statistics.median(taken) for taken in times.values())
    assert one == pytest.approx(other, rel=0.25)  # a busy machine; without care it is ten times


def test_the_log_names_whom_it_knows_and_no_password(client, known, writer):
    known(writer)
    guess(client)
    guess(client, name="hunter2-typed-into-the-wrong-field")
    for _ in range(12):
        guess(client)
    assert moves()[:2] == [("login_failed", "writer"), ("login_failed", "知らないユーザー名")]
    assert [move for move in moves() if move[0] == "login_refused"] == [("login_refused", "writer")]
    assert "hunter2" not in str(list(Event.objects.values()) + list(LoginFailure.objects.values()))


def test_a_logout_is_logged_and_clears_the_browser(client, writer):
    client.force_login(writer)
    answer = client.post("/admin/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert moves() == [("logout", "writer")]
    assert "Clear-Site-Data" not in client.post("/admin/logout/")


def test_failed_logins_are_forgotten_after_a_day():
    now = timezone.now()
    LoginFailure.guess("writer", None, now=now - timedelta(hours=25))
    LoginFailure.guess("writer", None, now=now - timedelta(hours=23))
    assert LoginFailure.forget(now) == 1


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_no_more_guesses():
    def one(number):
        try:
            return LoginFailure.guess("writer", f"192.0.2.{number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(40))) <= 10
    assert LoginFailure.objects.count() <= 10

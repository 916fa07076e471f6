"""Sessions: whose, which browser, from where, until when; and what ends them."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from posts.models import Event, Person, Session
from posts.sessions import address_of
from tests.admin.desk import seen
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ME, DESK = "/admin/me/", "/admin/posts/post/"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def enter(user, agent=CHROME, address="192.0.2.1"):
    """Return a browser in which `user` has logged in."""
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    answer = browser.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return browser


def is_in(browser):
    return browser.get(DESK).status_code == 200


def back(**by):
    """Let the only session have been used, or begun, some time ago."""
    row = Session.objects.get()
    for name, ago in by.items():
        setattr(row, name, getattr(row, name) - ago)
    row.save()


def test_a_session_knows_whose_where_and_with_what(known, writer):
    enter(known(writer))
    row = Session.objects.get()
    assert (row.user, row.device, row.address) == (writer, "Chrome・Windows", "192.0.2.1")
    assert row.handle not in row.session_key


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome・Windows"),
        (f"{CHROME} Edg/140.0", "Edge・Windows"),
        (SAFARI, "Safari・iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox・Linux",
        ),
        ("curl/8", "不明なブラウザー"),
        ("", "不明なブラウザー"),
    ],
)
def test_browsers_have_names(agent, device):
    assert Session(agent=agent).device == device


def test_use_is_written_at_most_once_a_minute(known, writer, django_assert_num_queries):
    browser = enter(known(writer))
    is_in(browser)
    first = Session.objects.get().seen_at
    is_in(browser)
    assert Session.objects.get().seen_at == first
    back(seen_at=timedelta(seconds=61))
    is_in(browser)
    assert Session.objects.get().seen_at > first


def test_fourteen_days_without_use_end_it(known, writer):
    browser = enter(known(writer))
    assert Session.objects.get().expire_date < timezone.now() + timedelta(days=14)
    back(seen_at=timedelta(days=13), expire_date=timedelta(days=13))
    assert is_in(browser)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(days=13)
    back(expire_date=timedelta(days=14))
    assert not is_in(browser)


def test_thirty_days_end_it_however_much_it_is_used(known, writer):
    browser = enter(known(writer))
    back(begun_at=timedelta(days=29, hours=23), seen_at=timedelta(minutes=5))
    assert is_in(browser)
    assert Session.objects.get().expire_date < timezone.now() + timedelta(hours=2)


def test_a_login_rotates_the_key(known, writer):
    browser = enter(known(writer))
    before = browser.cookies["sessionid"].value
    browser.post("/admin/login/", {"username": "writer", "password": PASSWORD})
    assert browser.cookies["sessionid"].value != before
    assert [row.session_key for row in Session.objects.all()] == [
        browser.cookies["sessionid"].value
    ]


def test_what_has_ended_is_cleared_away(known, writer, editor):
    enter(known(writer))
    back(expire_date=timedelta(days=15))
    enter(known(editor))
    call_command("clearsessions")
    assert Session.objects.get().user == editor


def test_a_key_that_no_database_takes_is_none(client):
    client.cookies["sessionid"] = '"abcdefgh\\000ijkl"'
    assert client.get(DESK).status_code == 302


def test_one_of_the_own_sessions_is_ended(known, writer):
    here, there = enter(known(writer)), enter(writer, SAFARI, "192.0.2.9")
    page = seen(here.get(ME))
    assert "Safari・iPhone" in page
    assert "192.0.2.9" in page
    [other] = Session.objects.filter(address="192.0.2.9")
    assert other.session_key not in here.get(ME).content.decode()
    here.post(f"{ME}sessions/", {"session": other.handle})
    assert is_in(here)
    assert not is_in(there)
    assert Event.objects.filter(move="end_sessions", by=writer).count() == 1


def test_all_others_are_ended(known, writer):
    known(writer)
    browsers = [enter(writer) for _ in range(3)]
    browsers[0].post(f"{ME}sessions/", {"session": "others"})
    assert [is_in(one) for one in browsers] == [True, False, False]


def test_nobody_ends_the_sessions_of_another(known, writer, editor):
    browser, other = enter(known(writer)), enter(known(editor))
    [row] = Session.objects.filter(user=editor)
    for handle in (row.handle, row.session_key, ""):
        browser.post(f"{ME}sessions/", {"session": handle})
    assert is_in(other)


def test_another_password_ends_all_but_this_browser(known, writer, post_office):
    known(writer)
    browsers = [enter(writer) for _ in range(2)]
    new = "まったく別の合言葉を使います"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert browsers[0].post("/admin/password_change/", data).status_code == 302
    assert [is_in(one) for one in browsers] == [True, False]
    assert Session.objects.count() == 1
    [event] = Event.objects.filter(move="password")
    assert (event.by, event.title) == (writer, "writer")
    [letter] = post_office()
    assert letter.to == ["writer@example.jp"]


def test_the_old_password_is_guessed_ten_times_at_most(known, writer):
    browser = enter(known(writer))
    new = "まったく別の合言葉を使います"
    data = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    for _ in range(10):
        browser.post("/admin/password_change/", data)
    answer = browser.post("/admin/password_change/", data | {"old_password": PASSWORD})
    assert "いまは受け付けません" in seen(answer)


def test_who_is_shut_out_has_no_session_left(known, writer, chief):
    browser = enter(known(writer))
    Person.behind(writer).deactivate(by=chief)
    assert not Session.objects.exists()
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("https", "said", "address"),
    [
        (False, "198.51.100.1", "192.0.2.1"),
        (True, "198.51.100.1", "198.51.100.1"),
        (True, "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (True, "nonsense", None),
        (True, "", "192.0.2.1"),
    ],
)
def test_the_address_is_what_the_front_saw(rf, settings, https, said, address):
    settings.HTTPS = https
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": said})
    assert address_of(request) == address

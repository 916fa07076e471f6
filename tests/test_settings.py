"""The environment: a wrong value is named with what to do, never a traceback; secrets once."""

import os
import secrets
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

from cms import env
from cms.mail import PrintedMail
from posts import checks
from tests.database import OURS

ROOT = Path(django_settings.BASE_DIR)


@pytest.fixture
def given(monkeypatch):
    """Set variables of the environment and return the list that problems go to."""
    for name in (*OURS, "SITE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(env, "PROBLEMS", [])

    def given(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return env.PROBLEMS

    return given


def manage(tmp_path, *arguments, **variables):
    """Run manage.py in an environment of these variables alone."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var")} | variables
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


# Values


@pytest.mark.parametrize("value", ["1", "true", "TRUE", " yes ", "On"])
def test_a_flag_is_on(given, value):
    assert given(DEBUG=value) == []
    assert env.flag("DEBUG") is True
    assert env.PROBLEMS == []


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_a_flag_is_off(given, value):
    given(DEBUG=value)
    assert env.flag("DEBUG") is False
    assert env.PROBLEMS == []


def test_a_flag_that_says_neither_is_off_and_named(given):
    problems = given(DEBUG="たぶん")
    assert env.flag("DEBUG") is False
    [problem] = problems
    assert problem.name == "DEBUG"
    assert "DEBUG=" in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("", "http://127.0.0.1:8000"),
        ("https://example.jp", "https://example.jp"),
        ("https://example.jp/", "https://example.jp"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("https://xn--wgv71a119e.jp", "https://xn--wgv71a119e.jp"),
    ],
)
def test_the_address_of_the_site(given, value, url):
    problems = given(SITE_URL=value)
    assert env.site_url() == url
    assert problems == []


@pytest.mark.parametrize(
    "value",
    [
        "example.jp",
        "ftp://example.jp",
        "https://",
        "https://example.jp/blog",
        "https://example.jp?a=b",
        "https://example.jp#a",
        "https://user:password@example.jp",
        "https://example.jp:port",
        "https://example.jp:99999",
        "http://[",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_none_is_named(given, value):
    problems = given(SITE_URL=value)
    assert env.site_url() == "http://127.0.0.1:8000"
    [problem] = problems
    assert problem.name == "SITE_URL"
    assert "https://example.jp" in problem.hint


def test_no_password_is_shown_in_a_problem(given, tmp_path):
    problems = given(DATABASE_URL="mysql://genko:himitsu@db/genko")
    env.database(tmp_path)
    assert "himitsu" not in str(problems)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", "{var}/genko.sqlite3"),
        ("sqlite:///data/a.sqlite3", "data/a.sqlite3"),
        ("sqlite:////srv/a%20b.sqlite3", "/srv/a b.sqlite3"),
    ],
)
def test_an_sqlite_database(given, tmp_path, url, path):
    problems = given(DATABASE_URL=url)
    found = env.database(tmp_path)
    assert found["ENGINE"].endswith("sqlite")
    assert str(found["NAME"]) == path.format(var=tmp_path)
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert problems == []


def test_a_postgresql_database(given, tmp_path):
    problems = given(DATABASE_URL="postgresql://genko:p%40ss@db:5433/paper?sslmode=require")
    found = env.database(tmp_path)
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("genko", "p@ss", "paper")
    assert (found["HOST"], found["PORT"]) == ("db", "5433")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert problems == []


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db/genko",
        "genko.sqlite3",
        "postgresql://db:port/genko",
        "postgresql://db:99999/genko",
        "postgresql://[/genko",
        "sqlite:///",
        "sqlite://",
    ],
)
def test_a_database_that_is_none_is_named(given, tmp_path, url):
    problems = given(DATABASE_URL=url)
    env.database(tmp_path)
    [problem] = problems
    assert problem.name == "DATABASE_URL"
    assert problem.hint


def test_problems_become_checks_with_numbers_and_hints(settings):
    settings.PROBLEMS = [
        env.Problem("SITE_URL", "住所が違います。", "直してください。"),
        env.Problem("DEBUG", "読めません。", "0 か 1 です。"),
    ]
    first, second = checks.environment(None)
    assert (first.id, first.obj, first.hint) == ("genko.E001", "SITE_URL", "直してください。")
    assert (second.id, second.msg) == ("genko.E002", "読めません。")


# The secret


def test_the_secret_is_made_once(given, tmp_path):
    given()
    key = env.secret_key(tmp_path)
    assert len(key) >= 50
    assert env.secret_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_each_installation_has_its_own(given, tmp_path):
    given()
    folders = [tmp_path / "a", tmp_path / "b"]
    keys = set()
    for folder in folders:
        folder.mkdir()
        keys.add(env.secret_key(folder))
    assert len(keys) == 2


@pytest.mark.slow
def test_many_processes_at_once_make_one_secret(tmp_path):
    code = "from cms import env; from pathlib import Path; import sys;"
    code += "print(env.secret_key(Path(sys.argv[1])))"
    environment = {"PATH": os.environ["PATH"]}

    def ask(_):
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.check_output(command, cwd=ROOT, env=environment, text=True)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(16)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_given_secret_is_taken_and_none_is_written(given, tmp_path):
    given(SECRET_KEY="x" * 60)
    assert env.secret_key(tmp_path) == "x" * 60
    assert list(tmp_path.iterdir()) == []


def test_several_hosts_have_to_share_one(given, tmp_path):
    given(DATABASE_URL="postgresql://db/genko")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env.secret_key(tmp_path)


# The whole, as an operator meets it


@pytest.mark.slow
def test_a_production_passes_every_check_of_deployment(tmp_path):
    done = manage(
        tmp_path,
        *("check", "--deploy", "--fail-level", "WARNING"),
        SITE_URL="https://example.jp",
        SECRET_KEY=secrets.token_urlsafe(64),
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.slow
def test_wrong_values_are_named_together_and_no_traceback_is_shown(tmp_path):
    wrong = {"SITE_URL": "example.jp", "DATABASE_URL": "mysql://db/genko", "DEBUG": "maybe"}
    done = manage(tmp_path, "check", **wrong)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in wrong:
        assert f"{name}: (genko.E" in done.stderr
    assert done.stderr.count("HINT: ") == 3


PROBE = """
import json
from django.conf import settings as s
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
names += ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEBUG", "ALLOWED_HOSTS"]
print(json.dumps({name: getattr(s, name) for name in names}))
from django.test import Client
answer = Client().get("/", HTTP_HOST="example.jp")
print(json.dumps([answer.status_code, answer["Location"]]))
answer = Client().get("/healthz", HTTP_HOST="127.0.0.1")
print(json.dumps(answer.status_code))
answer = Client().get("/healthz", HTTP_HOST="example.jp", HTTP_X_FORWARDED_PROTO="https")
print(json.dumps(answer["Strict-Transport-Security"]))
"""


@pytest.mark.slow
def test_https_binds_the_cookies_and_turns_plain_http_away(tmp_path):
    done = manage(tmp_path, "shell", "-v", "0", "-c", PROBE, SITE_URL="https://example.jp")
    values, turned, health, transport = done.stdout.splitlines()
    assert '"SESSION_COOKIE_NAME": "__Host-sessionid"' in values
    assert '"CSRF_COOKIE_NAME": "__Host-csrftoken"' in values
    assert values.count("true") == 3
    assert '"DEBUG": false' in values
    assert '"ALLOWED_HOSTS": ["example.jp", "127.0.0.1"' in values
    assert turned == '[301, "https://example.jp/"]'
    assert health == "200"
    assert transport == '"max-age=31536000"'


@pytest.mark.slow
def test_a_folder_that_cannot_be_made_is_said_and_not_traced(tmp_path):
    (tmp_path / "file").write_text("")
    done = manage(tmp_path, "check", VAR_DIR=str(tmp_path / "file" / "var"))
    assert done.returncode == 1
    assert "VAR_DIR" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_missing_secret_is_said_in_a_sentence(tmp_path):
    done = manage(tmp_path, "migrate", DATABASE_URL="postgresql://db/genko")
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"HOST": "0.0.0.0", "PORT": "80"}, "http://127.0.0.1:80"),
        ({"HOST": "::"}, "http://[::1]:8000"),
        ({"HOST": "192.0.2.1"}, "http://192.0.2.1:8000"),
        ({"HOST": "192.0.2.1", "SITE_URL": "https://example.jp/"}, "https://example.jp"),
    ],
)
def test_the_address_follows_host_and_port(given, url, monkeypatch):
    for name in ("HOST", "PORT", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert env.site_url() == url


# Mail


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "starttls"),
    [
        ("smtp://localhost", "localhost", 25, False, False),
        ("smtp://u:p%40ss@mail.example.jp", "mail.example.jp", 587, False, True),
        ("smtps://u:p%40ss@mail.example.jp", "mail.example.jp", 465, True, False),
        ("smtp://u:p%40ss@mail.example.jp:2525/", "mail.example.jp", 2525, False, True),
    ],
)
def test_a_mail_server(given, url, host, port, tls, starttls):
    problems = given(MAIL_URL=url)
    mailer, sender = env.mail("https://example.jp")
    options = mailer["OPTIONS"]
    assert (options["host"], options["port"]) == (host, port)
    assert (options["use_ssl"], options["use_tls"]) == (tls, starttls)
    assert options["password"] == ("p@ss" if "@mail" in url else "")
    assert sender == "genko@example.jp"
    assert problems == []


def test_without_a_mail_server_mails_are_printed(given):
    problems = given(MAIL_URL="")
    mailer, _ = env.mail("http://127.0.0.1:8000")
    assert mailer["BACKEND"] == "cms.mail.PrintedMail"
    assert problems == []


def test_a_printed_mail_can_be_read(capsys):
    letter = EmailMessage("招待", "住所です。", to=["a@example.jp"])
    PrintedMail(alias="default").send_messages([letter])
    printed = capsys.readouterr().out
    assert "件名: 招待" in printed
    assert "宛先: a@example.jp" in printed
    assert "住所です。" in printed


def test_mails_come_from_whom_the_operator_says(given):
    given(MAIL_URL="smtp://localhost?from=desk@example.jp")
    assert env.mail("https://example.jp")[1] == "desk@example.jp"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.jp",
        "http://mail.example.jp",
        "smtp://",
        "smtp://u:himitsu@mail:port",
        "smtp://u:himitsu@mail:99999",
        "smtp://u:himitsu@mail/path",
        "smtp://u:himitsu@mail?form=a@example.jp",
        "smtp://u:himitsu@mail?from=desk",
        "smtp://u:himitsu@mail?from=a@b%0ABcc:c@d",
        "smtp://[",
    ],
)
def test_a_mail_server_that_is_none_is_named_without_its_password(given, url):
    problems = given(MAIL_URL=url)
    mailer, _ = env.mail("https://example.jp")
    assert mailer["BACKEND"] == "cms.mail.PrintedMail"
    [problem] = problems
    assert problem.name == "MAIL_URL"
    assert problem.hint
    assert "himitsu" not in str(problem)

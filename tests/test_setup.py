"""From a clone to a site that runs: bootstrap.py, `serve`, `worker` and their logins."""

import ast
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import Group, User
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

import bootstrap
from posts import demo_logins, effects
from posts.management.commands import serve
from posts.models import GROUPS

ROOT = Path(bootstrap.__file__).parent
HEALTHY = {"version": [3, 13, 0], "final": True, "cpython": True, "sqlite": True, "pip": True}

# What bootstrap.py asks of a Python: to describe itself, to make a venv, to run pip.
FAKE = """#!/bin/sh
case "$*" in
*"-m venv"*)
    for folder; do :; done
    mkdir -p "$folder/bin" "$folder/lib/python3.13/site-packages/pip"
    cp "$0" "$folder/bin/python" ;;
*"-m pip"*) echo "$*" >> {log}; exit $(cat {status}) ;;
*) echo '{answer}' ;;
esac
"""


def test_the_tests_run_on_the_database_that_was_asked_for(db):
    assert connection.vendor == os.environ["TEST_DATABASE"]


# --- bootstrap.py: which Python ----------------------------------------------------------


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with nothing but an old Python and an empty home; the project is empty too."""
    (tmp_path / "status").write_text("0")
    paths = {"ROOT": ".", "VENV": ".venv", "PYTHON": ".venv/bin/python"}
    paths |= {"STAMP": ".venv/locks", "UNFINISHED": ".venv/mark"}
    for name, path in paths.items():
        monkeypatch.setattr(bootstrap, name, str(tmp_path / "clone" / path))
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone/a.lock").write_text("django==6.1.3")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.setattr(sys, "executable", str(python(tmp_path / "old/python3", (3, 11, 2))))
    # The real machine's own Pythons stay out of the picture.
    monkeypatch.setattr(bootstrap, "NAMES", ["genko-python3.13", "genko-python3"])
    return tmp_path


def python(path, version, **changes):
    """Write a program to `path` that behaves like a Python of `version`."""
    home = next(p for p in path.parents if (p / "status").exists())
    answer = HEALTHY | {"path": str(path), "version": version} | changes
    text = FAKE.format(answer=json.dumps(answer), log=home / "pip.log", status=home / "status")
    return script(path, text)


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def chosen(uv=None):
    found, _ = bootstrap.best_python(uv)
    return found and found["path"]


def test_it_prefers_3_13_to_older_and_newer_ones(machine):
    python(machine / "bin/genko-python3", (3, 14, 1))
    python(machine / "home/.pyenv/versions/3.12.9/bin/python3", (3, 12, 9))
    best = python(machine / "home/.pyenv/versions/3.13.5/bin/python3", (3, 13, 5))
    assert chosen() == str(best)


def test_it_takes_3_12_before_3_14(machine):
    python(machine / "bin/genko-python3", (3, 14, 1))
    best = python(machine / "home/.pyenv/versions/3.12.9/bin/python3", (3, 12, 9))
    assert chosen() == str(best)


def test_it_passes_over_a_shim_that_does_not_start(machine):
    script(machine / "pyenv/shims/genko-python3.13", "#!/bin/sh\nexit 127\n")
    script(machine / "bin/genko-python3", "#!/bin/sh\necho 3.13\n")
    assert chosen() is None


def test_it_does_not_believe_a_shim_that_answers_only_inside_the_project(machine, monkeypatch):
    monkeypatch.chdir(machine / "clone")
    python(machine / "hidden", (3, 13, 0))
    script(
        machine / "bin/genko-python3.13",
        f'#!/bin/sh\n[ "$PWD" = {machine}/clone ] && exec {machine}/hidden "$@"\nexit 1\n',
    )
    assert chosen() is None


def test_it_finds_pyenv_by_the_shims_on_the_path_whatever_home_says(machine, monkeypatch):
    best = python(machine / "opt/pyenv/versions/3.13.0/bin/python3", (3, 13, 0))
    monkeypatch.setenv("PATH", f"{machine}/opt/pyenv/shims:/usr/bin:/bin")
    assert chosen() == str(best)


def test_it_finds_pyenv_by_its_variable(machine, monkeypatch):
    best = python(machine / "opt/versions/3.13.0/bin/python3", (3, 13, 0))
    monkeypatch.setenv("PYENV_ROOT", str(machine / "opt"))
    assert chosen() == str(best)


def test_it_looks_at_the_newest_version_of_pyenv_first(machine):
    for version in ("3.9.18", "3.13.2", "3.13.10"):
        python(machine / f"home/.pyenv/versions/{version}/bin/python3", (3, 13, 0))
    assert "3.13.10" in chosen()


@pytest.mark.parametrize(
    "flaw", [{"sqlite": False}, {"cpython": False}, {"final": False}, {"pip": False}]
)
def test_it_passes_over_a_python_that_lacks_something(machine, flaw):
    python(machine / "bin/genko-python3", (3, 13, 0), **flaw)
    assert chosen() is None


def test_uv_does_without_a_pip(machine):
    best = python(machine / "bin/genko-python3", (3, 13, 0), pip=False)
    assert chosen(uv="/bin/uv") == str(best)


def test_it_never_takes_the_python_of_the_environment_it_makes(machine, monkeypatch):
    python(machine / "clone/.venv/bin/genko-python3", (3, 13, 0))
    monkeypatch.setenv("PATH", f"{machine}/clone/.venv/bin:/usr/bin:/bin")
    assert chosen() is None


def test_it_refuses_an_old_machine_in_two_languages_and_says_what_it_found(machine):
    with pytest.raises(bootstrap.Refusal) as refusal:
        bootstrap.prepare(["a.lock"])
    for words in ("3.11.2", "Python 3.12 以上", "Python 3.12 or newer"):
        assert words in str(refusal.value)


def test_an_old_python_can_read_it():
    source = (ROOT / "bootstrap.py").read_text()
    assert ast.parse(source, feature_version=(3, 6))
    assert "f'" not in source and 'f"' not in source


# --- bootstrap.py: the lock --------------------------------------------------------------


@pytest.fixture
def installed(machine):
    python(machine / "home/.pyenv/versions/3.13.0/bin/python3", (3, 13, 0))
    (machine / "clone/run.lock").write_text("django==6.1.3")
    (machine / "clone/dev.lock").write_text("django==6.1.3\npytest==9.2")
    bootstrap.prepare(["run.lock"])
    return machine


def installs(machine):
    return (machine / "pip.log").read_text().splitlines()


def test_it_installs_the_lock_with_hashes(installed):
    assert len(installs(installed)) == 1
    assert "--require-hashes" in installs(installed)[0]


def test_an_unchanged_lock_costs_nothing(installed):
    bootstrap.prepare(["run.lock"])
    assert len(installs(installed)) == 1


def test_a_changed_lock_is_installed(installed):
    (installed / "clone/run.lock").write_text("django==6.1.4")
    bootstrap.prepare(["run.lock"])
    assert len(installs(installed)) == 2


def test_what_the_tests_need_is_enough_to_run(installed):
    bootstrap.prepare(["dev.lock", "run.lock"])
    bootstrap.prepare(["run.lock"])
    assert len(installs(installed)) == 2


def test_a_failed_install_is_made_good_from_an_empty_folder(installed):
    (installed / "clone/run.lock").write_text("django==6.1.4")
    (installed / "status").write_text("1")
    with pytest.raises(bootstrap.Refusal, match="ネットワーク"):
        bootstrap.prepare(["run.lock"])
    debris = script(installed / "clone/.venv/lib/half-written.py", "")
    (installed / "status").write_text("0")
    bootstrap.prepare(["run.lock"])
    assert not debris.exists()
    assert bootstrap.up_to_date("run.lock")


def test_a_broken_environment_is_made_anew(installed):
    script(installed / "clone/.venv/bin/python", "#!/nowhere/python\n")
    (installed / "clone/.venv/locks").unlink()
    bootstrap.prepare(["run.lock"])
    assert bootstrap.probe(bootstrap.PYTHON)


def test_an_environment_whose_python_is_gone_is_made_anew(installed):
    target = installed / "clone/.venv/bin/python"
    target.unlink()
    target.symlink_to("/nowhere/python3.13")
    bootstrap.prepare(["run.lock"])
    assert bootstrap.probe(bootstrap.PYTHON)


def test_the_tests_run_with_the_versions_that_readers_get():
    def pins(name):
        return set(re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / name).read_text(), re.M))

    assert pins("requirements.lock") < pins("requirements-dev.lock")


def test_a_childs_environment_lets_python_keep_its_bytecode(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in bootstrap.environment()


# --- serve: the address ------------------------------------------------------------------


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_taken_port_is_refused_with_one_that_is_free(taken):
    with pytest.raises(CommandError) as refusal:
        serve.refuse_taken("127.0.0.1", taken)
    offered = int(re.search(r"PORT=(\d+) make run", str(refusal.value))[1])
    assert str(taken) in str(refusal.value)
    serve.refuse_taken("127.0.0.1", offered)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_none_is_refused(port, monkeypatch):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="65535"):
        serve.listening()


def test_a_host_that_is_not_ours_is_refused():
    with pytest.raises(CommandError, match="HOST=192.0.2.1"):
        serve.refuse_taken("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("2001:db8::1", "[2001:db8::1]"),
    ],
)
def test_the_address_shown_can_be_opened(host, shown):
    assert serve.reachable(host) == shown


@pytest.mark.parametrize(
    ("host", "site", "private"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("::1", "http://[::1]:8000", True),
        ("127.0.0.1", "http://localhost:8000", True),
        ("127.0.0.1", "https://example.jp", False),
        ("0.0.0.0", "http://127.0.0.1:8000", False),
        ("192.0.2.1", "http://192.0.2.1:8000", False),
    ],
)
def test_only_this_computer_is_private(host, site, private, settings):
    settings.SITE_URL = site
    assert serve.is_private(host) is private


# --- The logins of the demonstration -----------------------------------------------------


@pytest.fixture
def logins(db, tmp_path, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for role in GROUPS:  # a migration made them; the flush after a committing test took them
        Group.objects.get_or_create(name=role)
    return tmp_path / "logins.json"


def test_there_is_a_login_for_each_role(logins, client):
    for login in demo_logins.offer(logins):
        user = User.objects.get(username=login.username)
        assert user.check_password(login.password)
        assert user.is_staff
        assert list(user.groups.values_list("name", flat=True)) in ([login.role], [])
    assert User.objects.get(is_superuser=True).username == "admin"
    assert User.objects.filter(groups__name="編集長").get().username == "chief"


def test_the_passwords_stay_and_only_the_owner_reads_them(logins):
    first = demo_logins.offer(logins)
    assert demo_logins.offer(logins) == first
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    assert len({login.password for login in first}) == 4


def test_a_lost_file_of_passwords_is_made_again(logins):
    demo_logins.offer(logins)
    logins.unlink()
    again = demo_logins.offer(logins)
    assert User.objects.get(username="writer").check_password(again[0].password)
    assert User.objects.count() == 4


def test_there_are_none_beside_other_users(logins):
    User.objects.create_user("editor")
    assert demo_logins.offer(logins) == []
    assert User.objects.count() == 1


def test_outside_they_are_shut_out_and_nobody_else(logins):
    demo_logins.offer(logins)
    User.objects.create_user("tanaka")
    assert demo_logins.withdraw() == 4
    assert [user.username for user in User.objects.filter(is_active=True)] == ["tanaka"]


def test_a_newsroom_that_shut_them_out_keeps_them_out(logins):
    demo_logins.offer(logins)
    User.objects.create_user("tanaka")
    User.objects.filter(username="admin").update(is_active=False)
    assert "admin" not in [login.username for login in demo_logins.offer(logins)]


def test_back_at_home_they_work_again(logins):
    demo_logins.offer(logins)
    demo_logins.withdraw()
    assert len(demo_logins.offer(logins)) == 4


# --- Real processes ----------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path):
    """The environment of a new site with one article, on the database under test."""
    article = tmp_path / "posts/2025-01-02-hello.md"
    article.parent.mkdir()
    article.write_text("---\ntitle: はじめての記事\n---\n\n本文です。\n", encoding="utf-8")
    found = bootstrap.environment() | {"VAR_DIR": str(tmp_path / "var"), "PORT": str(free())}
    found |= {"POSTS": str(article.parent), "HOST": "127.0.0.1"}
    del found["SITE_URL"]
    if url := os.environ.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS setup")
            server.execute("CREATE DATABASE setup")
        found["DATABASE_URL"] = url.replace("/postgres?", "/setup?")
    return found


def manage(command, environment):
    """Start a command of manage.py as a terminal would: a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(process, words):
    """Return what `process` has written up to the line with `words`, or to its end."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)


@pytest.mark.slow
def test_it_starts_from_nothing_and_ctrl_c_leaves_no_process(environment):
    process = manage("serve", environment)
    try:
        shown = read_until(process, "Ctrl-C")
        assert f"http://127.0.0.1:{environment['PORT']}/admin/" in shown
        assert all(f" {name} " in shown for name in demo_logins.ROLES)
        os.killpg(process.pid, signal.SIGINT)
        # Every process that was started holds this pipe: it ends when the last one does.
        process.communicate(timeout=15)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    serve.refuse_taken("127.0.0.1", int(environment["PORT"]))


@pytest.mark.slow
def test_the_worker_names_a_lost_database_once_and_stops_when_told(environment, tmp_path):
    away = {"DATABASE_URL": f"sqlite:///{tmp_path}/away/genko.sqlite3"}
    process = manage("worker", environment | away)
    assert "データベースにつながりません" in read_until(process, "worker")
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=2.5)
    process.terminate()
    rest, _ = process.communicate(timeout=15)
    assert (process.returncode, rest) == (0, "")


def test_housekeeping_is_done_once_an_hour(db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    now = timezone.now()
    assert [effects.keep_house(now), effects.keep_house(now)] == [1, 0]
    os.utime(tmp_path / "housekeeping", (0, 0))
    assert effects.keep_house(now) == 1

"""Readers while the database is away: what was kept is shown, what was withdrawn is not."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from django.conf import settings

import bootstrap
from tests import nginx

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ["TEST_DATABASE"] != "postgresql", reason="SQLite is a file and never away"
    ),
]

NAME = "away"
RECOVERY = 5  # seconds
CHANGE = """
from dataclasses import replace
from posts.models import *
changed, withdrawn = (Edition.objects.public().get(slug=slug).post for slug in {slugs!r})
changed.write(replace(changed.manuscript, title="書き換えた題"), by=None)
changed.publish(None)
withdrawn.unpublish(None)
"""


class Site:
    """The demonstration on a database of its own, which can be closed to everybody."""

    def __init__(self, folder):
        self.port, self.server = nginx.free(), None
        database = settings.DATABASES["default"]
        self.url = f"postgresql://genko@/{{}}?host={database['HOST']}"
        self.environment = bootstrap.environment() | {
            **{"VAR_DIR": str(folder / "var"), "SITE_URL": f"http://127.0.0.1:{self.port}"},
            **{"PORT": str(self.port), "HOST": "127.0.0.1", "SECRET_KEY": "only-for-tests-" * 5},
            "DATABASE_URL": self.url.format(NAME),
        }

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command,
            cwd=nginx.ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def tell(self, *statements):
        """Tell the server of the database what becomes of this one."""
        with psycopg.connect(self.url.format("postgres"), autocommit=True) as server:
            for statement in statements:
                server.execute(statement)

    def leave(self):
        """Close the database, and every connection to it."""
        self.tell(
            f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'",
        )

    def come_back(self):
        self.tell(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS true")

    def ask(self, address):
        """Return status, headers and text."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, 30)) as server:
            server.request("GET", address)
            answer = server.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("away"))
    site.tell(f"CREATE DATABASE {NAME}")
    server = site.manage("serve")
    try:
        nginx.wait_for(site.port, server)
        yield site
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        site.tell(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_the_site_outlives_its_database(site):
    _, _, feed = site.ask("/feed.xml")
    found = [part.split("/posts/")[1].split("/<")[0] for part in feed.split("<link>")[2:]]
    # None names another: what shows a withdrawn article may not be shown any more either.
    named = site.ask(f"/posts/{found[1]}/")[2]
    apart = [slug for slug in found[2:] if f"/posts/{slug}/" not in named]
    slugs = found[1], apart[0], apart[-1]
    changed, withdrawn, unasked = (f"/posts/{slug}/" for slug in slugs)
    kept = ["/archive/", "/authors/", changed, withdrawn]
    assert [site.ask(address)[0] for address in kept] == [200] * 4
    _, headers, old = site.ask(changed)
    change = site.manage("shell", "-c", CHANGE.format(slugs=slugs[:2]))
    assert change.wait(60) == 0

    site.leave()
    site.ask("/")  # somebody finds out
    began = time.monotonic()
    answers = [site.ask(changed) for _ in range(50)]
    assert time.monotonic() - began < RECOVERY
    assert {answer[2] for answer in answers} == {old}
    assert answers[-1][1]["etag"] == headers["etag"]
    assert [site.ask(address)[0] for address in (*kept[:3], "/healthz")] == [200] * 4
    status, told, _ = site.ask(unasked)
    assert (status, told.get("retry-after")) == (503, "5")
    assert site.ask(withdrawn)[0] == 503
    assert site.ask("/readyz")[0] == 503

    site.come_back()
    end = time.monotonic() + RECOVERY
    while "書き換えた題" not in site.ask(changed)[2]:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert site.ask(unasked)[0] == 200
    assert site.ask(withdrawn)[0] == 404

"""An import that is killed at any statement and run again ends as one clean run."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from tests.imports.sites import SITE, pack, write

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
KILLS = 12
NUMBERS = itertools.count()


class Installation:
    """A site of its own, with an empty database of the kind that the tests run on."""

    def __init__(self, folder, *, migrate=True):
        self.environment = os.environ | {"VAR_DIR": str(folder / "var")}
        if url := os.environ.get("DATABASE_URL"):
            self.environment["DATABASE_URL"] = fresh_database(url)
        if migrate:
            self.python("manage.py", "migrate", "-v", "0", check=True)

    def python(self, *arguments, check=False):
        """Run Python in the root of the project."""
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=check
        )

    def load(self, source, killed_at=0):
        """Import `source`; return the exit code and how many statements that took."""
        done = self.python("-m", "tests.imports.killed", killed_at, source)
        return done.returncode, int(done.stdout or 0)

    def dump(self):
        """Return all that the database holds."""
        return json.loads(self.python("-m", "tests.imports.killed", "--dump", check=True).stdout)


def fresh_database(url):
    """Make an empty database beside that of `url` and return its address."""
    import psycopg

    name = f"killed_{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """The site as a folder and a zip, what one clean run leaves, and its statements."""
    folder = tmp_path_factory.mktemp("clean")
    source = write(folder / "site", SITE)
    packed = pack(folder / "site.zip", SITE)
    site = Installation(folder)
    code, statements = site.load(source)
    assert code == 0
    return source, packed, site.dump(), statements


def test_a_clean_run_brings_everything(clean):
    _, _, dump, statements = clean
    assert len(dump["posts"]) == 8
    assert len(dump["media"]) == 2
    assert statements > KILLS * 5


def test_killed_again_and_again_it_ends_as_one_clean_run(clean, tmp_path):
    source, packed, expected, statements = clean
    site = Installation(tmp_path)
    chance = random.Random(20251209)
    for number in range(KILLS):
        # Each run begins where the last one died, so the number is within what is left.
        at = chance.randint(1, max(2, statements // (number + 2)))
        code, _ = site.load(packed if number % 2 else source, killed_at=at)
        assert code in {-signal.SIGKILL, 0}
    assert site.load(source)[0] == 0
    assert site.dump() == expected


@pytest.mark.parametrize("share", [0.05, 0.3, 0.55, 0.8, 0.99])
def test_killed_once_it_ends_as_one_clean_run(clean, tmp_path, share):
    source, packed, expected, statements = clean
    site = Installation(tmp_path)
    code, _ = site.load(source, killed_at=max(1, int(statements * share)))
    assert code == -signal.SIGKILL
    assert site.dump() != expected
    assert site.load(packed)[0] == 0
    assert site.dump() == expected

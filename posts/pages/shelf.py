"""Where the pages are kept: rows in an SQLite file of their own, and files for nginx.

A row holds a page with everything that makes an answer. Whether it is right is not written there:
the counters say so. Files are for a web server in front, which cannot ask: a removal deletes them.
"""

import json
import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from .answer import Headers
from .counters import pack, unpack

_log = logging.getLogger(__name__)

_SUFFIXES = {"identity": "", "gzip": ".gz", "br": ".br"}
_LONGEST_NAME = 200  # bytes; file systems take 255, with a suffix
_SCHEMA = """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=OFF;
    CREATE TABLE IF NOT EXISTS page (
        key TEXT PRIMARY KEY, generation INTEGER NOT NULL, changed INTEGER NOT NULL,
        until INTEGER NOT NULL, slots BLOB NOT NULL, headers TEXT NOT NULL,
        identity BLOB NOT NULL, gzip BLOB NOT NULL, br BLOB NOT NULL
    );
    CREATE INDEX IF NOT EXISTS page_age ON page (generation);
    CREATE TABLE IF NOT EXISTS file (
        slot INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (slot, key)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS file_key ON file (key);
"""


class Kept(NamedTuple):
    """A page as it is kept.

    Attributes:
        generation: that of the counters, read before its first query.
        changed: the second at which its content last changed.
        until: the microsecond from which it may not be shown even without a database.
        slots: those of the names that it shows.
        headers: without those of an encoding.
        bodies: by encoding.
    """

    generation: int
    changed: int
    until: int
    slots: tuple[int, ...]
    headers: Headers
    bodies: dict[str, bytes]


class Shelf:
    """The pages of one host, in a folder."""

    def __init__(self, folder: Path) -> None:
        """Open the shelf in `folder`, made when it is not there."""
        self.folder, self.files, self._shut = folder, folder / "files", folder / "shut"
        self._path, self._rows = folder / "pages.sqlite3", threading.Lock()
        try:
            self._open()
        except sqlite3.DatabaseError:
            _log.exception("The rows of stored pages are broken.")
            self._begin_anew()
            self._take_all_files()

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            self._path, timeout=5, isolation_level=None, check_same_thread=False
        )
        self._inode = self._path.stat().st_ino
        self._db.executescript(_SCHEMA)

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend the rows to one thread; another process may have begun them anew meanwhile."""
        with self._rows:
            try:
                moved = self._path.stat().st_ino != self._inode
            except FileNotFoundError:
                moved = True
            if moved:
                self._db.close()
                self._open()
            yield self._db

    def get(self, key: str) -> Kept | None:
        """Return the page that is kept under `key`, right or not; None while rows are broken."""
        query = (
            "SELECT generation, changed, until, slots, headers, identity, gzip, br"
            " FROM page WHERE key = ?"
        )
        try:
            with self._lent() as rows:
                row = rows.execute(query, (key,)).fetchone()
        except sqlite3.Error:
            _log.exception("A stored page could not be read.")
            return None
        if row is None:
            return None
        generation, changed, until, slots, headers, *bodies = row
        return Kept(
            generation,
            changed,
            until,
            unpack(slots),
            [(name, value) for name, value in json.loads(headers)],
            dict(zip(_SUFFIXES, bodies, strict=True)),
        )

    def put(self, key: str, page: Kept, path: str | None) -> Kept | None:
        """Keep a page under `key`, and as files if it has a `path` (host and address).

        Under the lock of the counters. Returns the page with the second from which it is as it
        is: that of the page before if they are alike, else a later one than that. None where the
        disk or the file of rows does not take it.
        """
        try:
            return self._put(key, page, path)
        except sqlite3.OperationalError:  # a full disk: other pages are kept already
            _log.exception("A page could not be kept.")
        except sqlite3.Error:
            _log.exception("The rows of stored pages are broken.")
            self._begin_anew()
            self._take_all_files()
        return None

    def _put(self, key: str, page: Kept, path: str | None) -> Kept:
        before = self.get(key)
        if before and before.bodies["identity"] == page.bodies["identity"]:
            page = page._replace(changed=before.changed)
        elif before and before.changed >= page.changed:
            page = page._replace(changed=before.changed + 1)
        with self._transaction() as rows:
            rows.execute(
                "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(key, page.generation, page.changed, page.until, pack(page.slots)),
                    *(json.dumps(page.headers), *page.bodies.values()),
                ),
            )
            if path:
                rows.executemany(
                    "INSERT OR IGNORE INTO file VALUES (?, ?)",
                    [(slot, path) for slot in set(page.slots)],
                )
        if path:
            self._write(path, page)
        return page

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lent() as rows:
            rows.execute("BEGIN IMMEDIATE")
            with rows:  # commits, or rolls back
                yield rows

    def _write(self, path: str, page: Kept) -> None:
        file = self._file(path)
        if file is None:
            return
        try:
            self._write_all(file, page)
        except OSError:  # a full disk, or a folder of this name: the web server has to ask
            _log.exception("No files of a stored page could be written.")
            self._unlink(file)

    def _write_all(self, file: Path, page: Kept) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        for encoding, suffix in _SUFFIXES.items():
            target = file.with_name(file.name + suffix)
            draft = target.with_name(f".{target.name}.{os.getpid()}")
            try:
                draft.write_bytes(page.bodies[encoding])
                os.utime(draft, (page.changed, page.changed))
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)

    def _unlink(self, file: Path) -> None:
        """Delete the files of a page; where a folder has that name there are none."""
        for suffix in _SUFFIXES.values():
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                file.with_name(file.name + suffix).unlink()

    def _file(self, path: str) -> Path | None:
        """Return the file for a path like ``host/posts/slug/``; None where none can be named."""
        parts = path.split("/")
        if not parts[-1]:
            parts[-1] = "index.html"
        fit = all(
            part not in {"", ".", ".."}
            and not part.startswith(".")
            and "\0" not in part
            and len(part.encode(errors="replace")) <= _LONGEST_NAME
            for part in parts
        )
        return self._tree().joinpath(*parts) if fit else None

    def is_shut(self) -> bool:
        """Say whether the files are out of reach of a web server in front."""
        return self._shut.exists()

    def shut(self) -> None:
        """Put the files out of reach of a web server in front; under the counters' lock."""
        if self.files.exists() and not self._shut.exists():
            self.files.rename(self._shut)

    def open(self) -> None:
        """Put them back."""
        if self._shut.exists() and not self.files.exists():
            self._shut.rename(self.files)

    def _tree(self) -> Path:
        return self._shut if self._shut.exists() else self.files

    def take_files(self, slots: Iterable[int] | None) -> None:
        """Delete the files of the pages under these slots (None: all); under the counters' lock.

        Never raises: where a file cannot be deleted by name, all are taken out of reach at once.
        """
        try:
            if slots is not None:
                self._take_files(sorted(set(slots)))
                return
        except (OSError, sqlite3.Error):
            _log.exception("Files of stored pages could not be deleted by name.")
            self._begin_anew()
        self._take_all_files()

    def _take_files(self, slots: list[int]) -> None:
        marks = ", ".join("?" * len(slots))
        with self._transaction() as rows:
            # Only the number of marks is put into the statement.
            found = rows.execute(
                f"SELECT DISTINCT key FROM file WHERE slot IN ({marks})",  # noqa: S608
                slots,
            )
            paths = [path for (path,) in found]
            # Files first: a process that dies here leaves the rows that say which are left.
            for file in filter(None, map(self._file, paths)):
                self._unlink(file)
            rows.executemany("DELETE FROM file WHERE key = ?", [(path,) for path in paths])

    def _take_all_files(self) -> None:
        away = self.folder / f"removed.{os.getpid()}.{time.time_ns()}"
        with suppress(FileNotFoundError):
            self._tree().rename(away)
            shutil.rmtree(away, ignore_errors=True)
        with suppress(sqlite3.Error), self._lent() as rows:
            rows.execute("DELETE FROM file")

    def _begin_anew(self) -> None:
        """Leave a broken file of rows behind: pages can be rendered again."""
        with self._rows:
            self._db.close()
            for file in self.folder.glob("pages.sqlite3*"):
                file.unlink(missing_ok=True)
            with suppress(sqlite3.Error):  # on a full disk the next removal tries again
                self._open()

    def ages(self) -> list[tuple[str, int, tuple[int, ...]]]:
        """Return key, generation and slots of every page, the newest first."""
        with self._lent() as rows:
            found = rows.execute("SELECT key, generation, slots FROM page ORDER BY 2 DESC")
            return [(key, generation, unpack(slots)) for key, generation, slots in found]

    def drop(self, keys: Iterable[str]) -> int:
        """Delete pages. Return how many."""
        with self._transaction() as rows:
            deleted = rows.executemany("DELETE FROM page WHERE key = ?", [(k,) for k in keys])
            return deleted.rowcount

"""A desk with a database that fits into one file: what the page store stands on, without Django.

`Desk` is a ledger (`posts.pages.Ledger`) over a real SQLite file, so that processes share it and
one that dies leaves there what it committed. A page is a text that says which version of what it
shows; `Site` is the application behind the store, which counts its renderings on the disk.
"""

import io
import json
import multiprocessing
import os
import sqlite3
import threading
import time

from django.db import OperationalError

from posts.pages import NEVER, Front, Removed, Store, declare

HOST = "news.example"
TYPE = ("Content-Type", "text/html; charset=utf-8")

stores = []

# New processes come from a server process without threads, where everything is imported already.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["pytest", "tests.pages.desk", "django.http"])

_SCHEMA = """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=OFF;
    CREATE TABLE IF NOT EXISTS version (name TEXT PRIMARY KEY, number INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS removal (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS edition (name TEXT, opens INTEGER, closes INTEGER);
"""


class Desk:
    """The database, and the desk that changes what readers see."""

    def __init__(self, folder, shared=False):
        self.file, self.shared, self.down = folder / "desk.sqlite3", shared, False
        self.asked, self.connections = 0, []
        self._local = threading.local()
        self.db.executescript(_SCHEMA)

    @property
    def db(self):
        """The connection of this process and thread."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.process = os.getpid()
            self._local.db = sqlite3.connect(
                self.file, timeout=20, isolation_level=None, check_same_thread=False
            )
            self.connections.append(self._local.db)
        if self.down:
            raise OperationalError("The database does not answer.")
        return self._local.db

    # The ledger

    def unheard(self, above):
        self.asked += 1
        query = "SELECT id FROM removal WHERE id > ? ORDER BY id"
        return [row for (row,) in self.db.execute(query, (above - 100,)).fetchall()]

    def read(self, rows):
        removed = Removed()
        for row in rows:
            query = "SELECT what FROM removal WHERE id = ?"
            for (what,) in self.db.execute(query, (row,)).fetchall():
                names, withdrawn, boundaries = json.loads(what)
                removed.add(Removed(set(names), set(withdrawn), set(boundaries), {row}))
        return removed

    def turn(self, since, until, now):
        self.asked += 1
        rows = self.db.execute("SELECT name, opens, closes FROM edition").fetchall()
        first, last = (until, now) if now >= until else (now + 1, since)
        removed, moments = Removed(), {0, NEVER}
        for name, opens, closes in rows:
            moments |= {opens, closes}
            if until and (first <= opens <= last or first <= closes <= last):
                removed.names.add(name)
                if not opens <= now < closes:
                    removed.withdrawn.add(name)
        before = max(moment for moment in moments if moment <= now)
        return removed, before, min(moment for moment in moments if moment > now)

    # What the desk does

    def version(self, name):
        """Return the number of times that `name` was changed, as a reader's query finds it."""
        query = "SELECT number FROM version WHERE name = ?"
        return (self.db.execute(query, (name,)).fetchone() or (0,))[0]

    def write(self, *names, withdrawn=(), boundaries=()):
        """Begin a transaction that changes names; return what its commit removes."""
        self.db.execute("BEGIN IMMEDIATE")
        for name in (*names, *withdrawn):
            self.db.execute(
                "INSERT INTO version VALUES (?, 1)"
                " ON CONFLICT (name) DO UPDATE SET number = number + 1",
                (name,),
            )
        what = json.dumps([list(names), list(withdrawn), list(boundaries)])
        row = self.db.execute("INSERT INTO removal (what) VALUES (?)", (what,)).lastrowid
        return Removed(set(names), set(withdrawn), set(boundaries), {row})

    def commit(self):
        self.db.execute("COMMIT")

    def change(self, store, *names, **more):
        """Change names as a verb does: the commit takes their pages along."""
        removed = self.write(*names, **more)
        with store.removing(removed):
            self.commit()

    def plan(self, name, opens, closes=NEVER):
        self.db.execute("INSERT INTO edition VALUES (?, ?, ?)", (name, opens, closes))

    def is_public(self, name, now):
        query = "SELECT 1 FROM edition WHERE name = ? AND opens <= ? AND ? < closes"
        return self.db.execute(query, (name, now, now)).fetchone() is not None


def render(desk, *names):
    """Return a page that shows names, each at the version it has now; long enough to be packed."""
    lines = [f"{name} {desk.version(name)}" for name in names]
    return ("\n".join(lines) + "\n" + "原稿" * 200).encode()


def version_in(answers):
    """Return the version of the first name that a page shows."""
    return int(whole(answers).split(b"\n")[0].rpartition(b" ")[2])


def whole(answers):
    """Return the body that a reader without wishes gets."""
    return b"".join(answers.choose({"REQUEST_METHOD": "GET"}).body)


def keep(store, desk, key, *names, path=None, until=NEVER):
    """Render a page and keep it, as the front does; None when it cannot be kept."""
    generation = store.begin()
    body = render(desk, *names)
    if generation is None:
        return None
    return store.keep(key, generation, names, [TYPE], body, path=path, until=until)


class Site:
    """The application behind the store: every address shows the name that it spells."""

    def __init__(self, desk, folder=None, pause=0.0):
        self.desk, self.folder, self.pause = desk, folder, pause

    def __call__(self, environ, start_response):
        name = environ["PATH_INFO"]
        body = render(self.desk, name)
        if self.folder:
            with open(self.folder / "renderings", "ab") as file:
                file.write(f"{environ['HTTP_HOST']}{name}\n".encode())
        time.sleep(self.pause)
        declare(_Request(environ), {name})
        start_response("200 OK", [TYPE])
        return [body]


class _Request:
    """What `declare` needs of Django's request."""

    def __init__(self, environ):
        self.META = environ


def front(store, behind, *, https=False, hosts=(HOST,)):
    return Front(store, behind, hosts, https=https, cookie="sessionid")


def environ(path="/", method="GET", query="", **headers):
    """Return the environ of a request; `headers` by their names in WSGI, without HTTP_."""
    given = {"HOST": HOST, **headers}
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "wsgi.input": io.BytesIO(),
        **{f"HTTP_{name}": value for name, value in given.items() if value is not None},
    }


def ask(application, *arguments, **headers):
    """Return status, headers and body of an answer, and close it as a server does."""
    heard = []
    body = application(environ(*arguments, **headers), lambda *begun: heard.append(begun[:2]))
    try:
        text = b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()
    status, fields = heard[-1]
    return status, fields, text


def open_store(folder, *, shared=False, clock=None):
    """Return a store and its desk in `folder`, as a process opens them."""
    desk = Desk(folder, shared)
    store = Store(folder / "pages", desk, *([clock] if clock else []))
    stores.append(store)
    return store, desk


def close_stores():
    """Close the files of every store and desk that were opened in this process."""
    while stores:
        store = stores.pop()
        for database in (store.shelf._db, *store.ledger.connections):
            database.close()

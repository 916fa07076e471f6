"""The front: answers from the store, and lets Django render what the store lacks.

Whatever enters Django costs ten times what a finished page costs, so this stands before it. Only
GET and HEAD of readers without a session, of hosts and by the scheme that the site is known by.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest

from .answer import Answers, Headers
from .counters import in_microseconds
from .store import NEVER, SITE, Store

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# What of a query makes another page; everything else (utm_source …) changes nothing.
_VIEWS = frozenset({"tate"})
_THEME = "/theme.css"
_VERSION = re.compile(r"[0-9a-f]{8}")
_DECLARED = "genko.declared"
# Never a page: the desk, files, machines' questions.
_ELSEWHERE = ("/admin/", "/static/", "/media/", "/preview/", "/review/", "/healthz", "/readyz")
# Readers and caches between ask each time whether a page is still right; it costs a 304.
_ALWAYS_ASK = ("Cache-Control", "no-cache")
# Of what has another address for each of its states; a view says so itself.
FOR_EVER = "public, max-age=31536000, immutable"


class Declared:
    """What a view says of its page: the names of what it shows, and until when it may be shown."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.names: set[str] | None = None
        self.until = NEVER
        self.deep = False


def declare(
    request: HttpRequest,
    names: Iterable[str],
    *,
    ends: Iterable[datetime | None] = (),
    deep: bool = False,
) -> None:
    """Say what the page that answers this request shows; without this it is not kept.

    Args:
        request: of the reader.
        names: of everything whose change changes the page.
        ends: when what it shows ends to be visible.
        deep: a page far down a list, which is not kept for a web server in front.
    """
    declared: Declared | None = request.META.get(_DECLARED)
    if declared is None:
        return
    declared.names = (declared.names or set()) | set(names)
    declared.deep = declared.deep or deep
    moments = [in_microseconds(end) for end in ends if end]
    declared.until = min([declared.until, *moments])


def recall[K: Hashable, V](
    request: HttpRequest,
    keys: Sequence[K],
    make: Callable[[list[K]], dict[K, V]],
    names: Callable[[V], Iterable[str]],
) -> list[V]:
    """Return the values of these keys, remembered between pages that are rendered for the store.

    Args:
        request: of the reader.
        keys: of what is wanted: whatever makes another value, behind a word for what it is.
        make: gives the values of keys, all of it read from the database now; they must not be
            changed.
        names: gives the names of what a value shows. The page has to declare them, too.
    """
    declared: Declared | None = request.META.get(_DECLARED)
    found = declared.store.recall(keys, make, names) if declared else make([*keys])
    return [found[key] for key in keys]


def remembers(request: HttpRequest) -> bool:
    """Return whether what is recalled for this request is remembered for others."""
    return _DECLARED in request.META


def recall_one[T](request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """Return what `make` gives, remembered between pages until `name` is removed."""
    return recall(request, [name], lambda _: {name: make()}, lambda _: [name])[0]


class Front:
    """A WSGI application: the store before, another application behind."""

    def __init__(
        self, store: Store, behind: Application, hosts: Iterable[str], *, https: bool, cookie: str
    ) -> None:
        """Stand before an application.

        Args:
            store: of the pages.
            behind: Django.
            hosts: the values of the Host header that are answered from the store.
            https: whether readers come by TLS, which a front says in X-Forwarded-Proto.
            cookie: the name of the session cookie.
        """
        self.store, self.behind = store, behind
        self._hosts = frozenset(hosts)
        self.https, self._cookie = https, cookie  # without "=": Django allows spaces before it

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        key = self._key(environ)
        if key is None:
            return self.behind(environ, start_response)
        answers = self.store.at_hand(key) or self._further(key, environ, start_response)
        if not isinstance(answers, Answers):
            return answers
        status, headers, body = answers.choose(environ)
        start_response(status, headers)
        return body

    def _key(self, environ: Environ) -> str | None:
        """Return the key of what is asked for; None where memory is not even looked into."""
        host: str = environ.get("HTTP_HOST", "")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or host not in self._hosts:
            return None
        if self.https and environ.get("HTTP_X_FORWARDED_PROTO") != "https":
            return None
        if self._cookie in environ.get("HTTP_COOKIE", ""):
            return None
        query, path = environ.get("QUERY_STRING"), str(environ["PATH_INFO"])
        if "\0" in path:
            return None
        return host + path + (_canonical(path, query) if query else "")

    def _further(
        self, key: str, environ: Environ, start_response: StartResponse
    ) -> Answers | Iterable[bytes]:
        """Return the answers of a page that is not in memory, or the answer of what is none."""
        if environ["PATH_INFO"].startswith(_ELSEWHERE):
            return self.behind(environ, start_response)
        return self.store.find(key) or self._render(key, environ, start_response)

    def _render(
        self, key: str, environ: Environ, start_response: StartResponse
    ) -> Answers | Iterable[bytes]:
        """Return the answers of a page rendered now, or the answer of what is no such page."""
        if self.store.is_down() and (answers := self.store.last_good(key)):
            return answers
        if self.store.is_unkept(key):
            body = self.behind(environ, start_response)
            return body if environ["REQUEST_METHOD"] == "GET" else _close(body)
        with self.store.flight(key):
            if answers := self.store.find(key):  # somebody else rendered it meanwhile
                return answers
            return self._ask(key, environ, start_response)

    def _ask(
        self, key: str, environ: Environ, start_response: StartResponse
    ) -> Answers | Iterable[bytes]:
        generation = self.store.begin()
        declared, heard = Declared(self.store), _Heard()
        asked = environ | {"REQUEST_METHOD": "GET", _DECLARED: declared}
        body = self.behind(asked, heard)
        if heard.status.startswith("503"):
            self.store.note_down()
            if answers := self.store.last_good(key):
                _close(body)
                return answers
        headers = _everybodys(heard)
        if declared.names is None or headers is None or generation is None:
            if generation is not None:
                self.store.note_unkept(key, generation)
            start_response(heard.status, heard.headers)
            return body if environ["REQUEST_METHOD"] == "GET" else _close(body)
        whole = b"".join(_closing(body))
        lasting = any(name.lower() == "cache-control" for name, _ in headers)
        tags = ("Cache-Tag", ",".join(sorted({SITE, *declared.names})))
        answers = self.store.keep(
            key,
            generation,
            declared.names,
            [*headers, *([] if lasting else [_ALWAYS_ASK]), tags],
            whole,
            until=declared.until,
            path=None if declared.deep or "\0" in key else _path(key),
        )
        if answers:
            return answers
        start_response(heard.status, heard.headers)
        return [whole] if environ["REQUEST_METHOD"] == "GET" else []


class _Heard:
    """Stands for the server: hears how an answer begins."""

    status = ""

    def __init__(self) -> None:
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers


def _everybodys(heard: _Heard) -> Headers | None:
    """Return the headers of a page that is the same for every reader; None for any other."""
    known = {name.lower(): value.lower() for name, value in heard.headers}
    vary = ",".join(value.lower() for name, value in heard.headers if name.lower() == "vary")
    varies = {part.strip() for part in vary.split(",")} - {""}
    if not heard.status.startswith("200") or not varies <= {"accept-encoding"}:
        return None
    if "set-cookie" in known or known.get("cache-control", FOR_EVER) != FOR_EVER:
        return None
    own = {"vary", "content-length", "etag", "last-modified"}
    return [(name, value) for name, value in heard.headers if name.lower() not in own]


def _canonical(path: str, query: str) -> str:
    """Return what of a query makes another page, behind what no path can hold."""
    asked = dict(parse_qsl(query))
    version, view = asked.get("v", ""), asked.get("view")
    if path == _THEME:
        return f"\0v={version}" if _VERSION.fullmatch(version) else ""
    return f"\0view={view}" if view in _VIEWS else ""


def _path(key: str) -> str | None:
    """Return host and address as file names have them; None where they are no UTF-8.

    WSGI has the bytes of an address as the characters of Latin-1.
    """
    try:
        return key.encode("latin-1").decode()
    except UnicodeError:
        return None


def _closing(body: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from body
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> list[bytes]:
    """End an answer whose body nobody wants."""
    if close := getattr(body, "close", None):
        close()
    return []

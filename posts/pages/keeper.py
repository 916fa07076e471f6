"""The keeper: a thread in each web process that looks after the store between requests.

A web server in front hands out files without asking anybody, and a quiet site has no request that
would come after a boundary. So the keeper looks twice a second whether the time, another host or a
dead process changed anything; and after a change it renders the front pages before a reader comes.
"""

import io
import logging
import sqlite3
import sys
import threading
from collections.abc import Iterable
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections

from .front import Front

_log = logging.getLogger(__name__)

_PAUSE = 0.4  # seconds
_WARM = ("/", "/feed.xml")


class Keeper(threading.Thread):
    """Looks after the store of a front."""

    def __init__(self, front: Front, host: str) -> None:
        """Look after the store of `front`, and keep the front pages of `host` warm."""
        super().__init__(name="keeper", daemon=True)
        self.front, self.host = front, host
        self._warmed = 0

    def run(self) -> None:
        """Look, for as long as the process lives."""
        pause = threading.Event()
        while not pause.wait(_PAUSE):
            self.look()

    def look(self) -> None:
        """Look once; what goes wrong is told, and the next round is tried all the same."""
        try:
            close_old_connections()
            if self.front.store.listen():
                self.warm()
        except (DatabaseError, OSError, sqlite3.Error):
            _log.exception("The stored pages could not be looked after.")

    def warm(self) -> None:
        """Render the front pages if anything was removed since the last time."""
        generation = self.front.store.begin()
        if generation is None or generation == self._warmed:
            return
        for path in _WARM:
            _drain(self.front(self._request(path), _say_nothing))
        self._warmed = generation

    def _request(self, path: str) -> dict[str, Any]:
        scheme = "https" if self.front.https else "http"
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_PROTO": scheme,
            "SERVER_NAME": self.host.partition(":")[0],
            "SERVER_PORT": self.host.partition(":")[2] or "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }


def _say_nothing(status: str, headers: Any, exc_info: Any = None) -> None:
    """Stand for a server that nobody waits at."""


def _drain(body: Iterable[bytes]) -> None:
    for _ in body:
        pass
    if close := getattr(body, "close", None):
        close()

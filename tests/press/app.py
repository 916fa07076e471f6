"""The processes of the machine: web servers with the store and without, and desks that work.

All are forked from one process that never asks the database. They share a clock, which stands
still until it is set: nothing opens or closes between two questions.
"""

import gc
import mmap
import multiprocessing
import signal
import socket
from functools import partial

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.urls import get_resolver
from django.utils import timezone

from cms.press import front
from posts import feeds, paging
from posts.models import ledger
from posts.pages import Store, in_microseconds, moment_of
from tests.postgresql import end_with_parent
from tests.press import desk
from tests.press.deaths import deadly

FORK = multiprocessing.get_context("fork")
HOST = "testserver"


class Clock:
    """A time of day in memory that all forked processes share."""

    def __init__(self):
        self._cell = memoryview(mmap.mmap(-1, 8)).cast("q")

    def set(self, moment):
        self._cell[0] = in_microseconds(moment)

    def now(self):
        return moment_of(self._cell[0])

    def microseconds(self):
        return self._cell[0]


def adjust(clock):
    """Let this process and its children go by `clock`, and have short lists."""
    get_resolver()._populate()  # read once, before the forks
    gc.freeze()
    timezone.now = clock.now
    ledger.Store = partial(Store, clock=clock.microseconds)
    paging.PER_PAGE = feeds.LENGTH = desk.PER_PAGE


class Handler(WSGIRequestHandler):
    """Answers on connections that stay open, at once and without a log."""

    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *arguments):
        pass


class Web:
    """A web server in a process of its own, on a port that outlives it.

    Attributes:
        host: the folder that stands for its host; None is a server without a store.
    """

    def __init__(self, host):
        self.host = host
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def start(self):
        self.process = FORK.Process(target=self._serve, daemon=True)
        self.process.start()

    def kill(self):
        self.process.kill()
        self.process.join()

    def _serve(self):
        end_with_parent()
        application = WSGIHandler()
        if self.host:
            move_to(self.host)
            application = front(application)
        server = ThreadedWSGIServer((HOST, 80), Handler, bind_and_activate=False)
        server.socket, server.server_name, server.server_port = self.listener, HOST, 80
        server.setup_environ()
        server.set_app(application)
        server.serve_forever()


class Desk:
    """A process on a host that does what it is told: calls of functions in tests.press.desk."""

    def __init__(self, host):
        self.host = host
        self.pipe, end = FORK.Pipe()
        self.process = FORK.Process(target=self._work, args=(end,), daemon=True)
        self.process.start()

    def send(self, name, arguments):
        self.pipe.send((name, arguments))

    def hear(self):
        """Return what became of the call; raise what no desk should meet."""
        if not self.pipe.poll(60):
            raise TimeoutError("The desk does not answer.")
        answer = self.pipe.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def ask(self, name, **arguments):
        self.send(name, arguments)
        return self.hear()

    def _work(self, end):
        end_with_parent()
        move_to(self.host)
        while True:
            name, arguments = end.recv()
            try:
                end.send(desk.do(name, arguments))
            except Exception as error:
                end.send(error)


def die(host, where, name, arguments):
    """Do something in a process of its own on `host` that is killed at its first commit."""
    process = FORK.Process(target=_die, args=(host, where, name, arguments), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode


def _die(host, where, name, arguments):
    move_to(host)
    deadly(where)
    desk.do(name, arguments)


def move_to(host):
    """Let this process live on `host`."""
    settings.VAR_DIR = host

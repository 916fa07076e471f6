"""Do what is due, every second, until SIGTERM or SIGINT."""

import logging
import signal
import sys
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connections

INTERVAL = 1.0  # seconds between two looks
PATIENCE = 10.0  # seconds that the delivery in hand has left after a signal


class Command(BaseCommand):
    help = "期限の来た仕事（通知、画像の用意、後片付け）を続けて行います。Ctrl-C で終わります。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        # The pool would say on each attempt what `report` says once.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        self.away = False
        self.stopped = threading.Event()
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while not self.stopped.is_set():
            self.beat()
            self.stopped.wait(INTERVAL)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """End after the delivery in hand; what takes too long is cut off, its row comes back.

        While the database is away, there is nothing in hand.
        """
        self.stopped.set()
        signal.signal(signal.SIGALRM, lambda *_: sys.exit(0))
        signal.setitimer(signal.ITIMER_REAL, 0.5 if self.away else PATIENCE)

    def beat(self) -> None:
        """Do what is due now; a database that is away is waited for, and named once."""
        from posts.effects import tick

        try:
            close_old_connections()
            tick(stopped=self.stopped.is_set)
            self.report(away=False)
        except (OperationalError, InterfaceError) as error:
            connections.close_all()
            self.report(away=True, reason=str(error).splitlines()[0])

    def report(self, *, away: bool, reason: str = "") -> None:
        """Say when the database goes away and when it is back: one line each."""
        if away != self.away:
            back = "worker: データベースにまたつながりました。"
            gone = f"worker: データベースにつながりません。つながるまで待ちます（{reason}）。"
            self.stderr.write(gone if away else back)
        self.away = away

"""What is done by the worker, outside any request: due side effects and housekeeping."""

import time
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from posts.models import retire

HOUSEKEEPING = 60 * 60  # seconds between two rounds on one host


def tick(now: datetime | None = None) -> int:
    """Do what is due at `now` (aware; default: now) and return how many things were done.

    Doing it twice, or on several hosts at once, changes nothing more.
    """
    return keep_house(now or timezone.now())


def keep_house(now: datetime) -> int:
    """Take closed editions out of the indexes, delete expired sessions, at most once an hour."""
    stamp = settings.VAR_DIR / "housekeeping"
    if stamp.exists() and time.time() - stamp.stat().st_mtime < HOUSEKEEPING:
        return 0
    retire(now)
    call_command("clearsessions")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    stamp.touch()
    return 1

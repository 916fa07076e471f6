"""What is done by the worker, outside any request: due deliveries and housekeeping."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from posts import letters
from posts.models import (
    Delivery,
    Edition,
    LoginFailure,
    Notice,
    Presence,
    Removal,
    absolute,
    recount,
    relate,
    retire,
    store,
    thin,
)
from posts.notices import mail, tell_live, warn

logger = logging.getLogger(__name__)

HOUSEKEEPING = 60 * 60  # seconds between two rounds on one host
HEARD = timedelta(days=1)  # by then every host has done a removal, or begins anew
BATCH = 50  # rows that are claimed at once
TURN = 2.0  # seconds after which the next kind has its turn
RELATED = 20  # editions in one round for which related articles are looked for

Effect = Callable[[Delivery, datetime], None]


def announce(delivery: Delivery, now: datetime) -> None:
    """Say in the server's log and to the writers that an article is live, if it still is."""
    edition = Edition.objects.public(now).filter(pk=delivery.payload["edition"]).first()
    if edition:
        logger.info("公開: %s", absolute(edition.get_absolute_url()))
        tell_live(edition, now)


# How each kind is carried out. An effect may come twice and has to be harmless then; it raises
# what went wrong. No transaction is open around it: SQLite has one writer, which a slow target
# must not hold. An effect that writes rows opens its own.
KINDS: dict[str, Effect] = {"live": announce, "mail": mail, **letters.KINDS}


def tick(now: datetime | None = None, stopped: Callable[[], bool] = lambda: False) -> int:
    """Do what is due at `now` (aware; default: the clock) and return how many things were done.

    Doing it twice, or on several hosts at once, changes nothing more. It ends early, after the
    delivery in hand, once `stopped` says so.
    """
    done = keep_house(now or timezone.now()) + relate(RELATED)
    while not stopped() and (kinds := due_kinds(now or timezone.now())):
        warn(now or timezone.now())
        done += sum(deliver(kind, now, stopped) for kind in kinds)
    return done


def due_kinds(now: datetime) -> list[str]:
    """Return the kinds of which something is due; only those that this code knows."""
    due = Delivery.objects.due(now).filter(kind__in=KINDS)
    return sorted(due.values_list("kind", flat=True).distinct())


def deliver(kind: str, now: datetime | None, stopped: Callable[[], bool]) -> int:
    """Give one kind its turn and return how many deliveries succeeded.

    A turn is short, so that no kind waits for a slow one.
    """
    taken = Delivery.objects.claim(kind, now or timezone.now(), BATCH)
    end, done = time.monotonic() + TURN, 0
    for place, delivery in enumerate(taken):
        if stopped() or time.monotonic() > end:
            Delivery.objects.release(taken[place:])
            break
        done += carry_out(delivery, now or timezone.now())
    return done


def carry_out(delivery: Delivery, now: datetime) -> bool:
    """Try one delivery and return whether it succeeded."""
    if not delivery.begin(now):
        return False
    with Attempt(delivery) as attempt:
        KINDS[delivery.kind](delivery, now)
        delivery.finish(now)
    return not attempt.failed


class Attempt:
    """Writes down what an effect raises: into its row and the log. The other rows go on.

    Whatever it is: a mistake in one effect must not stop the rest of the paper.
    """

    failed = False

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.failed = isinstance(error, Exception)
        if self.failed:
            logger.warning("配信できませんでした: %s", self.delivery.key, exc_info=error)
            self.delivery.fail(f"{type(error).__name__}: {error}")
        return self.failed


def keep_house(now: datetime) -> int:
    """Take away what nobody needs any more, at most once an hour.

    Closed editions leave the indexes, and articles are counted; expired sessions, failed logins,
    old deliveries, notices and removals are deleted, autosaves are thinned, and stored pages go
    that not even a lost database would bring back. The chiefs are told of deliveries given up.
    """
    stamp = settings.VAR_DIR / "housekeeping"
    if stamp.exists() and time.time() - stamp.stat().st_mtime < HOUSEKEEPING:
        return 0
    retire(now)
    recount()
    warn(now)
    Delivery.objects.forget(now)
    LoginFailure.forget(now)
    Notice.objects.forget(now)
    Removal.objects.filter(at__lt=now - HEARD).delete()
    thin(now)
    Presence.objects.forget(now)
    store().forget()
    call_command("clearsessions")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    stamp.touch()
    return 1

"""Deliveries: side effects as rows, written with what causes them, carried out by the worker.

A delivery is done at least once; its key makes a second time harmless. Each attempt is
written down before it is made, so a worker that dies in it counts like any other failure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Count, F, Min, Q

from posts.models.edition import Edition
from posts.models.revision import Revision

if TYPE_CHECKING:
    from posts.models.post import Post

# The kinds that tell of each edition, due when it becomes visible.
NEWS = ("live",)

# What the desk calls the kinds. No choices of the column: a new kind needs no migration.
LABELS = {
    "live": "公開の記録",
    "mail": "お知らせのメール",
    "invitation": "招待のメール",
    "reset": "パスワード再設定のメール",
    "account": "ログインの変更を知らせるメール",
}

# A worker that has not finished a row in this time is taken for dead. No effect may take longer.
LEASE = timedelta(minutes=1)

# How long to wait after each failed attempt. After the last attempt the row is dead.
BACKOFF = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 2 * 3600, 6 * 3600, 24 * 3600)
)
ATTEMPTS = len(BACKOFF) + 1

LATE = timedelta(minutes=2)  # a delivery so long overdue says that no worker runs
KEPT = timedelta(days=30)  # how long done rows stay, for whoever asks what was sent
ERROR_LENGTH = 500
CUT_SHORT = "途中で止まりました（worker の終了か、時間切れです）。"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the desk should know of the deliveries that are not done."""

    late: timedelta | None  # how long the oldest waits, once it is more than LATE
    dead: int

    def __bool__(self) -> bool:
        return bool(self.late or self.dead)

    @property
    def minutes(self) -> int:
        """How late the oldest is, in whole minutes."""
        return int(self.late / timedelta(minutes=1)) if self.late else 0


class DeliveryQuerySet(models.QuerySet[Any]):
    """Deliveries, as verbs plan them and workers take them."""

    def plan(self, deliveries: Iterable[Any]) -> None:
        """Store new deliveries; one whose key is known changes nothing."""
        self.bulk_create(deliveries, ignore_conflicts=True)

    def follow(self, post: "Post", now: datetime) -> None:
        """Make the news of `post` that lie ahead those of its timeline, after a verb at `now`.

        What is not planned any more is cancelled, what was moved is moved. Editions from before
        the verb were planned by theirs. An imported text that keeps its old date is no news.
        """
        editions = post.editions.filter(visible_from__gte=now).exclude(
            revision__why=Revision.Why.IMPORT, published_at__lt=F("visible_from")
        )
        planned = [
            Delivery.of(kind, edition)
            for edition in editions.only("post_id", "visible_from")
            for kind in NEWS
        ]
        stands = Q(pk__in=[])
        for one in planned:
            stands |= Q(key=one.key, due_at=one.due_at)
        ahead = self.filter(post=post, kind__in=NEWS, due_at__gt=now, attempts=0, done_at=None)
        ahead.exclude(stands).delete()
        self.plan(planned)

    def due(self, now: datetime) -> Self:
        """Return what is to be done at `now` and in nobody's hands."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, done_at=None, dead=False, due_at__lte=now)

    def claim(self, kind: str, now: datetime, count: int) -> list["Delivery"]:
        """Take up to `count` due rows of `kind` on lease and return them.

        What never failed comes first: a target that is down keeps nobody waiting. Of several
        workers each gets others: rows that one looks at are passed over (PostgreSQL), or one
        looks after the other (SQLite, where a transaction takes the lock when it begins).
        """
        with transaction.atomic():
            rows = self.due(now).filter(kind=kind).order_by("attempts", "due_at", "pk")
            taken: list[Delivery] = list(rows.select_for_update(skip_locked=True)[:count])
            until = now + LEASE
            self.filter(pk__in=[one.pk for one in taken]).update(leased_until=until)
        for one in taken:
            one.leased_until = until
        return taken

    def release(self, taken: Sequence["Delivery"]) -> None:
        """Give back rows that were claimed at once and not begun."""
        if taken:
            ours = self.filter(pk__in=[one.pk for one in taken])
            ours.filter(leased_until=taken[0].leased_until).update(leased_until=None)

    def revive(self, now: datetime) -> int:
        """Try dead rows again, from the start, and return how many."""
        return self.filter(dead=True, done_at=None).update(dead=False, attempts=0, due_at=now)

    def forget(self, now: datetime) -> int:
        """Delete what was done long ago and return how many."""
        return self.filter(done_at__lt=now - KEPT).delete()[0]

    def overdue(self, now: datetime) -> Self:
        """Return what should have been done by now, then what was given up; oldest first."""
        late = Q(dead=True) | Q(due_at__lt=now - LATE)
        return self.filter(late, done_at=None).order_by("dead", "due_at", "pk")

    def backlog(self, now: datetime) -> Backlog:
        """Return how late the oldest delivery is and how many are dead; one query."""
        waiting = self.filter(done_at=None).aggregate(
            oldest=Min("due_at", filter=Q(dead=False)), dead=Count("pk", filter=Q(dead=True))
        )
        late = now - (waiting["oldest"] or now)
        return Backlog(late if late > LATE else None, waiting["dead"])


class Delivery(models.Model):
    """One side effect: of which kind, with what, when it is due, and how it went."""

    kind = models.CharField("種類", max_length=30)  # posts/effects.py says how each is done
    key = models.CharField("鍵", max_length=200, unique=True)
    payload = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)
    post = models.ForeignKey(
        "posts.Post", models.CASCADE, null=True, related_name="deliveries", verbose_name="原稿"
    )
    due_at = models.DateTimeField("予定")
    attempts = models.PositiveSmallIntegerField("試した回数", default=0)
    leased_until = models.DateTimeField("作業中", null=True)
    last_error = models.TextField("最後のエラー", blank=True)
    done_at = models.DateTimeField("完了", null=True)
    dead = models.BooleanField("あきらめた", default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "届かなかった配信"  # what the desk lists
        indexes = [
            # Few rows are ever open: what the worker and the alarm ask reads only those.
            models.Index(
                fields=["due_at"], condition=Q(done_at__isnull=True), name="delivery_open"
            ),
            models.Index(fields=["done_at"], name="delivery_done"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """What the desk calls its kind."""
        return LABELS.get(self.kind, self.kind)

    @classmethod
    def of(cls, kind: str, edition: Edition) -> Self:
        """Return the delivery of `kind` that is due when `edition` becomes visible."""
        return cls(
            kind=kind,
            key=f"{kind}:{edition.pk}",
            payload={"edition": edition.pk},
            post_id=edition.post_id,
            due_at=edition.visible_from,
        )

    def begin(self, now: datetime) -> bool:
        """Write down an attempt before it is made; return whether the row is still ours.

        The row already stands as it would after a failure: next due later, dead after the last.
        """
        self.attempts += 1
        dead = self.attempts >= ATTEMPTS
        lease, until = self.leased_until, now + LEASE
        changed: dict[str, Any] = {
            "attempts": self.attempts,
            "due_at": now if dead else now + BACKOFF[self.attempts - 1],
            "dead": dead,
            "last_error": CUT_SHORT,
            "leased_until": until,
        }
        self.leased_until = until
        return bool(self._rows.filter(leased_until=lease, done_at=None).update(**changed))

    def finish(self, now: datetime) -> None:
        """Note that it is done."""
        self._rows.update(done_at=now, dead=False, leased_until=None, last_error="")

    def fail(self, error: str) -> None:
        """Note why it failed, unless somebody else has the row by now."""
        said = error.replace("\0", "").encode(errors="replace").decode()[:ERROR_LENGTH]
        ours = self._rows.filter(leased_until=self.leased_until, done_at=None)
        ours.update(leased_until=None, last_error=said)

    @property
    def _rows(self) -> DeliveryQuerySet:
        return Delivery.objects.filter(pk=self.pk)

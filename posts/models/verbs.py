"""How a verb moves a post: it locks, refuses, changes, logs, and says what follows."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from posts.models.compose import refresh_waiting
from posts.models.content import Content
from posts.models.counts import uncount
from posts.models.delivery import Delivery
from posts.models.edition import HEAVY, Composed, Edition
from posts.models.event import Event
from posts.models.moves import MOVES, PUBLIC, Refused, Status, User, permitted
from posts.models.notice import Notice
from posts.models.removal import in_order, remove
from posts.models.revision import Revision
from posts.models.shown import moved
from posts.models.timeline import Timeline
from posts.models.turns import while_no_merge

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Verbs(Content):
    """Where a manuscript stands at the desk, and what all verbs share."""

    class Kind(models.TextChoices):
        """Where the post appears."""

        ARTICLE = "article", "記事"
        PAGE = "page", "固定ページ"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("種類", max_length=10, choices=Kind, default=Kind.ARTICLE)
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField("版", default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="posts",
        verbose_name="作成者",
    )
    created_at = models.DateTimeField("作成日時", editable=False)
    edited_at = models.DateTimeField("最終保存", editable=False)
    archived_at = models.DateTimeField("保管日時", null=True, editable=False)
    planned_on = models.DateField(
        "掲載予定日", null=True, blank=True, help_text="予定表のための日付です。公開はされません。"
    )

    class Meta:
        abstract = True

    editions: "RelatedManager[Edition]"

    def is_own(self, user: User) -> bool:
        """Return whether `user` began this manuscript or signs it."""
        if user is None or user.pk is None:
            return False
        if user.pk == self.created_by_id:
            return True
        # Not a query of its own: lists have the signatures at hand.
        return any(byline.author.user_id == user.pk for byline in self.bylines.all())

    def live(self, now: datetime | None = None) -> Edition | None:
        """Return the edition that readers see at `now`."""
        return self.timeline(now).live

    def waiting(self, now: datetime | None = None) -> Edition | None:
        """Return the edition that lies in the future of `now`; there is at most one."""
        return self.timeline(now).waiting

    def timeline(self, now: datetime | None = None) -> Timeline:
        """Return the editions as they stand at `now`."""
        return Timeline(self.itself, now or timezone.now())

    @contextmanager
    def _moving(self, move: str, by: Any, now: datetime | None) -> Iterator[datetime]:
        """Lock the post, read it anew, and refuse what `by` may not do or the state forbids.

        `by` None is a command of the operator: it may do all, but from the same states.
        Yields the moment of the move: `now`, or the clock once the lock is held. A moment
        from before the wait would lie before what another person did meanwhile.
        """
        with transaction.atomic():
            while_no_merge()
            self.refresh_from_db(from_queryset=type(self)._default_manager.select_for_update())
            if barred := self._barred(move, by):
                raise Refused(barred)
            if move in PUBLIC:
                in_order()
                now = now or timezone.now()
                before = _public(self._unfinished(now), now)
                yield now
                self._follow(before, now)
            else:
                yield now or timezone.now()

    def why_not(self, move: str, by: Any, timeline: Timeline | None = None) -> str:
        """Return why `by` (None: the operator) cannot make `move` now, "" if they can.

        What the verb refuses because of what it is told, a time or a text, is not known here.
        """
        barred = self._barred(move, by)
        return barred or (timeline or self.timeline()).refusal(move)

    def _barred(self, move: str, by: Any) -> str:
        """Return why the table does not allow the move, "" if it does."""
        row = MOVES[move]
        if by is not None and not permitted(by, move, self.itself):
            return f"この原稿を「{row.label}」権限がありません。"
        if row.archived not in {None, bool(self.archived_at)}:
            if self.archived_at:
                return "保管されている原稿です。先に保管から戻してください。"
            return "保管されていない原稿です。"
        if self.status not in row.source:
            return f"「{self.get_status_display()}」の原稿は「{row.label}」ことができません。"
        return ""

    def _unfinished(self, now: datetime) -> list[Edition]:
        ahead = Q(visible_until=None) | Q(visible_until__gt=now)
        return list(self.editions.filter(ahead).defer(*HEAVY))

    def _follow(self, before: Composed | None, now: datetime) -> None:
        """Do what follows from a move that changes what is public, now or later."""
        unfinished = self._unfinished(now)
        removed = moved(before, _public(unfinished, now), now)
        removed.boundaries.update(*(edition.boundaries for edition in unfinished))
        remove(removed)
        uncount(now)
        Delivery.objects.follow(self.itself, now)
        # Robust: the move is made, whatever becomes of the others.
        transaction.on_commit(partial(refresh_waiting, self.itself, now), robust=True)

    def _move(
        self, move: str, by: Any, note: str, now: datetime | None, base: int | None = None
    ) -> None:
        with self._moving(move, by, now) as now:
            if base not in {None, self.version}:
                raise Refused(
                    "読んでいるあいだに新しい版が保存されました。もう一度読んでください。"
                )
            self.status = MOVES[move].target or self.status
            self.save(update_fields=["status"])
            self._log(move, by, now, note=note)

    def _own(self, revision: Revision) -> Revision:
        """Return `revision`. Raises Refused when it is another post's."""
        if revision.post_id != self.pk:
            raise Refused("別の原稿の版です。この原稿の履歴から選んでください。")
        return revision

    def _log(
        self,
        move: str,
        by: Any,
        now: datetime,
        revision: int | None = None,
        detail: dict[str, Any] | None = None,
        note: str = "",
        words: str = "",
    ) -> None:
        """Log a move and tell of it; `words` are for those who are told and not for the log."""
        event = Event.objects.create(
            post=self.itself,
            title=self.title,
            move=move,
            by=by,
            at=now,
            revision=revision or self.version,
            detail=detail or {},
            note=note,
        )
        Notice.about(event, words or note)


def _public(editions: list[Edition], now: datetime) -> Composed | None:
    return next((edition.composed for edition in editions if edition.is_public(now)), None)

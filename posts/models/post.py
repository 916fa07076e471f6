"""Post: the manuscript that the desk edits, and the verbs that move it.

A verb locks the row of the post first, refuses what the table of moves or the timeline
does not allow, changes, and writes an Event. Time is a parameter: `now` defaults to the
clock, so that every schedule can be tested without waiting.
"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from posts.models.addresses import Redirect
from posts.models.byline import Byline
from posts.models.comment import Comment
from posts.models.edition import Edition, EditionLink
from posts.models.imported import ImportedFile
from posts.models.moves import Refused, Role, Status, User, beat_of, roles
from posts.models.reviewing import Reviewing
from posts.models.timeline import Timeline

NEWEST = (F("edited_at").desc(), F("id").desc())


class PostQuerySet(models.QuerySet["Post"]):
    """Manuscripts; for the desk only, never for readers."""

    def seen_by(self, user: User) -> Self:
        """Return the manuscripts that `user` may see: all, those of the own beat, or own ones."""
        held, beat = roles(user), beat_of(user)
        if held - {Role.WRITER} and beat is None:
            return self
        if not held:
            return self.none()
        # Two sets that indexes give, and not a question about each manuscript there is.
        begun = Post.objects.filter(created_by=user.pk if user else None)
        signed = Byline.objects.filter(author__user=user.pk if user else None)
        own = Q(pk__in=begun.order_by().values("pk").union(signed.order_by().values("post")))
        return self.filter(own if beat is None else own | Q(category=None) | Q(category__in=beat))

    def with_open_comments(self) -> Self:
        """Add `open_comments`: how many threads wait for somebody to resolve them."""
        threads = Comment.objects.open().filter(post=OuterRef("pk")).order_by()
        counted = threads.values("post").values(count=Count("pk"))
        return self.annotate(open_comments=Coalesce(Subquery(counted), 0))

    def with_state(self, now: datetime | None = None) -> Self:
        """Add what the list shows of the timeline: `live_*` and `waiting_from`."""
        now = now or timezone.now()
        editions = Edition.objects.filter(post=OuterRef("pk"))
        live = editions.public(now)
        waiting = editions.filter(visible_from__gt=now)
        return self.annotate(
            live_number=Subquery(live.values("version")[:1]),
            live_from=Subquery(live.values("published_at")[:1]),
            live_until=Subquery(live.values("visible_until")[:1]),
            waiting_from=Subquery(waiting.values("visible_from")[:1]),
            was_public=Exists(editions.filter(visible_from__lte=now)),
        )


class Post(Reviewing):  # type: ignore[django-manager-missing]
    """A manuscript. Its text is that of its newest accepted revision, number `version`."""

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "原稿"
        ordering = ["-edited_at", "-pk"]
        indexes = [
            # What the queue begins with: the newest that nobody put away, from the index alone.
            models.Index(*NEWEST, "archived_at", name="post_newest"),
            models.Index("status", *NEWEST, "archived_at", name="post_by_status"),
            models.Index(fields=["planned_on"], name="post_planned"),
            models.Index("created_by", F("edited_at").desc(), name="post_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    # What it is

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands, as a key for stylesheets and in Japanese; needs `with_state`."""
        status = (self.status, self.get_status_display())
        if self.archived_at:
            return "archived", "保管"
        if self.live_number is not None:  # type: ignore[attr-defined]
            return self._live_state()
        if self.waiting_from:  # type: ignore[attr-defined]
            return "waiting", "公開予定"
        if self.was_public and self.status == Status.READY:  # type: ignore[attr-defined]
            return "over", "公開終了"
        return status

    def _live_state(self) -> tuple[str, str]:
        if self.waiting_from:  # type: ignore[attr-defined]
            return "changing", "公開中・変更を予約"
        if self.live_number != self.version:  # type: ignore[attr-defined]
            suffix = "" if self.status == Status.READY else f"（{self.get_status_display()}）"
            return "changed", f"公開中・未公開の変更あり{suffix}"
        return "live", "公開中"

    # Through the desk

    def submit(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Hand the manuscript to the editors."""
        self._move("submit", by, note, now)

    def withdraw(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Take the manuscript back from review."""
        self._move("withdraw", by, note, now)

    def return_(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Send the manuscript back to its writer, with what is to be done."""
        self._move("return_", by, note, now)

    def approve(
        self, by: Any, *, base: int | None = None, note: str = "", now: datetime | None = None
    ) -> None:
        """Approve the newest revision for publication.

        `base` is the version that was read; Refused is raised when somebody saved since.
        """
        self._move("approve", by, note, now, base)

    def archive(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Put away a manuscript that is neither public nor scheduled."""
        with self._moving("archive", by, now) as now:
            self.timeline(now).require("archive")
            self.archived_at = now
            self.save(update_fields=["archived_at"])
            self._log("archive", by, now, note=note)

    def revive(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Take an archived manuscript back to the desk, as a draft."""
        with self._moving("revive", by, now) as now:
            self.archived_at = None
            self.status = Status.DRAFT
            self.save(update_fields=["archived_at", "status"])
            self._log("revive", by, now, note=note)

    def erase(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Delete a manuscript that was never public, with its whole history. Raises Refused.

        Its slugs are free again. The log stays, and says who erased it.
        """
        with self._moving("erase", by, now) as now:
            self.timeline(now).require("erase")
            if kept := self._kept_by(by):
                raise Refused(kept)
            self._log("erase", by, now, detail={"revisions": self.revisions.count()}, note=note)
            self.comments.all().delete()
            self.review_links.all().delete()
            self.revisions.all().delete()
            self.slugs.all().delete()
            self.delete()

    def why_not(self, move: str, by: Any, timeline: Timeline | None = None) -> str:
        """Return why `by` cannot make `move` now, "" if they can; see `Verbs.why_not`."""
        refusal = super().why_not(move, by, timeline)
        return refusal or (self._kept_by(by) if move == "erase" else "")

    def _kept_by(self, by: Any) -> str:
        """Return what speaks against erasing it, "" if nothing does."""
        if ImportedFile.objects.filter(post=self).exists():
            return "取り込んだ原稿は、消去しても次の取り込みで戻ります。保管してください。"
        if Redirect.objects.filter(post=self).exists():
            return "「移転」がこの原稿を指しています。先に移転を消してください。"
        if EditionLink.objects.filter(slug__in=self.slugs.values("path")).exists():
            return "この原稿にリンクしている記事があります。保管してください。"
        others = self.revisions.filter(by__isnull=False).exclude(by=by)
        if by and Role.CHIEF not in roles(by) and others.exists():
            return "ほかの人も書いた原稿です。消去は編集長に頼んでください。"
        return ""

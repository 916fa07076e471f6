"""The timeline of a post: intervals that never overlap, at most one edition in the future.

The verbs of `Post` use it with the post's row locked. An interval is shrunk before the
next is opened, because the database refuses an overlap at every statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from posts.models.edition import HEAVY, JST, Edition
from posts.models.moves import Refused

if TYPE_CHECKING:
    from posts.models.post import Post
    from posts.models.revision import Revision

# The smallest step of both databases' clocks: no interval is empty.
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open interval [start, end) in which an edition is public; end None: for ever."""

    start: datetime
    end: datetime | None = None


class Timeline:
    """All editions of a post, read at once, as they stand at `now`."""

    def __init__(self, post: "Post", now: datetime) -> None:
        self.clock = self.now = now
        self.editions: list[Edition] = []
        if post.pk:
            self.editions = list(post.editions.order_by("visible_from").defer(*HEAVY))
        if self.waiting:
            # A clock may step back. What the log has seen opening is no plan any more: it
            # must be neither taken back nor published a second time.
            moved = post.events.filter(move__in=("publish", "unschedule", "unpublish"))
            self.now = max(now, moved.aggregate(last=Max("at"))["last"] or now)

    @property
    def live(self) -> Edition | None:
        """The edition that readers see."""
        return next((edition for edition in self.editions if edition.is_public(self.now)), None)

    @property
    def waiting(self) -> Edition | None:
        """The edition that lies in the future."""
        last = self.editions[-1] if self.editions else None
        return last if last and last.visible_from > self.now else None

    @property
    def unfinished(self) -> list[Edition]:
        """What has not closed: the live and the waiting edition, more if the clock stepped back."""
        return [edition for edition in self.editions if not edition.is_over(self.clock)]

    def showing(self, revision: "Revision", at: datetime) -> Edition | None:
        """Return the live edition if it is of `revision` and still open at `at`."""
        live = self.live
        return live if live and live.revision_id == revision.pk and not live.is_over(at) else None

    def opening(self, at: datetime | None, until: datetime | None) -> Span:
        """Return the interval of a new edition from `at` (now) to `until`.

        The planned end belongs to the post: without `until` the new edition takes its
        predecessor's. Raises Refused while another edition waits, for a past `at`, and for
        an `until` before the start.
        """
        if self.waiting:
            when = f"{self.waiting.visible_from.astimezone(JST):%Y年%-m月%-d日 %H:%M}"
            raise Refused(f"{when}に公開を予定した版があります。先に予定を取り消してください。")
        if at is not None and at <= self.now:
            raise Refused("公開日時が過去です。これからの日時を指定してください。")
        start = at or self._after_live()
        if until is not None and until <= start:
            raise Refused("公開終了の日時が、公開の日時より前です。")
        planned = self.live.visible_until if self.live else None
        if until is None and planned and planned > start:
            until = planned
        return Span(start, until)

    def _after_live(self) -> datetime:
        return max(self.now, self.live.visible_from + INSTANT) if self.live else self.now

    def make_room(self, edition: Edition) -> None:
        """End the live edition where `edition` begins, and note there what that changed."""
        live = self.live
        if live and not live.is_over(edition.visible_from):
            edition.succeeds = live
            edition.succeeded_until = live.visible_until
            live.close(edition.visible_from)

    def cancel_next(self) -> dict[str, Any]:
        """Take back what is planned next and return what it was, for the log.

        An edition that waits is deleted (it was never visible) and its predecessor gets its
        end back; without one, the live edition loses its planned end. Raises Refused when
        nothing is planned.
        """
        if waiting := self.waiting:
            before, end = waiting.succeeds, waiting.succeeded_until
            planned = {"from": waiting.visible_from, "until": waiting.visible_until}
            waiting.delete()
            self.editions.remove(waiting)
            if before:
                before.close(end)
            return planned
        if self.live and self.live.visible_until:
            planned = {"until": self.live.visible_until}
            self.live.close(None)
            return planned
        raise Refused("取り消せる予定がありません。")

    def end(self, at: datetime | None) -> datetime:
        """End the publication at `at` (now) and return when. Raises Refused."""
        if at is not None and at <= self.now:
            raise Refused("公開終了の日時が過去です。これからの日時を指定してください。")
        if at is None:
            return self._end_now()
        edition = self.live
        if self.waiting:
            if at <= self.waiting.visible_from:
                raise Refused(
                    "公開予定の版より前には終えられません。先に予定を取り消してください。"
                )
            edition = self.waiting
            if edition.succeeds_id:
                # The end belongs to the post: it stays when the change is taken back.
                edition.succeeded_until = at
                edition.save(update_fields=["succeeded_until"])
        if edition is None:
            raise Refused("公開中ではありません。")
        edition.close(at)
        return at

    def _end_now(self) -> datetime:
        if not self.unfinished:
            raise Refused("公開中ではありません。")
        for edition in self.unfinished:
            edition.close(max(self.clock, edition.visible_from + INSTANT))
        return self.clock

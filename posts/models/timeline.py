"""The timeline of a post: intervals that never overlap, at most one edition in the future.

The verbs of `Post` use it with the post's row locked. An interval is shrunk before the
next is opened, because the database refuses an overlap at every statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Max

from posts.models.edition import HEAVY, JST, Edition
from posts.models.event import Event
from posts.models.moves import PUBLIC, Refused

if TYPE_CHECKING:
    from posts.models.post import Post
    from posts.models.revision import Revision

# What a move says that finds nothing to be done with, or too much.
NOTHING = {
    "fix": "公開中の版がないか、原稿と同じです。原稿を直して公開してください。",
    "unschedule": "取り消せる予定がありません。",
    "unpublish": "公開中ではありません。",
    "archive": "公開中か公開予定の記事は保管できません。先に公開を終えてください。",
    "erase": "公開したことのある原稿と、公開予定の原稿は消去できません。保管してください。",
}

# The smallest step of both databases' clocks: no interval is empty.
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open interval [start, end) in which an edition is public; end None: for ever."""

    start: datetime
    end: datetime | None = None


@dataclass(slots=True)
class Read:
    """What a timeline is read from: the editions in their order, and the last move of them."""

    editions: list[Edition] = field(default_factory=list)
    moved: datetime | None = None


class Timeline:
    """All editions of a post, read at once, as they stand at `now`."""

    def __init__(self, post: "Post", now: datetime, read: "Read | None" = None) -> None:
        """Read the editions of `post`, unless they were `read` before with those of others."""
        self.post = post
        self.clock = self.now = now
        self.editions: list[Edition] = []
        if read:
            self.editions = read.editions
        elif post.pk:
            self.editions = list(post.editions.order_by("visible_from").defer(*HEAVY))
        if self.waiting:
            # A clock may step back. What the log has seen opening is no plan any more: it
            # must be neither taken back nor published a second time.
            moved = post.events.filter(move__in=PUBLIC)
            last = read.moved if read else moved.aggregate(last=Max("at"))["last"]
            self.now = max(now, last or now)

    @classmethod
    def of_all(cls, posts: "Sequence[Post]", now: datetime) -> dict[int, Self]:
        """Return the timelines of several posts, by primary key; two queries."""
        ids = [post.pk for post in posts]
        read = {pk: Read() for pk in ids}
        rows = Edition.objects.filter(post__in=ids).order_by("visible_from")
        for edition in rows.defer(*HEAVY):
            read[edition.post_id].editions.append(edition)
        moves = Event.objects.filter(post__in=ids, move__in=PUBLIC).order_by()
        for pk, last in moves.values_list("post").annotate(Max("at")):
            read[pk].moved = last
        return {post.pk: cls(post, now, read[post.pk]) for post in posts}

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
    def differs(self) -> bool:
        """Whether the manuscript has what readers of the live edition do not see."""
        return bool(self.live and self.live.version != self.post.version)

    @property
    def unfinished(self) -> list[Edition]:
        """What has not closed: the live and the waiting edition, more if the clock stepped back."""
        return [edition for edition in self.editions if not edition.is_over(self.clock)]

    def refusal(self, move: str) -> str:
        """Return why `move` is impossible as the timeline stands, "" if it is possible."""
        live, waiting = self.live, self.waiting
        possible = {
            "publish": not waiting,
            "fix": live and (waiting or self.differs),
            "unschedule": waiting or (live and live.visible_until),
            "unpublish": self.unfinished,
            "archive": not (live or waiting),
            "erase": not self.editions,
        }
        if possible.get(move, True):
            return ""
        if move == "publish" and waiting:
            when = f"{waiting.visible_from.astimezone(JST):%Y年%-m月%-d日 %H:%M}"
            return f"{when}に公開を予定した版があります。先に予定を取り消してください。"
        return NOTHING[move]

    def require(self, move: str) -> None:
        """Raise Refused when `move` is impossible as the timeline stands."""
        if refusal := self.refusal(move):
            raise Refused(refusal)

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
        self.require("publish")
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
        raise Refused(NOTHING["unschedule"])

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
            raise Refused(NOTHING["unpublish"])
        edition.close(at)
        return at

    def _end_now(self) -> datetime:
        self.require("unpublish")
        for edition in self.unfinished:
            edition.close(max(self.clock, edition.visible_from + INSTANT))
        return self.clock

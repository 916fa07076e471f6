"""The timeline of a post: intervals that never overlap, at most one edition in the future.

The verbs of `Post` call these with the post's row locked. An interval is shrunk before the
next is opened, because the database refuses an overlap at every statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from posts.models.edition import Edition
from posts.models.moves import Refused

if TYPE_CHECKING:
    from posts.models.post import Post

# The smallest step of both databases' clocks: no interval is empty.
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open interval [start, end) in which an edition is public; end None: for ever."""

    start: datetime
    end: datetime | None = None


def opening(
    post: "Post",
    live: Edition | None,
    at: datetime | None,
    until: datetime | None,
    now: datetime,
) -> Span:
    """Return the interval of a new edition.

    The planned end belongs to the post: without `until` the new edition takes its
    predecessor's. Raises Refused while another edition waits, and for a past `at` or an
    `until` that comes before the start.
    """
    if waiting := post.waiting(now):
        when = f"{waiting.visible_from.astimezone():%Y年%-m月%-d日 %H:%M}"
        raise Refused(f"{when}に公開を予定した版があります。先に予定を取り消してください。")
    if at is not None and at <= now:
        raise Refused("公開日時が過去です。これからの日時を指定してください。")
    start = at or now
    if live and start <= live.visible_from:
        start = live.visible_from + INSTANT
    if until is not None and until <= start:
        raise Refused("公開終了の日時が、公開の日時より前です。")
    if until is None and live and live.visible_until and live.visible_until > start:
        until = live.visible_until
    return Span(start, until)


def make_room(live: Edition | None, edition: Edition) -> None:
    """End `live` where `edition` begins, and remember in `edition` what that changed."""
    if live and not live.is_over(edition.visible_from):
        edition.succeeds = live
        edition.succeeded_until = live.visible_until
        live.close(edition.visible_from)


def cancel_next(post: "Post", now: datetime) -> dict[str, Any]:
    """Take back what is planned next and return what it was, for the log.

    An edition that waits is deleted (it was never visible) and its predecessor gets its
    end back; without one, the live edition loses its planned end.
    """
    if waiting := post.waiting(now):
        before, end = waiting.succeeds, waiting.succeeded_until
        detail = {"from": waiting.visible_from, "until": waiting.visible_until}
        waiting.delete()
        if before:
            before.close(end)
        return detail
    live = post.live(now)
    if live and live.visible_until:
        detail = {"until": live.visible_until}
        live.close(None)
        return detail
    raise Refused("取り消せる予定がありません。")


def end(post: "Post", at: datetime | None, now: datetime) -> datetime:
    """End the publication at `at` (now) and return when. Raises Refused."""
    live, waiting = post.live(now), post.waiting(now)
    if at is not None and at <= now:
        raise Refused("公開終了の日時が過去です。これからの日時を指定してください。")
    if at is not None and waiting:
        if at <= waiting.visible_from:
            raise Refused("公開予定の版より前には終えられません。先に予定を取り消してください。")
        live = waiting
    if live is None:
        raise Refused("公開中ではありません。")
    moment = at or max(now, live.visible_from + INSTANT)
    live.close(moment)
    return moment

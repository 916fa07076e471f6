"""The work queue (机): what waits for a person, and the next move as a button."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from posts.admin.post.moving import moves_for
from posts.admin.rights import deliveries_for
from posts.models import (
    Backlog,
    Byline,
    Delivery,
    Event,
    Move,
    Post,
    Queue,
    Role,
    Status,
    Timeline,
    last_step,
    may,
    roles,
)
from posts.templatetags.desk import person

SHORT = 7  # rows of a list on the front page
BUTTONS = 2
COUNTED = 100  # late deliveries; more are not counted


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list of the queue: its name, what it says when nothing is there, what is done next."""

    key: str
    title: str
    empty: str
    next: tuple[str, ...]
    where: str = ""  # the query that shows all of it, where it is not ?queue=key

    @property
    def address(self) -> str:
        """Where all of it is shown."""
        query = self.where or urlencode({"queue": self.key})
        return f"{reverse('admin:posts_post_changelist')}?{query}"


MINE = Shelf(
    "mine",
    "自分の原稿",
    "手もとに書きかけの原稿はありません。",
    ("submit", "publish", "approve", "withdraw"),
)
SENT = Shelf(
    "review",
    "自分の確認待ち",
    "確認を待っている原稿はありません。",
    ("withdraw",),
)
REVIEW = Shelf(
    "review",
    "自分の確認待ち",
    "読むのを待っている原稿はありません。",
    ("approve", "return_"),
)
RETURNED = Shelf(
    "returned",
    "差し戻し",
    "差し戻された原稿はありません。",
    ("submit",),
)
READY = Shelf(
    "ready",
    "公開待ち",
    "公開を待っている原稿はありません。",
    ("publish", "return_"),
)
CHANGED = Shelf(
    "changed",
    "未公開の変更あり",
    "公開中の記事に、書きかけの直しはありません。",
    ("approve", "submit"),
    where="publication=changed",
)
SCHEDULED = Shelf(
    "scheduled",
    "公開予定",
    "時刻を決めて公開を待つ原稿はありません。",
    ("unschedule",),
    where="publication=waiting",
)
OVERDUE = Shelf(
    "overdue",
    "期限超過",
    "掲載予定日を過ぎた原稿はありません。",
    ("publish", "approve", "submit"),
)
WRITER = (MINE, RETURNED, SENT, SCHEDULED, OVERDUE, CHANGED)
EDITOR = (REVIEW, MINE, RETURNED, SCHEDULED, OVERDUE, CHANGED)
CHIEF = (READY, REVIEW, SCHEDULED, OVERDUE, MINE, RETURNED, CHANGED)


def shelves_for(user: Any) -> tuple[Shelf, ...]:
    """Return the lists of somebody's queue, first what others wait for."""
    held = roles(user)
    if held & {Role.CHIEF, Role.PUBLISHER}:
        return CHIEF
    return EDITOR if Role.EDITOR in held else WRITER


@dataclass(frozen=True, slots=True)
class Row:
    """A manuscript in a list: where it stands, since when and by whom, and what to do."""

    post: Post
    who: str
    step: Event | None
    moves: list[tuple[str, Move]]

    @property
    def returned(self) -> bool:
        """Whether it was sent back and not handed in since."""
        sent_back = self.step is not None and self.step.move == "return_"
        return sent_back and self.post.status == Status.DRAFT


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the queue with its first rows."""

    shelf: Shelf
    rows: list[Row]
    more: bool


def queue_of(request: HttpRequest, now: datetime | None = None) -> dict[str, Any]:
    """Return what the front page shows to the person: their lists, and late deliveries."""
    now = now or timezone.now()
    queue, shelves = Queue(request.user, now), shelves_for(request.user)
    ids = {
        shelf.key: list(getattr(queue, shelf.key).values_list("pk", flat=True)[: SHORT + 1])
        for shelf in shelves
    }
    posts = _posts({pk for some in ids.values() for pk in some[:SHORT]}, now)
    lines = Timeline.of_all(list(posts.values()), now)
    steps = Event.objects.select_related("by").in_bulk(
        [pk for post in posts.values() if (pk := post.step_id)]
    )
    lists = []
    for shelf in shelves:
        here = [posts[pk] for pk in ids[shelf.key][:SHORT] if pk in posts]
        rows = [_row(request.user, shelf, post, lines[post.pk], steps) for post in here]
        lists.append(Listed(shelf, rows, len(ids[shelf.key]) > SHORT))
    return {"lists": lists, "now": now, "may_write": may(request.user, "write")} | late(
        request, now
    )


def late(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the deliveries that are late or were given up, for those who run the desk."""
    if not may(request.user, "audit"):
        return {"deliveries": None}
    overdue = deliveries_for(request, Delivery.objects.overdue(now)).select_related("post")
    rows = list(overdue.defer("payload", "post__body")[:COUNTED])
    waiting = [now - row.due_at for row in rows if not row.dead]
    return {
        "deliveries": rows[:SHORT],
        "backlog": Backlog(max(waiting, default=None), len(rows) - len(waiting)),
        "counted": COUNTED,
        "may_redeliver": may(request.user, "redeliver"),
    }


def _posts(ids: set[int], now: datetime) -> dict[int, Any]:
    """Return manuscripts with all that a row shows, by their ids."""
    signed = Prefetch("bylines", Byline.objects.select_related("author"))
    rows = Post.objects.filter(pk__in=ids).with_state(now).select_related("category", "created_by")
    rows = rows.annotate(step_id=Subquery(last_step().values("pk")))
    rows = rows.defer("body", "deck", "excerpt", "front_matter").prefetch_related(signed)
    return {post.pk: post for post in rows}


def _row(user: Any, shelf: Shelf, post: Any, timeline: Timeline, steps: dict[int, Event]) -> Row:
    possible = dict(moves_for(user, post, timeline, among=shelf.next))
    moves = [(name, possible[name]) for name in shelf.next if name in possible]
    names = [byline.author.name for byline in post.bylines.all()]
    who = "、".join(names) or person(post.created_by)
    return Row(post, who, steps.get(post.step_id), moves[:BUTTONS])

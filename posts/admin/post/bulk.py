"""Moves of many manuscripts at once: chosen in the list, confirmed, made one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ActionLocation
from django.contrib.admin.options import Action
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from posts.models import MOVES, Edition, Post, Ready, Refused, Timeline, roles

from .desk import Desk
from .moving import Read, unresolved

# What can be made of many; the others ask for a time, or for words of their own.
BULK = ("submit", "approve", "return_", "publish", "archive", "revive")
MOST = 100


class BulkForm(forms.Form):
    """What is said with all of them."""

    note = forms.CharField(
        label="メモ", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, move: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if move == "return_":
            self.fields["note"].label = "直してほしいこと（すべてに同じ文を付けます）"
            self.fields["note"].required = True
        if move == "publish":
            del self.fields["note"]  # readers would be told the same of each


@dataclass
class Row:
    """One manuscript: whether the move is possible, and what became of it."""

    post: Post
    live: Edition | None = None
    refused: str = ""
    read: Read | None = None
    unresolved: int = 0
    done: bool = False


class Bulk(Desk):
    """The choice in the list, the confirmation, and the result of each."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("bulk/<slug:move>/", wrap(self.bulk), name="posts_post_bulk"),
            *super().get_urls(),
        ]

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action | None]:
        """Offer, in the list, the moves that the roles of the person make at all."""
        held = roles(request.user)
        if action_location != ActionLocation.CHANGE_LIST:
            return {}
        offered = [move for move in BULK if held & MOVES[move].roles]
        return {move: action(move) for move in offered}

    def bulk(self, request: HttpRequest, move: str) -> HttpResponse:
        """Ask, and make the move of each that allows it."""
        if move not in self.get_actions(request):
            raise Http404("その操作はできません。")
        sent = request.POST if request.method == "POST" else request.GET
        wanted = chosen(sent)
        rows = self.rows(request, move, wanted)
        form = BulkForm(move, request.POST if request.method == "POST" else None)
        context: dict[str, Any] = {
            "title": f"まとめて{MOVES[move].label}",
            "move": move,
            "label": MOVES[move].label,
            "rows": rows,
            "missing": len(wanted) - len(rows),
            "form": form,
        }
        if request.method == "POST" and form.is_valid():
            for row in rows:
                carry_out(row, move, request, form.cleaned_data)
            context["done"] = sum(row.done for row in rows)
            return self.page(request, "bulk_done", None, **context)
        context["possible"] = sum(not row.refused for row in rows)
        return self.page(request, "bulk", None, **context)

    def rows(self, request: HttpRequest, move: str, wanted: list[int]) -> list[Row]:
        """Return the chosen manuscripts that the person may see. Raises Http404 without any.

        A fixed number of queries (what is not theirs is like what is not there), but for what is
        to be published, which is read as readers would see it.
        """
        found = {post.pk: post for post in self.get_queryset(request).filter(pk__in=wanted)}
        posts = [found[pk] for pk in wanted if pk in found]
        if not posts:
            raise Http404("原稿がありません。")
        timelines = Timeline.of_all(posts, timezone.now())
        rows = []
        for post in posts:
            timeline = timelines[post.pk]
            live, refused = timeline.live, post.why_not(move, request.user, timeline)
            if move == "publish" and live and live.version == post.version:
                refused = refused or "読者に見えている版と同じです。"
            rows.append(examined(Row(post, live, refused), move))
        return rows


def action(move: str) -> Action:
    """Return `move` as an action of the list."""
    said = f"{MOVES[move].label}…"
    return Action(choose(move), move, said, said, [ActionLocation.CHANGE_LIST])


def choose(move: str) -> Callable[[Any, HttpRequest, QuerySet[Post]], HttpResponse | None]:
    """Return the action of the list that leads to the confirmation of `move`."""

    def go(desk: Any, request: HttpRequest, queryset: QuerySet[Post]) -> HttpResponse | None:
        ids = list(queryset[: MOST + 1].values_list("pk", flat=True))
        if len(ids) > MOST:
            messages.error(request, f"一度に選べるのは{MOST}件までです。")
            return None
        query = QueryDict(mutable=True)
        query.setlist("pk", [str(pk) for pk in ids])
        address = reverse("admin:posts_post_bulk", args=[move])
        return HttpResponseRedirect(f"{address}?{query.urlencode()}")

    return go


def examined(row: Row, move: str) -> Row:
    """Return `row` with what the confirmation has to say of it, refused where a check stops it."""
    if row.refused:
        return row
    if move == "publish":
        row.read = Read.of(row.post, row.post.head, timezone.now())
        row.refused = "".join(one.message for one in row.read.findings if one.blocks)
    row.unresolved = unresolved(row.post, move, row.read.findings if row.read else [])
    return row


def chosen(sent: QueryDict) -> list[int]:
    """Return the primary keys that were sent, each once. Raises Http404."""
    numbers = list(dict.fromkeys(sent.getlist("pk")))
    if len(numbers) > MOST or not all(one.isdecimal() and len(one) < 10 for one in numbers):
        raise Http404("原稿がありません。")
    return [int(one) for one in numbers]


def carry_out(row: Row, move: str, request: HttpRequest, data: dict[str, Any]) -> None:
    """Make the move in a transaction of its own, of the version that was read."""
    post, version = row.post, request.POST.get(f"version-{row.post.pk}", "")
    if row.refused:
        return
    try:
        if version != str(post.version):
            raise Refused("読んでいるあいだに新しい版が保存されました。もう一度読んでください。")
        if row.read:
            # Rendered before the verb locks anything: on SQLite all writers would wait.
            post.publish(request.user, post.head, ready=Ready(body=row.read.body))
        elif move == "approve":
            post.approve(request.user, base=post.version, **data)
        else:
            getattr(post, move)(request.user, **data)
    except Refused as refused:
        row.refused = str(refused)
    else:
        row.done = True

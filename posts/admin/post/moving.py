"""Moves: which are offered, the confirmation, and the verb."""

from collections.abc import Container
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from posts.admin.updated import UpdatedPage, updated_pages
from posts.editor import MOVE_FORMS, MoveForm
from posts.models import (
    MOVES,
    Body,
    Composed,
    Finding,
    Move,
    Post,
    Ready,
    Refused,
    Revision,
    Span,
    Timeline,
    can,
    compose,
    render,
)
from posts.templatetags.desk import moment
from posts.text import problems

from .desk import Desk, wanted_revision
from .differences import Difference, differences

# The moves whose confirmation says what readers would stumble over.
READ_FIRST = {"submit", "approve", "publish"}
# What has pages of its own.
NO_MOVES = {"view", "edit", "comment", "share"}


class Moves(Desk):
    """The moves, each behind a confirmation."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/move/<slug:move>/", wrap(self.move), name="posts_post_move"),
            *super().get_urls(),
        ]

    def move(self, request: HttpRequest, pk: int, move: str) -> HttpResponse:
        """Ask, and make a move."""
        post = self.find(request, pk)
        if move not in MOVES or move in ELSEWHERE or not can(request.user, move, post):
            raise Http404("その操作はできません。")
        context = self.move_context(request, post, move)
        stopped = move == "publish" and any(one.blocks for one in context["findings"])
        form = MOVE_FORMS.get(move, MoveForm)(
            request.POST if request.method == "POST" else None,
            initial={"version": post.version},
            stopped=stopped,
            post=post,
        )
        if request.method == "POST" and form.is_valid() and "_back" not in request.POST:
            try:
                if request.POST.get("times", "") != times(form.cleaned_data):
                    return self.times_page(request, post, form, context)
                made = make(post, move, request, form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"「{post.title}」{done(move, form.cleaned_data)}。")
                for problem in made.found:
                    messages.warning(request, problem)
                return HttpResponseRedirect(made.address)
        return self.page(request, "move", post, form=form, **context)

    def times_page(
        self, request: HttpRequest, post: Post, form: MoveForm, context: dict[str, Any]
    ) -> HttpResponse:
        """Ask once more, with the times that were typed and what they make. Raises Refused."""
        timeline, at = post.timeline(), form.cleaned_data.get("at")
        timeline.require(context["move"])
        context |= {"at": at, "until": at, "times": times(form.cleaned_data)}
        if context["move"] == "publish":
            context["until"] = timeline.opening(at, form.cleaned_data["until"]).end
            context["chosen"] = chosen(post, context["revision"], form.cleaned_data["version"])
        return self.page(request, "move_times", post, form=form, **context)

    def move_context(self, request: HttpRequest, post: Post, move: str) -> dict[str, Any]:
        """Return what the confirmation shows."""
        timeline, revision, now = post.timeline(), wanted_revision(request, post), timezone.now()
        found: list[Finding] = []
        pages: list[UpdatedPage] = []
        if move in READ_FIRST and not (move == "publish" and timeline.waiting):
            read = Read.of(post, revision or post.head, now)
            found = read.findings
            if move == "publish":
                pages = updated_pages(timeline.live, read.composed, now)
        return {
            "title": f"{MOVES[move].label}：{post.title}",
            "move": move,
            "label": MOVES[move].label,
            "live": timeline.live,
            "waiting": timeline.waiting,
            "revision": revision,
            "findings": found,
            "unresolved": unresolved(post, move, found),
            "pages": pages,
            "differences": restoring(post, revision) if move == "restore" else None,
            "now": now,
            "before": timeline.editions[0] if timeline.editions else None,
        }


def times(data: dict[str, Any]) -> str:
    """Return the times that a form was given, as what a person is sure of; "" for at once."""
    given = {name: data[name].isoformat() for name in ("at", "until") if data.get(name)}
    return "&".join(f"{name}={moment}" for name, moment in given.items())


class Read(NamedTuple):
    """A revision as readers would see it, and what the checks find in it."""

    body: Body
    composed: Composed
    findings: list[Finding]

    @classmethod
    def of(cls, post: Post, revision: Revision, at: datetime) -> Self:
        """Read `revision` as it would be public from `at` on."""
        body = render(post, revision.manuscript, at)
        composed = compose(post, revision.manuscript, Span(at), ready=Ready(body=body))
        return cls(body, composed, post.findings(revision, composed))


def unresolved(post: Post, move: str, findings: list[Finding]) -> int:
    """Return how many open comments a confirmation has to tell of, besides what it found.

    They are told of also where that check is off: `post` needs `with_open_comments`.
    """
    told = any(one.check.name == "comments" for one in findings)
    return 0 if told or move not in READ_FIRST else post.open_comments  # type: ignore[attr-defined]


def restoring(post: Post, revision: Revision | None) -> list[Difference] | None:
    """Return what going back to `revision` changes in the manuscript."""
    return differences(post.head.manuscript, revision.manuscript) if revision else None


def moves_for(
    user: Any,
    post: Post,
    timeline: Timeline,
    *,
    saving: bool = False,
    among: Container[str] = MOVES,
) -> list[tuple[str, Move]]:
    """Return the moves that `user` may make on `post` now and that would not be refused.

    With `saving` the move comes after a save, which may make the manuscript differ from
    what readers see. A post that is not saved yet has the moves of a draft. A list asks for
    the moves that it offers, `among` which are none that ask the database, as erasing does.
    """
    live = timeline.live
    unneeded = set(UNOFFERED)
    if live and live.version == post.version and not saving:
        unneeded.add("publish")
    if not post.pk:
        unneeded |= {"archive", *ASIDE}
    return [
        (name, move)
        for name, move in MOVES.items()
        if name in among
        and name not in unneeded
        and can(user, name, post)
        and not post.why_not(name, user, timeline)
    ]


# Moves of the table that have no confirmation at move/….
ELSEWHERE = {*NO_MOVES, "fix"}
# Not among the buttons: a revision is chosen in the history.
UNOFFERED = {*NO_MOVES, "restore"}
# What concerns the manuscript as a thing, and no step on its way.
ASIDE = ("copy", "erase")

DONE = {
    "submit": "を確認に出しました",
    "withdraw": "を確認から引き取りました",
    "return_": "を差し戻しました",
    "approve": "を承認しました",
    "publish": "を公開しました",
    "unschedule": "の予定を取り消しました",
    "unpublish": "の公開を終えました",
    "archive": "を保管しました",
    "revive": "を保管から戻しました",
    "restore": "を選んだ版に戻しました",
    "copy": "を複製しました。こちらが複製です",
    "erase": "を消去しました",
}
LATER = {"publish": "の公開を予約しました", "unpublish": "の公開終了を予約しました"}


def done(move: str, data: dict[str, Any]) -> str:
    """Return what was done with the manuscript, to stand behind its title."""
    at, until = data.get("at"), data.get("until")
    said = LATER[move] if at else DONE[move]
    if move == "unpublish":
        at, until = None, at
    span = (f"{moment(at)}から" if at else "") + (f"{moment(until)}まで" if until else "")
    return f"{said}（{span}）" if span else said


class Made(NamedTuple):
    """Where the person goes on after a move, and what they should know."""

    address: str
    found: tuple[str, ...] = ()


def make(post: Post, move: str, request: HttpRequest, data: dict[str, Any]) -> Made:
    """Call the verb on what the person had before them. Raises Refused."""
    by, version = request.user, data.get("version")
    given = {name: value for name, value in data.items() if name not in {"version", "sure"}}
    found: tuple[str, ...] = ()
    if move == "restore":
        revision = wanted_revision(request, post)
        if revision is None:
            raise Refused("どの版に戻すのかが指定されていません。")
        post.restore(revision, by=by)
    elif move == "publish":
        found = publish(post, wanted_revision(request, post), version, by, given)
    elif move == "approve":
        post.approve(by, base=version, **given)
    elif move == "copy":
        post = post.copy(by)
    else:
        getattr(post, move)(by, **given)
    if move == "erase":
        return Made(reverse("admin:posts_post_changelist"))
    return Made(reverse("admin:posts_post_change", args=[post.pk]), found)


def publish(
    post: Post, revision: Revision | None, version: int | None, by: Any, given: dict[str, Any]
) -> tuple[str, ...]:
    """Publish `revision`, or the version that was read. Raises Refused.

    Returns what readers of a scheduled edition will stumble over: the confirmation told how
    it would be if it were public at once.
    """
    wanted, at = chosen(post, revision, version), given.get("at")
    # Rendered before the verb locks anything: on SQLite all writers would wait.
    body = render(post, wanted.manuscript, at or timezone.now())
    post.publish(by, wanted, ready=Ready(body=body), **given)
    return problems(body.rendered) if at else ()


def chosen(post: Post, revision: Revision | None, version: int | None) -> Revision:
    """Return what is to be published: `revision`, the `version` that was read, or the newest."""
    read = post.revisions.filter(number=version).first() if version else None
    return revision or read or post.head

"""The history: all revisions, and what was done with the manuscript, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from posts.models import Edition, Event, Post, Revision, can

from .desk import Desk

PAGE = 50


class Histories(Desk):
    """Revisions and events."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/history/", wrap(self.history), name="posts_post_history"),
            *super().get_urls(),
        ]

    def history(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the revisions and what was done with the manuscript.

        ?before= and ?events= name the revision and the event behind which a page goes on.
        """
        post = self.find(request, pk)
        before, since = whole(request, "before"), whole(request, "events")
        revisions, older = page_of(revisions_before(post, before))
        events, earlier = page_of(events_before(post, since))
        context: dict[str, Any] = {
            "title": f"履歴：{post.title}",
            "revisions": marked(post, revisions, timezone.now()),
            "events": events,
            "older": older,
            "earlier": earlier,
            "before": before,
            "since": since,
            "live": post.live(),
            "may_restore": can(request.user, "restore", post),
            "may_merge": can(request.user, "edit", post),
        }
        return self.page(request, "history", post, **context)


def whole(request: HttpRequest, name: str) -> int | None:
    """Return the number that the address says, None without one."""
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 18 else None


def revisions_before(post: Post, number: int | None) -> QuerySet[Revision]:
    """Return the revisions, the newest first, from before `number` on."""
    rows = post.revisions.select_related("by").defer("packed")
    return rows if number is None else rows.filter(number__lt=number)


def events_before(post: Post, pk: int | None) -> QuerySet[Event]:
    """Return the events, the newest first, from behind the one with this id on."""
    rows = post.events.with_words().select_related("by")
    last = Event.objects.filter(post=post, pk=pk).first() if pk else None
    return rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else rows


def page_of[T: Model](rows: QuerySet[T]) -> tuple[list[T], T | None]:
    """Return a page, and its last row if there are more behind it."""
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None


type Mark = tuple[str, str]  # a key for stylesheets, and the word


def marked(
    post: Post, revisions: Sequence[Revision], now: datetime
) -> list[tuple[Revision, list[Mark]]]:
    """Return each revision with what marks it out."""
    shown = {one.revision_id: seen(one, now) for one in post.timeline(now).editions}
    numbers = [one.number for one in revisions]
    approvals = post.events.filter(move="approve", revision__in=numbers)
    approved = set(approvals.values_list("revision", flat=True))
    marks: list[tuple[Revision, list[Mark]]] = []
    for one in revisions:
        found = [("tag", "いまの原稿")] if one.number == post.version else []
        found += [shown[one.pk]] if one.pk in shown else []
        found += [("tag", "承認された版")] if one.number in approved else []
        found += [("tag", one.get_why_display())] if one.why != Revision.Why.EDIT else []
        marks.append((one, found))
    return marks


def seen(edition: Edition, now: datetime) -> Mark:
    """Return the mark of a revision that is, will be or was public."""
    if edition.is_public(now):
        return "state state-live", "公開中"
    if edition.visible_from > now:
        return "state state-waiting", "公開予定"
    return "tag", "公開した版"

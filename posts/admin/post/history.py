"""The history: all revisions, and what was done with the manuscript."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from posts.models import can

from .desk import Desk


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
        """List the revisions and what was done with the manuscript."""
        post = self.find(request, pk)
        context: dict[str, Any] = {
            "title": f"履歴：{post.title}",
            "revisions": post.revisions.select_related("by").defer("packed")[:200],
            "events": post.events.select_related("by")[:200],
            "live": post.live(),
            "may_restore": can(request.user, "restore", post),
        }
        return self.page(request, "history", post, **context)

"""Two revisions beside each other, or one and what readers see."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from posts.models import Edition, Manuscript, Post, Revision

from .desk import Desk, find_revision
from .differences import LABELS, differences

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a revision, and how the address names it."""

    named: str
    revision: Revision
    manuscript: Manuscript

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.revision}（公開中）" if self.live else str(self.revision)

    @property
    def live(self) -> bool:
        """Whether it is what readers see."""
        return self.named == LIVE


class Comparing(Desk):
    """Comparison."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/compare/", wrap(self.compare), name="posts_post_compare"),
            *super().get_urls(),
        ]

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what differs between ?from= and ?to=, each the number of a revision or "live".

        Without, the manuscript is compared with what readers see, or with the revision before.
        """
        post = self.find(request, pk)
        live = post.live()
        to = side(post, request.GET.get("to", "") or str(post.version), live)
        start = side(post, request.GET.get("from", "") or _before(post, to, live), live)
        found = differences(start.manuscript, to.manuscript)
        changed = {one.name for one in found}
        context: dict[str, Any] = {
            "title": f"くらべる：{post.title}",
            "start": start,
            "to": to,
            "live": live,
            "differences": found,
            "equal": [label for name, label in LABELS.items() if name not in changed],
        }
        return self.page(request, "compare", post, **context)


def side(post: Post, named: str, live: Edition | None) -> Side:
    """Return the side that `named` means. Raises Http404."""
    if named != LIVE:
        revision = find_revision(post, named)
        manuscript = revision.manuscript
        return Side(named, revision, replace(manuscript, slug=manuscript.slug or post.slug))
    if live is None:
        raise Http404("公開中の版はありません。")
    revision = post.revisions.get(pk=live.revision_id)
    return Side(LIVE, revision, replace(revision.manuscript, slug=live.slug))


def _before(post: Post, to: Side, live: Edition | None) -> str:
    if live and not to.live and live.version != to.revision.number:
        return LIVE
    earlier = post.revisions.filter(number__lt=to.revision.number).values_list("number", flat=True)
    return str(earlier.first() or to.revision.number)

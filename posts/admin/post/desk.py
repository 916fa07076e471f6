"""What every page around a manuscript shares: who may see it, and the frame it stands in."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from posts.admin.rights import RightAdmin
from posts.models import Post, PostQuerySet, Revision, can, may


class Desk(RightAdmin):
    """The manuscripts that a person may see. Each part of the desk adds its own addresses."""

    right = "write"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Return what the person may see: what is not theirs looks like what is not there."""
        return self.complete(request, Post.objects.seen_by(request.user))

    def complete(self, request: HttpRequest, rows: PostQuerySet) -> PostQuerySet:
        """Add what the desk shows of each manuscript."""
        return rows.with_state().with_open_comments().prefetch_related("bylines__author")

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Return whether the person may see the list, or this manuscript."""
        return may(request.user, "write") if obj is None else can(request.user, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Return whether the person may edit this manuscript as it stands."""
        return may(request.user, "write") if obj is None else can(request.user, "edit", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Manuscripts are archived, never deleted."""
        return False

    def page(
        self,
        request: HttpRequest,
        name: str,
        post: Post | None,
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """Render one of our own pages in the frame of the admin."""
        context |= self.admin_site.each_context(request)
        context |= {"opts": self.opts, "original": post, "post": post}
        return TemplateResponse(request, f"admin/posts/post/{name}.html", context, status=status)

    def find(self, request: HttpRequest, pk: int) -> Post:
        """Return the manuscript, if the person may see it. Raises Http404."""
        post = self.get_queryset(request).filter(pk=pk).first()
        if post is None or not can(request.user, "view", post):
            raise Http404("原稿がありません。")
        return post


def wanted_revision(request: HttpRequest, post: Post) -> Revision | None:
    """Return the revision that ?revision= names, None without one. Raises Http404."""
    number = request.GET.get("revision", "")
    return find_revision(post, number) if number else None


def find_revision(post: Post, number: str) -> Revision:
    """Return the revision with this number. Raises Http404."""
    known = number.isdecimal() and len(number) < 10
    revision = post.revisions.filter(number=int(number)).first() if known else None
    if revision is None:
        raise Http404("その版はありません。")
    return revision

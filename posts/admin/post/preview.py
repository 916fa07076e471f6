"""Previews: the page that readers would see, made by the view that will show it."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from posts import views
from posts.editor import bylines_of
from posts.models import Body, Composed, Manuscript, Post, Ready, Span, compose, render
from posts.text import hints, problems

from .desk import Desk, find_revision


class Previews(Desk):
    """The manuscript, a revision or the form as a page."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(self.preview_new), name="posts_post_preview_new"),
            path("<int:pk>/preview/", wrap(self.preview), name="posts_post_preview"),
            *super().get_urls(),
        ]

    def preview_new(self, request: HttpRequest) -> HttpResponse:
        """Show what the form of a new manuscript holds as readers would see it."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise Http404("下見するものがありません。")
        return self.preview_form(request, Post())

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the manuscript (GET), a revision (?revision=3) or the form (POST) as a page."""
        post = self.find(request, pk)
        if request.method == "POST":
            return self.preview_form(request, post)
        revision = find_revision(post, request.GET.get("revision", str(post.version)))
        manuscript, now = revision.manuscript, timezone.now()
        body = render(post, manuscript, now)
        composed = compose(post, manuscript, Span(now), ready=Ready(body=body))
        return preview_page(request, composed, body, manuscript)

    def preview_form(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show what the form holds, saved or not."""
        form_class: Any = self.get_form(request, post if post.pk else None)
        form = form_class(request.POST, instance=post)
        formset = self.get_formset_for_preview(request, post)
        if not (form.is_valid() and formset.is_valid()):
            context = {"title": "下見できません", "form": form, "formset": formset}
            return self.page(request, "preview_errors", None, status=422, **context)
        # What takes long is done outside: SQLite has one transaction that writes at a time.
        now = timezone.now()
        body = render(post, form.words(), now)
        with transaction.atomic():
            # New tags are made, to look as they will, and forgotten again.
            manuscript = form.manuscript(bylines_of(formset))
            composed = compose(post, manuscript, Span(now), ready=Ready(body=body))
            transaction.set_rollback(True)
        return preview_page(request, composed, body, manuscript)

    def get_formset_for_preview(self, request: HttpRequest, post: Post) -> Any:
        """Return the bound formset of signatures."""
        obj = post if post.pk else None
        [(formset_class, inline)] = self.get_formsets_with_inlines(request, obj)
        return formset_class(
            request.POST, instance=post, prefix="bylines", queryset=inline.get_queryset(request)
        )


@never_cache
def preview_page(
    request: HttpRequest, composed: Composed, body: Body, manuscript: Manuscript
) -> HttpResponse:
    """Return the page that readers would see; it is neither indexed nor referred to."""
    remarks = {"problems": problems(body.rendered), "hints": hints(manuscript.body)}
    response = views.article_page(request, composed, preview=True, remarks=remarks)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response

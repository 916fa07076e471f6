"""Comments on a manuscript, and links for readers without an account."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from posts import review
from posts.models import DAYS, MOST_DAYS, Comment, Post, Refused, Revision, absolute, can

from .desk import Desk, find_revision, wanted_revision

MOST_LINKS = 100
ANSWERS = {"answer", "resolve", "reopen"}


class ShareForm(forms.Form):
    """Who reads, and how long."""

    reader = forms.CharField(
        label="読む人の名前", max_length=100, help_text="本人のページと、コメントと履歴に出ます。"
    )
    days = forms.IntegerField(
        label="期限（日）",
        min_value=1,
        max_value=MOST_DAYS,
        initial=DAYS,
        help_text=f"この日数が過ぎると開けなくなります。{MOST_DAYS}日まで。",
    )


class Reviews(Desk):
    """Reading with comments, and the links."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        one = "<int:pk>/review/"
        return [
            path(one, wrap(self.review), name="posts_post_review"),
            path(f"{one}<int:comment>/", wrap(self.thread), name="posts_post_thread"),
            path("<int:pk>/share/", wrap(self.share), name="posts_post_share"),
            path("<int:pk>/share/<int:link>/", wrap(self.revoke), name="posts_post_revoke"),
            *super().get_urls(),
        ]

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the manuscript (or ?revision=3) with its comments, and take a new one."""
        post = self.find(request, pk)
        if request.method != "POST":
            return review_page(request, post, wanted_revision(request, post) or post.head)
        if not can(request.user, "comment", post):
            raise Http404("その操作はできません。")
        read = find_revision(post, request.POST.get("revision", ""))
        key, body = request.POST.get("where", ""), request.POST.get("body", "")
        try:
            reading = review.Reading(post, read, timezone.now())
            field, anchor = reading.place(key, *review.selected(request))
            comment = post.remark(request.user, body, on=anchor, field=field, revision=read)
        except Refused as refused:
            typed = review.Typed(key, body, str(refused))
            return review_page(request, post, read, typed, status=409)
        return HttpResponseRedirect(page_of(post, comment, read))

    def thread(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Answer, resolve or reopen a comment."""
        post = self.find(request, pk)
        found = post.comments.threads().select_related("link").filter(pk=comment).first()
        do = request.POST.get("do", "")
        if found is None or do not in ANSWERS or not can(request.user, "comment", post):
            raise Http404("そのコメントはありません。")
        read = find_revision(post, request.POST.get("revision", ""))
        body = request.POST.get("body", "")
        try:
            if do == "answer":
                found.answer(request.user, body)
            else:
                getattr(found, do)(request.user)
        except Refused as refused:
            typed = review.Typed(f"c{found.pk}", body, str(refused))
            return review_page(request, post, read, typed, status=409)
        return HttpResponseRedirect(page_of(post, found, read))

    def share(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the links for readers without an account, and make one."""
        post = self.find(request, pk)
        if not can(request.user, "share", post):
            raise Http404("その操作はできません。")
        read = wanted_revision(request, post) or post.head
        form = ShareForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                post.share(request.user, revision=read, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return HttpResponseRedirect(reverse("admin:posts_post_share", args=[post.pk]))
        links = post.review_links.select_related("by", "revision")[:MOST_LINKS]
        context: dict[str, Any] = {
            "title": f"確認用リンク：{post.title}",
            "form": form,
            "revision": read,
            "links": [(link, absolute(link.get_absolute_url())) for link in links],
        }
        return self.page(request, "share", post, **context)

    def revoke(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        """Shut a link."""
        post = self.find(request, pk)
        found = post.review_links.select_related("revision").filter(pk=link).first()
        if request.method != "POST" or found is None or not can(request.user, "share", post):
            raise Http404("そのリンクはありません。")
        try:
            found.revoke(request.user)
        except Refused as refused:
            raise Http404("そのリンクはありません。") from refused
        return HttpResponseRedirect(reverse("admin:posts_post_share", args=[post.pk]))


def review_page(
    request: HttpRequest,
    post: Post,
    read: Revision,
    typed: review.Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `read` with the comments on the manuscript, whatever revision they were made on."""
    newest = post.comments.select_related("by", "link", "resolved_by").order_by("-at", "-pk")
    comments = list(newest[: review.MOST_COMMENTS])[::-1]
    context = {
        "post": post,
        "typed": typed,
        "may_comment": can(request.user, "comment", post),
        "may_share": can(request.user, "share", post),
        "more": len(comments) == review.MOST_COMMENTS,
    }
    reading = review.Reading(post, read, timezone.now())
    response = review.show(request, reading, comments, "admin/posts/post/review.html", **context)
    response.status_code = status
    return response


def page_of(post: Post, comment: Comment, read: Revision) -> str:
    """Return the address of a comment on the page of the revision that was read."""
    older = "" if read.number == post.version else f"?revision={read.number}"
    return f"{reverse('admin:posts_post_review', args=[post.pk])}{older}#c{comment.pk}"

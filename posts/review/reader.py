"""What a reader with a link sees, remarks and confirms; without an account, without a cookie.

The address is all the authority there is. A browser adds nothing to a request by itself that would
count here, so there is nothing to forge: who can make another's browser send a form to this address
knows the address, and could send it from anywhere. Hence no CSRF token, whose cookie would name
the reader; and `no-referrer` makes browsers send the origin `null`, which Django refuses.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from posts import views
from posts.models import Comment, Refused, ReviewLink

from .reading import MOST_COMMENTS, Reading, Typed, show

MOST_SENT = 64 * 1024  # bytes of a form: the longest comment and what it is on are 50,000
PRIVATE = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let nothing store, index or refer to any answer of `view`."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    return inner


@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest, token: str) -> HttpResponse:
    """Show the revision that `token` opens, and take what its reader says of it.

    A token that opens nothing, whatever the reason, is answered like any missing page.
    """
    if request.method == "POST" and not 0 <= _length(request) <= MOST_SENT:
        return HttpResponse("送られた文章が大きすぎます。\n", status=413, content_type=PLAIN)
    link = ReviewLink.find(token)
    if link is None:
        return _nothing(request)
    if request.method == "POST":
        return _take(request, link)
    if request.method == "GET":
        link.open()
    return _page(request, link)


PLAIN = "text/plain; charset=utf-8"


def _length(request: HttpRequest) -> int:
    sent = str(request.META.get("CONTENT_LENGTH") or 0)
    return int(sent) if sent.isdecimal() and len(sent) < 10 else -1


def _nothing(request: HttpRequest) -> HttpResponse:
    """Answer like a missing page, but give back what was typed."""
    if request.method == "POST" and (typed := request.POST.get("body", "")):
        return render(
            request, "posts/review_lost.html", {"kept": [("コメント", typed)]}, status=404
        )
    return views.not_found(request)


def _take(request: HttpRequest, link: ReviewLink) -> HttpResponse:
    """Store a remark or the confirmation, and lead back to the page."""
    key, body = request.POST.get("where", ""), request.POST.get("body", "")
    try:
        if request.POST.get("do") == "confirm":
            link.confirm()
            return HttpResponseRedirect(f"{request.path}#confirm")
        field, anchor = _reading(link).place(key, *selected(request))
        comment = link.remark(body, on=anchor, field=field)
    except Refused as refused:
        if not link.is_open():
            return _nothing(request)
        key = "confirm" if request.POST.get("do") == "confirm" else key
        return _page(request, link, Typed(key, body, str(refused)), status=422)
    return HttpResponseRedirect(f"{request.path}#c{comment.pk}")


def selected(request: HttpRequest) -> tuple[str, int]:
    """Return what a form quotes, and how many letters stand before it in its passage."""
    near = request.POST.get("near", "")
    return request.POST.get("quote", ""), int(near) if near.isdecimal() and len(near) < 9 else 0


def _reading(link: ReviewLink) -> Reading:
    return Reading(link.post, link.revision, timezone.now())


def _page(
    request: HttpRequest, link: ReviewLink, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """Render the page with what came by this link, and what the desk answered to it: no more."""
    mine = Comment.objects.filter(Q(link=link) | Q(thread__link=link))
    comments = mine.select_related("by", "link")[:MOST_COMMENTS]
    context = {"link": link, "may_comment": True, "typed": typed}
    response = show(request, _reading(link), comments, "posts/review_reader.html", **context)
    response.status_code = status
    return response

"""Where nothing is: what leads on from there."""

import unicodedata
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from posts import text
from posts.models import Edition, Redirect, reading

from .cards import Look, cards
from .frame import show

_LONGEST = 1_000  # characters of an address that are looked at
_FOLDER = "posts"
NEWEST = 5  # articles


@require_safe
def elsewhere(request: HttpRequest, path: str) -> HttpResponse:
    """Lead on from an address without its last slash, if something is there. Raises Http404."""
    address = f"/{path}"
    if not path.endswith("/") and _is_there(f"{address}/"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(quote(f"{address}/") + (f"?{query}" if query else ""))
    raise Http404("お探しのページはありません。")


def _is_there(address: str) -> bool:
    """Return whether `address` belongs to a view; the one of static pages takes every word."""
    try:
        found = resolve(address)
    except Resolver404:
        return False
    if found.url_name != "page":
        return found.url_name != "elsewhere"
    slug = text.canonical_slug(found.kwargs["slug"])
    return Edition.objects.public().filter(kind="page", slug=slug).exists()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Lead from an address of the site before to what it held, or show a page that helps on.

    Here and not in a view of its own: an old address may look like one of ours.
    """
    if target := Redirect.find(request.path_info):
        return HttpResponsePermanentRedirect(target)
    composed = "/" + unicodedata.normalize("NFC", request.path_info).lstrip("/")
    if composed != request.path_info:  # a Mac's file names have が in two parts
        return HttpResponsePermanentRedirect(quote(composed))
    newest = Edition.objects.public().newest().values_list("pk", flat=True)[:NEWEST]
    written = cards(request, newest, Look(heading=3))
    alike = reading.resembling(_asked_for(request.path_info))
    return show(request, "404.html", "/", status=404, cards=written, alike=alike)


def _asked_for(path: str) -> str:
    """Return what in a path may be, or hold, the slug of an article: the longer of its last parts.

    Not the name of a file's kind, and no half of a letter that was cut off.
    """
    if "\0" in path:  # PostgreSQL takes none into a query
        return ""
    parts = [text.canonical_slug(part) for part in path[:_LONGEST].split("/")]
    last = max((part for part in parts[-3:] if part != _FOLDER), key=len)
    return last.partition(".")[0].rstrip("\ufffd")

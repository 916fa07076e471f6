"""Files, and what machines ask."""

import re
from typing import Any

from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.utils import timezone
from django.views.decorators.http import require_safe

from posts import images
from posts.models import Delivery, absolute
from posts.pages import FOR_EVER, declare

MEDIA_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}\.(jpg|png|gif|webp)")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a picture. Its name comes from its content, so it may be kept for ever."""
    match = MEDIA_NAME.fullmatch(name)
    if not match or not default_storage.exists(name):
        raise Http404("画像がありません。")
    response = FileResponse(
        default_storage.open(name), content_type=images.CONTENT_TYPES[match.group(1)]
    )
    response["Cache-Control"] = FOR_EVER
    # Should a picture ever be taken for a page, it runs nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# Pages end with a slash, files do not; what is nofollow is another view of a page.
_SOON: dict[str, Any] = {
    "where": {
        "and": [
            {"href_matches": ["/", "/*/"]},
            {"not": {"href_matches": ["/admin/*", "/preview/*", "/review/*"]}},
            {"not": {"selector_matches": "[rel~=nofollow], [target], [download]"}},
        ]
    },
    "eagerness": "moderate",
}


@require_safe
def speculation(request: HttpRequest, way: str) -> HttpResponse:
    """Tell browsers which pages they may fetch (or render) while a reader is about to ask for them.

    Named by a header of each page: the policy of the site allows no such block within pages.
    """
    kind = "application/speculationrules+json"
    response = JsonResponse({way: [_SOON]}, content_type=kind)
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where they may go and where the sitemap is."""
    declare(request, ())
    shut = ["Disallow: /admin/", "Disallow: /review/"]
    lines = ["User-agent: *", *shut, "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers too; 503 when it does not.

    Late deliveries are said in a second line, with 200: readers are served as before.
    """
    try:
        backlog = Delivery.objects.backlog(timezone.now())
        late = f"配信が{backlog.minutes}分遅れています。worker が動いているか確かめてください。\n"
        status, body = 200, "ok\n" + (late if backlog.late else "")
    except DatabaseError:
        status, body = 503, "データベースが応答しません。\n"
    response = HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response

"""Answers to what could not be done: nothing that a person typed is lost.

They ask nothing of the database, which may be what failed.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TYPED = {
    "title": "題",
    "deck": "リード",
    "body": "本文",
    "excerpt": "要約",
    "tags": "タグ",
    "note": "メモ",
}


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the texts of a form that was sent, under the names of its fields."""
    if request.method != "POST":
        return []
    return [(TYPED[name], request.POST[name]) for name in TYPED if request.POST.get(name)]


def give_back(request: HttpRequest, why: str, then: str, *, status: int = 403) -> HttpResponse:
    """Say why nothing was saved and what to do `then`, with the texts that were sent."""
    context = {"why": why, "then": then, "kept": typed(request), "status": status}
    response = render(request, "403.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give the text back when the form's token, or the login, had expired."""
    why = "ページを開いてから時間がたち、ログインの確認ができなくなりました。"
    return give_back(request, why, "ログインし直して、もう一度お試しください。")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Give the text back to somebody who may not save it (any more)."""
    why = "この操作をする権限がありません。原稿なら、保管されたか、担当が変わったようです。"
    return give_back(request, why, "編集者にお問い合わせください。")


def server_error(request: HttpRequest) -> HttpResponse:
    """Show the 500 page, with the text that was sent; as a 503 when the database is away."""
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = 503 if away else 500
    response = render(
        request, "500.html", {"kept": typed(request), "status": status}, status=status
    )
    if away:
        response["Retry-After"] = "5"
    return response

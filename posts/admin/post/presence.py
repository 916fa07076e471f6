"""Who else has a manuscript open: a tab asks every few seconds, and says so itself."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache

from posts.models import Post, Presence, can
from posts.templatetags.desk import person

from .desk import Desk

TAB = re.compile(r"[0-9a-f]{32}")


class Presences(Desk):
    """The tabs that have a manuscript open."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/presence/", wrap(self.presence), name="posts_post_presence"),
            *super().get_urls(),
        ]

    def presence(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that a tab is open, or (leave=1) was closed; answer who else is there.

        Whoever may only look is not editing, and is told all the same.
        """
        post, tab = self.find(request, pk), request.POST.get("tab", "")
        if request.method != "POST" or not TAB.fullmatch(tab):
            raise Http404("原稿がありません。")
        return answer(request, post, tab)


@never_cache
def answer(request: HttpRequest, post: Post, tab: str) -> HttpResponse:
    """Do what the tab says, and return who else has the manuscript open, in words."""
    now = timezone.now()
    if request.POST.get("leave"):
        Presence.leave(post, request.user, tab)
        return HttpResponse(status=204)
    if can(request.user, "edit", post):
        Presence.ping(post, request.user, tab, now)
    others = Presence.objects.current(now).filter(post=post).exclude(tab=tab)
    return JsonResponse({"said": said(request.user, [row.user for row in others])})


def said(reader: Any, people: list[Any]) -> str:
    """Return the sentences that tell `reader` whose tabs have the manuscript open."""
    names = dict.fromkeys(person(one) for one in people if one != reader)
    words = f"いま{'と'.join(f'{name}さん' for name in names)}が編集中です。" if names else ""
    if reader in people:
        words += "この原稿は、別のタブでも開いています。"
    return words

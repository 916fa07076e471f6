"""Notices on the desk: the count in every page's head, the list, and what a person wants."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from posts.models import NOTICES, Notice, Post, Preferences, reachable, roles
from posts.notices import sentence, target

PER_PAGE = 50
MOST = 99  # of unread ones nobody counts further
# A row needs its manuscript's title, not its text.
COLUMNS = ["user_id", "kind", "key", "detail", "at", "read_at", "post__title"]


def urls(wrap: Any) -> list[URLPattern]:
    """Return the addresses of the notices, each view in `wrap` of the admin site."""
    return [
        path("notices/", wrap(listing), name="notices"),
        path("notices/read/", wrap(read), name="notices_read"),
        path("notices/settings/", wrap(settings), name="notice_settings"),
        path("notices/<int:pk>/open/", wrap(open_), name="notice_open"),
    ]


def told(request: HttpRequest) -> Any:
    """Return the notices of the person, but of no manuscript that they may no longer see."""
    seen = Post.objects.seen_by(request.user).filter(pk=OuterRef("post_id"))
    mine = Notice.objects.filter(user=request.user.pk)
    return mine.filter(Q(post=None) | Exists(seen))


def unread(request: HttpRequest) -> str:
    """Return how many are unread, as it is shown: "" for none, "99+" for many; one query."""
    if not roles(request.user):
        return ""
    count = told(request).unread().order_by()[: MOST + 1].count()
    return f"{MOST}+" if count > MOST else str(count or "")


def listing(request: HttpRequest) -> HttpResponse:
    """Show the notices, the newest first; ?before= is the last of the page before."""
    only_unread = "unread" in request.GET
    rows = told(request).select_related("post").only(*COLUMNS).order_by("-pk")
    if before := request.GET.get("before"):
        rows = rows.filter(pk__lt=number(before))
    found = list((rows.unread() if only_unread else rows)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    people = get_user_model()._default_manager.in_bulk(
        {notice.detail.get("by") for notice in shown} - {None}
    )
    context = {
        **admin.site.each_context(request),
        "title": "お知らせ",
        "rows": [(one, sentence(one, people.get(one.detail.get("by")))) for one in shown],
        "only_unread": only_unread,
        "newest": shown[0].pk if shown and not before else None,
        "oldest": shown[-1].pk if len(found) > PER_PAGE else None,
    }
    return TemplateResponse(request, "admin/notices/list.html", context)


def number(value: str) -> int:
    """Return the id that `value` names. Raises Http404."""
    if not value.isdecimal() or len(value) > 18:
        raise Http404("そのお知らせはありません。")
    return int(value)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read one notice, or all up to the newest that the person saw."""
    mine, one = told(request), request.POST.get("notice")
    if one:
        rows = mine.filter(pk=number(one))
        if not rows.exists():
            raise Http404("そのお知らせはありません。")
        rows.read(timezone.now())
    elif until := request.POST.get("until"):
        count = mine.filter(pk__lte=number(until)).read(timezone.now())
        messages.success(request, f"{count}件を既読にしました。")
    else:
        raise BadRequest("どのお知らせかがわかりません。")
    return redirect("admin:notices")


@require_POST
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads. Raises Http404."""
    notice = told(request).filter(pk=pk).first() if pk < 10**18 else None
    if notice is None:
        raise Http404("そのお知らせはありません。")
    Notice.objects.filter(pk=notice.pk).read(timezone.now())
    return HttpResponseRedirect(target(notice))


class Wishes(forms.Form):
    """How the person wants to be told of each kind that may concern them."""

    NEVER, DESK, MAIL = "never", "desk", "mail"
    CHOICES = ((NEVER, "受け取らない"), (DESK, "画面だけ"), (MAIL, "画面とメール"))

    def __init__(self, user: Any, data: Any = None) -> None:
        self.wish = Preferences.of([user])[user.pk]
        super().__init__(data)
        for name, kind in NOTICES.items():
            if roles(user) & kind.roles:
                self.fields[name] = forms.ChoiceField(
                    label=kind.label,
                    help_text=kind.when,
                    choices=self.CHOICES,
                    initial=self._initial(name),
                    widget=forms.RadioSelect,
                )

    def _initial(self, name: str) -> str:
        if not self.wish.wants(name):
            return self.NEVER
        return self.MAIL if self.wish.mails(name) else self.DESK

    def save(self) -> None:
        """Store what was chosen; what was not asked stays."""
        chosen = self.cleaned_data
        others = [name for name in self.wish.unwanted if name not in chosen]
        silent = [name for name in self.wish.unmailed if name not in chosen]
        self.wish.unwanted = others + [name for name in chosen if chosen[name] == self.NEVER]
        self.wish.unmailed = silent + [name for name in chosen if chosen[name] == self.DESK]
        defaults = {"unwanted": self.wish.unwanted, "unmailed": self.wish.unmailed}
        Preferences.objects.update_or_create(user=self.wish.user, defaults=defaults)


def settings(request: HttpRequest) -> HttpResponse:
    """Show and save what the person wants to be told."""
    form = Wishes(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "お知らせの設定を保存しました。")
        return redirect("admin:notice_settings")
    context = {
        **admin.site.each_context(request),
        "title": "お知らせの設定",
        "form": form,
        "reachable": reachable(request.user),
    }
    return TemplateResponse(request, "admin/notices/settings.html", context)

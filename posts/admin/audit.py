"""The audit log: to be read and taken along, by those who see manuscripts; changed by nobody."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from posts.admin.rights import RightAdmin, within_beat
from posts.models import JST, Event, Post, may
from posts.templatetags.desk import person

HEADINGS = ["日時", "操作", "題", "人", "版", "メモ", "詳細"]
# A spreadsheet takes what begins so for a formula (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
CHUNK = 2000  # rows that are read at once


class PeriodFilter(admin.SimpleListFilter):
    """When it happened, in days of Japan."""

    title = "時期"
    parameter_name = "period"
    DAYS = {"today": 1, "week": 7, "month": 30, "year": 365}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("today", "今日"), ("week", "7日間"), ("month", "30日間"), ("year", "1年間")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Return the events since the first midnight of the period."""
        days = self.DAYS.get(self.value() or "")
        if days is None:
            return queryset
        today = timezone.now().astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)
        return queryset.filter(at__gte=today - timedelta(days=days - 1))


class PersonFilter(admin.SimpleListFilter):
    """Who did it."""

    title = "人"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return those who have a login; a desk is small."""
        people = get_user_model()._default_manager.order_by("last_name", "first_name", "username")
        return [*((str(one.pk), person(one)) for one in people), ("none", "サーバー")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Return what this person did."""
        wanted = self.value()
        if wanted == "none":
            return queryset.filter(by=None)
        if wanted and wanted.isdecimal() and len(wanted) < 10:
            return queryset.filter(by=int(wanted))
        return queryset.none() if wanted else queryset


@admin.register(Event)
class EventAdmin(RightAdmin):
    """The log of all that was done at the desk."""

    list_display = ["when", "move", "subject", "who", "revision", "said"]
    list_display_links = None
    list_filter = [PeriodFilter, "move", PersonFilter]
    list_select_related = ["by"]
    search_fields = ["title", "note"]
    search_help_text = "題とメモで探します。"
    ordering = ["-at", "-pk"]

    # Who may

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Return what happened to the manuscripts that the person may see, and to none."""
        there = Exists(Post.objects.filter(pk=OuterRef("post_id")))
        events = Event.objects.with_words().annotate(there=there).order_by(*self.ordering)
        return within_beat(request, events)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person sees all manuscripts; a writer sees own histories only."""
        return may(request.user, "audit")

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes the log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes from the log."""
        return False

    # The list

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Offer what the list shows as a file."""
        context = {"csv": f"csv/?{request.GET.urlencode()}", **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="日時", ordering="at")
    def when(self, obj: Event) -> str:
        """Return the moment in Japan."""
        return f"{obj.at.astimezone(JST):%Y年%-m月%-d日 %H:%M:%S}"

    @admin.display(description="題", ordering="title")
    def subject(self, obj: Event) -> str:
        """Return what it was done with, as the way to its history."""
        if not obj.there:  # type: ignore[attr-defined]  # it may have been erased since
            return obj.title
        address = reverse("admin:posts_post_history", args=[obj.post_id])
        return format_html('<a href="{}">{}</a>', address, obj.title)

    @admin.display(description="人", ordering="by")
    def who(self, obj: Event) -> str:
        """Return who did it."""
        return person(obj.by)

    @admin.display(description="メモ")
    def said(self, obj: Event) -> str:
        """Return the note, or what the comment says."""
        return obj.said

    # The file

    def get_urls(self) -> list[URLPattern]:
        """Add the file of what the list shows, and that of one manuscript."""
        wrap = self.admin_site.admin_view
        return [
            path("csv/", wrap(self.export), name="posts_event_csv"),
            path("csv/<int:pk>/", wrap(self.export_post), name="posts_event_csv_post"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Return what the list shows, all pages of it. Raises Http404."""
        if not self.has_view_permission(request):
            raise Http404("操作の記録がありません。")
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters as error:
            raise Http404("その条件では絞り込めません。") from error
        Event.record("export", by=request.user, title="操作の記録")
        return as_file(rows, "audit")

    def export_post(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """Return the log of one manuscript, for who may see it. Raises Http404."""
        post = Post.objects.seen_by(request.user).filter(pk=pk).first()
        if post is None:
            raise Http404("原稿がありません。")
        export = Event.record("export", by=request.user, title=post.title, post=post)
        before = post.events.with_words().filter(pk__lt=export.pk)
        return as_file(before.select_related("by"), f"audit-{post.pk}")


def as_file(events: QuerySet[Event], name: str) -> StreamingHttpResponse:
    """Return events as a CSV file that spreadsheets open as they are: UTF-8 with BOM, CRLF."""
    response = StreamingHttpResponse(_lines(events), content_type="text/csv; charset=utf-8")
    day = f"{timezone.now().astimezone(JST):%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(events: QuerySet[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(HEADINGS)
    for event in events.iterator(chunk_size=CHUNK):
        yield writer.writerow([harmless(cell) for cell in _cells(event)])


def _cells(event: Event) -> list[str]:
    return [
        _moment(event.at),
        event.get_move_display(),
        event.title,
        person(event.by),
        str(event.revision or ""),
        event.said,
        json.dumps(event.detail, ensure_ascii=False, sort_keys=True) if event.detail else "",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(JST):%Y-%m-%d %H:%M:%S}"


def harmless(cell: str) -> str:
    """Return `cell` so that a spreadsheet shows it as text and never calculates it."""
    return f"'{cell}" if cell.lstrip(" \u3000\n").startswith(FORMULA) else cell

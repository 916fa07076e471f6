"""Admin classes whose permissions come from the rights table, not from Django's permissions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from posts import letters
from posts.admin.choosing import Choosing
from posts.models import Delivery, Event, Post, beat_of, may, roles

COUNT_UP_TO = 5000


class BoundedPaginator(Paginator):
    """Counts no further than COUNT_UP_TO rows: a full count of a large table takes seconds."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most COUNT_UP_TO."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNT_UP_TO + 1].count())


def within_beat[M: Model](request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
    """Return the rows that speak of no manuscript, or of one that the person may see."""
    if beat_of(request.user) is None:
        return rows
    seen = Post.objects.seen_by(request.user).filter(pk=OuterRef("post_id"))
    return rows.filter(Q(post=None) | Exists(seen))


def deliveries_for(request: HttpRequest, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return the deliveries that the person may see.

    Letters tell of people: what went wrong with one may name the mail address.
    """
    rows = within_beat(request, rows)
    return rows if may(request.user, "settle") else rows.exclude(kind__in=["mail", *letters.KINDS])


class RightAdmin(Choosing, admin.ModelAdmin):
    """Whoever has a role may look; whoever has `right` may add and change.

    Deleting is the same right; what is used is refused by the database (PROTECT).
    """

    right = "settle"
    logs: ClassVar = {"add": "add", "change": "change", "delete": "delete"}  # as these Events
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count for every choice reads the whole table
    empty_value_display = ""
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the model shows on the desk."""
        return bool(roles(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may look."""
        return bool(roles(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the person has the right."""
        return may(request.user, self.right)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person has the right."""
        return may(request.user, self.right)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person has the right."""
        return may(request.user, self.right)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Return whether the list may be asked this: what its own filters ask, nothing else.

        Django would let ?body__regex= through, which costs what its author likes, and
        ?posts=1, which tells of a manuscript that the person may not see.
        """
        asked: set[str] = set()
        for listed in self.get_list_filter(request):
            one = listed[0] if isinstance(listed, tuple) else listed
            if isinstance(one, str):
                asked |= {f"{one}__exact", f"{one}__id__exact", f"{one}__isnull"}
            else:
                asked.add(getattr(one, "parameter_name", ""))
        return lookup in asked and "\0" not in str(value)

    def action_checkbox(self, obj: Any) -> SafeString:
        """Return what chooses a row. Django's own is a widget: a sixth of the whole list."""
        box = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        return format_html(box, ACTION_CHECKBOX_NAME, obj.pk, f"「{obj}」を選ぶ")

    # The log

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """Write an Event too."""
        self._log(request, "add", obj, in_words(message))
        return super().log_addition(request, obj, message)

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """Write an Event too, if anything was changed that has none yet."""
        if words := in_words(self.unlogged(message)):
            self._log(request, "change", obj, words)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        """Write Events too."""
        for obj in queryset:
            self._log(request, "delete", obj)
        return super().log_deletions(request, queryset)

    def unlogged(self, message: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return what of a change the log does not know by other ways."""
        return message

    def logged_as(self, obj: Any) -> dict[str, Any]:
        """Return what the log calls `obj`, and what it keeps of it."""
        return {"title": str(obj), "detail": {"kind": self.opts.model_name, "id": obj.pk}}

    def _log(self, request: Any, what: str, obj: Any, words: str = "") -> None:
        if what in self.logs:
            note = "：".join(filter(None, [str(self.opts.verbose_name), words]))
            Event.record(self.logs[what], by=request.user, note=note, **self.logged_as(obj))

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        """Search without the zero byte, which PostgreSQL takes into no query."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def view_on_site(self, obj: Any) -> str | None:
        """Return where readers find `obj`; the admin's own way there would show hidden ones."""
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None


DONE = {"added": "追加", "changed": "変更", "deleted": "削除"}


def in_words(message: list[dict[str, Any]]) -> str:
    """Return what was changed, as Django says it, in words: 名前・よみがな、別名「AI」の追加."""
    words = []
    for one in message:
        for done, about in one.items():
            if "object" in about:
                words.append(f"{about['name']}「{about['object']}」の{DONE[done]}")
            else:
                words.append("・".join(about.get("fields", ())))
    return "、".join(filter(None, words))

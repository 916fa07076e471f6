"""How much each row is used, and clearing away what is used nowhere."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from posts.admin.rights import RightAdmin
from posts.models import Event, Mergeable, Refused

SHOWN = 100  # no list counts further
AT_ONCE = 200  # deleted at one go


def counted(rows: QuerySet[Any], most: int = SHOWN) -> Subquery:
    """Return how many `rows` there are for each outer row, counted no further than one above."""
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    return Subquery(rows.order_by()[: most + 1], template=template, output_field=IntegerField())


def number(count: int, most: int = SHOWN) -> str:
    """Return a bounded count in words."""
    return f"{most:,}以上" if count > most else f"{count:,}"


class UseFilter(admin.SimpleListFilter):
    """Those in use or not; what was merged only when asked for."""

    title = "使用"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("none", "使われていない"), ("merged", "統合済み")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that are so."""
        wanted = self.value()
        if wanted == "merged":
            return queryset.exclude(merged_into=None)
        if wanted == "none":
            model: type[Mergeable] = queryset.model
            return queryset.filter(model.unused())
        return queryset.filter(merged_into=None)


class Uses(RightAdmin):
    """The lists, and deleting what is not used."""

    right = "classify"
    USES: ClassVar = ("posts_count", "public_count")
    list_filter = [UseFilter]
    list_select_related = ["merged_into"]
    actions = ["discard"]
    logged: ClassVar = frozenset({"name", "slug"})  # fields of which the log keeps the values

    # What a row is

    def rows_of_use(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Return the manuscripts and the public articles under OuterRef("pk")."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with how much they are used."""
        posts, articles = self.rows_of_use()
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.annotate(used_in=counted(posts), shown_in=counted(articles))
        return rows

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Suggest nothing that was merged into another."""
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            queryset = queryset.filter(merged_into=None)
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="原稿")
    def posts_count(self, obj: Any) -> str:
        """Return how many manuscripts use it, or where it went."""
        if obj.merged_into:
            return f"→「{obj.merged_into}」"
        return number(obj.used_in)

    @admin.display(description="公開中")
    def public_count(self, obj: Any) -> str:
        """Return how many public articles use it."""
        return "" if obj.merged_into else number(obj.shown_in)

    # Changing one

    def get_form(self, request: Any, obj: Any = None, change: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Say what becomes of the address."""
        texts = {"slug": "住所になります。変えると、以前の住所から新しい住所へ移るようになります。"}
        return super().get_form(request, obj, change=change, help_texts=texts, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what was merged: it only leads on."""
        merged = obj is not None and obj.merged_into_id is not None
        return super().has_change_permission(request, obj) and not merged

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Save, and log what was changed."""
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            self.log_fields(request, obj, form, form.changed_data)

    def log_fields(self, request: Any, obj: Any, form: Any, names: list[str]) -> None:
        """Log that the fields `names` were changed, and those of `logged` with their values."""
        before = {name: form.initial.get(name) for name in names if name in self.logged}
        after = {name: obj.serializable_value(name) for name in before}
        said = [self.said(name, before.get(name), after.get(name)) for name in names]
        note = f"{obj._meta.verbose_name}：{'・'.join(said)}"
        detail = {"kind": obj._meta.model_name, "before": before, "after": after}
        Event.record("relabel", by=request.user, title=str(obj), note=note, detail=detail)

    def said(self, name: str, before: Any, after: Any) -> str:
        """Return how the log calls a change of the field `name`."""
        return str(self.model._meta.get_field(name).verbose_name)

    def unlogged(self, message: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return what was done to rows beside it: its own fields were logged with their values."""
        return [one for one in message if all("object" in about for about in one.values())]

    # Deleting

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        """Offer our own way to delete several, in place of Django's, in the list alone."""
        if action_location != ActionLocation.CHANGE_LIST:
            return {}
        actions: dict[str, Any] = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        """Render one of our own pages in the frame of the admin."""
        context |= self.admin_site.each_context(request)
        context |= {"opts": self.opts}
        return TemplateResponse(request, f"admin/posts/taxonomy/{name}.html", context)

    def find(self, pk: Any) -> Any:
        """Return the row. Raises Http404."""
        known = str(pk).isdecimal() and len(str(pk)) < 19
        row = self.model._default_manager.filter(pk=int(pk)).first() if known else None
        if row is None:
            raise Http404(f"{self.opts.verbose_name}がありません。")
        return row

    def delete_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask, and delete a row that is not used; say of any other why it stays."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        row = self.find(object_id)
        if request.method == "POST" and not row.is_used:
            self._discard(request, [row])
            return HttpResponseRedirect(self._list())
        kept = [row] if row.is_used else []
        return self._ask(request, kept=kept, rows=[] if kept else [row])

    @admin.action(description="使われていないものを消す", permissions=["delete"])
    def discard(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask, and delete those of the chosen rows that are not used."""
        rows = list(queryset.select_related("merged_into")[: AT_ONCE + 1])
        more, rows = len(rows) > AT_ONCE, rows[:AT_ONCE]
        chosen = self.model._default_manager.filter(pk__in=[row.pk for row in rows])
        free = set(chosen.filter(self.model.unused()).values_list("pk", flat=True))
        unused = [row for row in rows if row.pk in free]
        if "confirmed" in request.POST:
            self._discard(request, unused)
            return None
        kept = [row for row in rows if row.pk not in free]
        return self._ask(request, rows=unused, kept=kept, more=more, several=True)

    def _ask(self, request: HttpRequest, **context: Any) -> HttpResponse:
        return self.page(
            request,
            "discard",
            title=f"{self.opts.verbose_name}を消す",
            at_once=AT_ONCE,
            may_merge=self.may_merge(request),
            **context,
        )

    def may_merge(self, request: HttpRequest) -> bool:
        """Return whether the person may merge rows."""
        return False

    def _discard(self, request: HttpRequest, rows: list[Any]) -> None:
        done = []
        for row in rows:
            name = str(row)
            try:
                row.discard(request.user)
            except Refused as refused:
                messages.warning(request, str(refused))
            else:
                done.append(f"「{name}」")
        if done:
            more = f"ほか{len(done) - 5}件" if len(done) > 5 else ""
            messages.success(
                request, f"{self.opts.verbose_name}{''.join(done[:5])}{more}を消しました。"
            )

    def _list(self) -> str:
        return reverse(f"admin:posts_{self.opts.model_name}_changelist")

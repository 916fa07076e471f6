"""Old addresses on the desk: written, written many at once, tried, taken along as a file."""

import csv
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from posts.admin.audit import harmless
from posts.admin.rights import RightAdmin, within_beat
from posts.models import Event, Redirect, may
from posts.views.trial import Answer, answer, trail

GOALS = ["target", "post", "category", "tag", "series", "author", "media"]
LINES = 500  # pasted at once
CHUNK = 2000


class RedirectForm(forms.ModelForm):
    """An old address and where it leads."""

    class Meta:
        model = Redirect
        fields = ["path", *GOALS]
        help_texts = {
            "path": "「/」から始まる住所です。ホスト名や「?」からあとは除きます。",
            "target": "このサイトの住所（/…）か、ほかのサイトの住所（https://…）です。",
        }

    def _post_clean(self) -> None:
        """Refuse an address where readers find a page: the redirect would never be asked."""
        super()._post_clean()  # type: ignore[misc]
        place = self.instance.path
        if "path" in self.errors or place == self.initial.get("path"):
            return
        if answer(place, redirects=False).status != 404:
            self.add_error(
                "path",
                f"「{place}」には、いまページか、このサイトの移転があります。"
                "そちらが先に答えます。",
            )


class PastedForm(forms.Form):
    """Many at once: an old address and where it leads, a line each."""

    lines = forms.CharField(
        label="もとの住所と移転先",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="1行に一つ、空白かタブで区切ります。例：/2019/05/hello.html /posts/hello/",
    )

    def clean_lines(self) -> list[list[str]]:
        """Return the words of each line that has any."""
        lines = [line.split() for line in self.cleaned_data["lines"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > LINES:
            raise ValidationError(f"一度に{LINES}行までです（{len(lines)}行あります）。")
        return lines


class Result(NamedTuple):
    """What became of a pasted line."""

    line: str
    done: bool
    words: str


class TrialForm(forms.Form):
    """An address to be tried."""

    address = forms.CharField(label="住所", max_length=2000)


@admin.register(Redirect)
class RedirectAdmin(RightAdmin):
    """The addresses of before."""

    form = RedirectForm
    logs: ClassVar[dict[str, str]] = {}  # logged by itself, with where it leads
    change_list_template = "admin/posts/redirect/change_list.html"
    list_display = ["path", "goal"]
    list_select_related = ["post", "media", *Redirect.SUBJECTS]
    search_fields = ["path", "target"]
    search_help_text = "もとの住所と移転先の住所で探します。"
    autocomplete_fields = ["post", "media", *Redirect.SUBJECTS]
    fields = ["path", *GOALS]

    # Who may

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redirect]:
        """Return those that lead to no manuscript hidden from the person."""
        return within_beat(request, super().get_queryset(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person sees all manuscripts: their titles stand here."""
        return may(request.user, "audit")

    has_module_permission = has_view_permission

    @admin.display(description="移転先")
    def goal(self, obj: Redirect) -> str:
        """Return where it leads."""
        return goal(obj)

    def view_on_site(self, obj: Redirect) -> None:
        """Lead nowhere: the trial says more."""
        return None

    # The log

    def save_model(self, request: Any, obj: Redirect, form: Any, change: Any) -> None:
        """Save, and log it."""
        super().save_model(request, obj, form, change)
        self._note(request, obj, "変更" if change else "追加")

    def delete_model(self, request: HttpRequest, obj: Redirect) -> None:
        """Delete, and log it."""
        self._note(request, obj, "削除")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Redirect]) -> None:
        """Delete one by one, and log each."""
        for obj in queryset:
            self.delete_model(request, obj)

    @staticmethod
    def _note(request: HttpRequest, obj: Redirect, what: str) -> None:
        # A manuscript by its number: its title is not for everybody who reads the log.
        detail = {"post": obj.post_id} if obj.post else {"goal": goal(obj)}
        Event.record(
            "redirect", by=request.user, title=obj.path, post=obj.post, note=what, detail=detail
        )

    # Pages of its own

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("try/", wrap(self.try_), name="posts_redirect_try"),
            path("paste/", wrap(self.paste), name="posts_redirect_paste"),
            path("csv/", wrap(self.export), name="posts_redirect_csv"),
            *super().get_urls(),
        ]

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        """Render one of our own pages in the frame of the admin."""
        context |= self.admin_site.each_context(request)
        context |= {"opts": self.opts}
        return TemplateResponse(request, f"admin/posts/redirect/{name}.html", context)

    def try_(self, request: HttpRequest) -> HttpResponse:
        """Say where an address leads its readers. Raises Http404."""
        if not self.has_view_permission(request):
            raise Http404("その操作はできません。")
        form = TrialForm(request.GET or None)
        hops: list[Answer] = []
        if form.is_valid():
            hops = trail(form.cleaned_data["address"])
        return self.page(
            request, "try", title="住所を試す", form=form, hops=hops, circle=is_circle(hops)
        )

    def paste(self, request: HttpRequest) -> HttpResponse:
        """Add many, and say of each line what became of it. Raises Http404."""
        if not self.has_add_permission(request):
            raise Http404("その操作はできません。")
        form = PastedForm(request.POST or None)
        results: list[Result] = []
        if request.method == "POST" and form.is_valid():
            results = [self._add(request, words) for words in form.cleaned_data["lines"]]
            done = sum(result.done for result in results)
            if done:
                messages.success(request, f"{done}件の移転を加えました。")
            form = PastedForm(
                initial={"lines": "\n".join(one.line for one in results if not one.done)}
            )
        title = "移転をまとめて加える"
        return self.page(request, "paste", title=title, form=form, results=results)

    def _add(self, request: HttpRequest, words: list[str]) -> Result:
        line = " ".join(words)
        if len(words) != 2:
            return Result(line, done=False, words="もとの住所と移転先の二つを書いてください。")
        form = RedirectForm({"path": words[0], "target": words[1]})
        with transaction.atomic():
            if not form.is_valid():
                errors = [error for found in form.errors.values() for error in found]
                return Result(line, done=False, words=" ".join(map(str, errors)))
            row = form.save()
            self._note(request, row, "追加")
        return Result(line, done=True, words=f"{row.path} → {goal(row)}")

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """Return all that the person may see, as a file for spreadsheets. Raises Http404."""
        if not self.has_view_permission(request):
            raise Http404("その操作はできません。")
        rows = self.get_queryset(request).select_related(*self.list_select_related)
        Event.record("export", by=request.user, title="移転")
        response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="redirects.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def goal(row: Redirect) -> str:
    """Return where a row leads, in words."""
    if row.subject:
        return f"{row.subject._meta.verbose_name}「{row.subject}」"
    if row.post:
        return f"原稿「{row.post}」"
    return f"画像「{row.media}」" if row.media else row.target


def is_circle(hops: list[Answer]) -> bool:
    """Return whether who follows these never arrives."""
    return bool(hops) and 300 <= hops[-1].status < 400 and hops[-1].location.startswith("/")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[Redirect]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(["もとの住所", "移転先"])
    for row in rows.iterator(chunk_size=CHUNK):
        yield writer.writerow([harmless(row.path), harmless(goal(row))])

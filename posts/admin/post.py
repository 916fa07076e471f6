"""Manuscripts on the desk: list, form, preview, moves, history, import."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache

from posts import formats, imports, refusals, views
from posts.admin.rights import RightAdmin
from posts.admin.updated import UpdatedPage, updated_pages
from posts.editor import MOVE_FORMS, BylineFormSet, ImportForm, MoveForm, PostForm, bylines_of
from posts.models import (
    MOVES,
    Body,
    Byline,
    Composed,
    Edition,
    Manuscript,
    Move,
    Post,
    Ready,
    Refused,
    Revision,
    Span,
    Status,
    Timeline,
    can,
    compose,
    may,
    render,
)
from posts.text import hints, problems

# The moves whose confirmation says what readers would stumble over.
READ_FIRST = {"submit", "approve", "publish"}

NAME_MAX = 255  # bytes of a file's name, on every file system


class BylineInline(admin.TabularInline):
    """Who signs, in order."""

    model = Byline
    formset = BylineFormSet
    extra = 1
    max_num = 50
    fields = ["author", "role", "position"]
    autocomplete_fields = ["author"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset; the thousand rows that Django adds to the most cost seconds."""
        return super().get_formset(request, obj, absolute_max=2 * self.max_num, **kwargs)

    def _permitted(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or not isinstance(obj, Post) or can(request.user, "edit", obj)

    has_add_permission = has_change_permission = has_delete_permission = _permitted

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the manuscript sees who signs it."""
        return True


class PublicationFilter(admin.SimpleListFilter):
    """Where a manuscript stands towards the readers."""

    title = "公開"
    parameter_name = "publication"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [
            ("live", "公開中"),
            ("changed", "未公開の変更あり"),
            ("waiting", "公開予定"),
            ("never", "未公開"),
            ("archived", "保管"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        """Return the manuscripts that are so; archived ones only when asked for."""
        editions = Edition.objects.filter(post=OuterRef("pk"))
        live = editions.public()
        wanted = self.value()
        if wanted == "archived":
            return queryset.filter(archived_at__isnull=False)
        queryset = queryset.filter(archived_at__isnull=True)
        if wanted == "live":
            return queryset.filter(Exists(live))
        if wanted == "changed":
            return queryset.filter(
                Exists(live.exclude(version=OuterRef("version"))),
            )
        if wanted == "waiting":
            coming = Edition.objects.filter(visible_from__gt=timezone.now())
            return queryset.filter(pk__in=coming.values("post"))
        if wanted == "never":
            return queryset.filter(~Exists(editions))
        return queryset


@admin.register(Post)
class PostAdmin(RightAdmin):
    """The manuscripts that a person may see."""

    right = "write"
    form = PostForm
    inlines = [BylineInline]
    list_display = ["title_line", "state", "names", "category", "dates", "planned_on", "edited"]
    list_display_links = None
    list_filter = [PublicationFilter, "status", "category"]
    list_select_related = ["category"]
    search_fields = ["title", "slug", "authors__name"]
    search_help_text = "題・スラッグ・著者で探します。"
    autocomplete_fields = ["category", "series", "cover"]
    date_hierarchy = None
    actions = None
    fieldsets = [
        (None, {"fields": ["base", "title", "deck", "body", "breaks"]}),
        ("一覧での見え方", {"fields": ["excerpt", "cover"]}),
        ("分類", {"fields": ["category", "tags", ("series", "series_part")]}),
        ("住所と予定", {"fields": ["slug", "kind", "planned_on", "reading_minutes"]}),
    ]

    # Who may

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Return what the person may see: what is not theirs looks like what is not there."""
        seen = Post.objects.seen_by(request.user).with_state()
        return seen.prefetch_related("bylines__author")

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Return whether the person may see the list, or this manuscript."""
        return may(request.user, "write") if obj is None else can(request.user, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Return whether the person may edit this manuscript as it stands."""
        return may(request.user, "write") if obj is None else can(request.user, "edit", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Manuscripts are archived, never deleted."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        """A manuscript that readers have seen stays an article or a page."""
        return ["kind"] if obj and obj.editions.exists() else []

    # The list

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Tell the list whether to offer the import."""
        context = {"may_import": may(request.user, "import"), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="題", ordering="title")
    def title_line(self, obj: Post) -> str:
        """Return the title as the way into the form."""
        address = reverse("admin:posts_post_change", args=[obj.pk])
        return format_html('<a class="post-title" href="{}">{}</a>', address, obj.title)

    @admin.display(description="状態")
    def state(self, obj: Post) -> str:
        """Return where the manuscript stands."""
        key, label = obj.state
        return format_html('<span class="state state-{}">{}</span>', key, label)

    @admin.display(description="署名")
    def names(self, obj: Post) -> str:
        """Return who signs."""
        return "、".join(byline.author.name for byline in obj.bylines.all())

    @admin.display(description="公開日時")
    def dates(self, obj: Post) -> str:
        """Return when it was, or will be, published."""
        moment = obj.live_from or obj.waiting_from  # type: ignore[attr-defined]
        if not moment:
            return ""
        shown = timezone.localtime(moment)
        until = obj.live_until  # type: ignore[attr-defined]
        end = f"（{timezone.localtime(until):%-m月%-d日}まで）" if until else ""
        return f"{shown:%Y年%-m月%-d日 %H:%M}{end}"

    @admin.display(description="最終保存", ordering="edited_at")
    def edited(self, obj: Post) -> str:
        """Return when it was last saved."""
        return f"{timezone.localtime(obj.edited_at):%Y年%-m月%-d日 %H:%M}"

    # Saving: the form makes the revision's content, the verb writes the rows.

    def change_view(self, request: Any, object_id: Any, *args: Any, **kwargs: Any) -> Any:
        """Give the text back to somebody whose manuscript it is no more."""
        if request.method == "POST" and self.get_object(request, unquote(object_id)) is None:
            raise PermissionDenied
        return super().change_view(request, object_id, *args, **kwargs)

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Give the text back when something changed between the form's checks and the verb's."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            then = "原稿を開き直し、文章を貼り付けて保存してください。"
            return refusals.give_back(request, str(refused), then, status=409)

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Write nothing yet: the signatures are in the formset."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Save the whole manuscript, relations included, as one revision."""
        post: Post = form.instance
        manuscript = form.manuscript(bylines_of(formsets[0]))
        data = form.cleaned_data
        if not change:
            kind = data.get("kind") or Post.Kind.ARTICLE
            begun = Post.begin(manuscript, by=request.user, kind=kind)
            post.__dict__.update(begun.__dict__)
            revision = post.head
        else:
            revision = post.write(manuscript, by=request.user, base=data["base"])
        post.kept = None if revision.number == post.version else revision  # type: ignore[attr-defined]
        if post.kept is None:  # type: ignore[attr-defined]
            kind = data.get("kind") or post.kind
            post.arrange(by=request.user, planned_on=data["planned_on"], kind=kind)

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """Write nothing: the verbs write Events."""

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """Write nothing: the verbs write Events."""

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Say nothing: the revision says it better."""
        return []

    def response_add(self, request: HttpRequest, obj: Post, *args: Any) -> HttpResponse:
        """Go on to the move that was asked for, or stay with the manuscript."""
        return self.after_saving(request, obj)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        """Show the conflict when somebody saved meanwhile, or go on."""
        kept: Revision | None = getattr(obj, "kept", None)
        return self.conflict(request, obj, kept) if kept else self.after_saving(request, obj)

    def after_saving(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Say that it is saved, and go where the pressed button leads."""
        move = request.POST.get("_then", "")
        possible = dict(moves_for(request.user, post, post.timeline()))
        if move in possible:
            return HttpResponseRedirect(reverse("admin:posts_post_move", args=[post.pk, move]))
        messages.success(request, f"「{post.title}」を保存しました（第{post.version}版）。")
        if move == "publish" and can(request.user, move, post):
            messages.info(request, "読者に見えている版と同じなので、公開するものはありません。")
        return HttpResponseRedirect(reverse("admin:posts_post_change", args=[post.pk]))

    def conflict(self, request: HttpRequest, post: Post, kept: Revision) -> HttpResponse:
        """Show both texts: what is saved now, and what this person wrote and we kept."""
        context = {"title": "ほかの人が先に保存しています", "kept": kept, "head": post.head}
        return self.page(request, "conflict", post, **context, status=409)

    # Pages around the form

    def get_urls(self) -> list[URLPattern]:
        """Add preview, moves, history and import to the addresses of the admin."""
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="posts_post_import"),
            path("preview/", wrap(self.preview_new), name="posts_post_preview_new"),
            path("<int:pk>/preview/", wrap(self.preview), name="posts_post_preview"),
            path("<int:pk>/history/", wrap(self.history), name="posts_post_history"),
            path("<int:pk>/move/<slug:move>/", wrap(self.move), name="posts_post_move"),
            *super().get_urls(),
        ]

    def page(
        self,
        request: HttpRequest,
        name: str,
        post: Post | None,
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """Render one of our own pages in the frame of the admin."""
        context |= self.admin_site.each_context(request)
        context |= {"opts": self.opts, "original": post, "post": post}
        return TemplateResponse(request, f"admin/posts/post/{name}.html", context, status=status)

    def find(self, request: HttpRequest, pk: int) -> Post:
        """Return the manuscript, if the person may see it. Raises Http404."""
        post = self.get_queryset(request).filter(pk=pk).first()
        if post is None or not can(request.user, "view", post):
            raise Http404("原稿がありません。")
        return post

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the state of the manuscript and the moves this person may make."""
        post = context.get("original")
        draft = post or Post(created_by=request.user)
        timeline, saving = draft.timeline(), can(request.user, "edit", draft)
        context["moves"] = moves_for(request.user, draft, timeline, saving=saving)
        context |= {"post": post, "live": timeline.live, "waiting": timeline.waiting}
        return super().render_change_form(request, context, *args, **kwargs)

    def preview_new(self, request: HttpRequest) -> HttpResponse:
        """Show what the form of a new manuscript holds as readers would see it."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise Http404("下見するものがありません。")
        return self.preview_form(request, Post())

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the manuscript (GET), a revision (?revision=3) or the form (POST) as a page."""
        post = self.find(request, pk)
        if request.method == "POST":
            return self.preview_form(request, post)
        revision = find_revision(post, request.GET.get("revision", str(post.version)))
        manuscript, now = revision.manuscript, timezone.now()
        body = render(post, manuscript, now)
        composed = compose(post, manuscript, Span(now), ready=Ready(body=body))
        return preview_page(request, composed, body, manuscript)

    def preview_form(self, request: HttpRequest, post: Post) -> HttpResponse:
        """Show what the form holds, saved or not."""
        form_class: Any = self.get_form(request, post if post.pk else None)
        form = form_class(request.POST, instance=post)
        formset = self.get_formset_for_preview(request, post)
        if not (form.is_valid() and formset.is_valid()):
            context = {"title": "下見できません", "form": form, "formset": formset}
            return self.page(request, "preview_errors", None, status=422, **context)
        # What takes long is done outside: SQLite has one transaction that writes at a time.
        now = timezone.now()
        body = render(post, form.words(), now)
        with transaction.atomic():
            # New tags are made, to look as they will, and forgotten again.
            manuscript = form.manuscript(bylines_of(formset))
            composed = compose(post, manuscript, Span(now), ready=Ready(body=body))
            transaction.set_rollback(True)
        return preview_page(request, composed, body, manuscript)

    def get_formset_for_preview(self, request: HttpRequest, post: Post) -> Any:
        """Return the bound formset of signatures."""
        obj = post if post.pk else None
        [(formset_class, inline)] = self.get_formsets_with_inlines(request, obj)
        return formset_class(
            request.POST, instance=post, prefix="bylines", queryset=inline.get_queryset(request)
        )

    def move(self, request: HttpRequest, pk: int, move: str) -> HttpResponse:
        """Ask, and make a move."""
        post = self.find(request, pk)
        if move not in MOVES or move in {"view", "edit"} or not can(request.user, move, post):
            raise Http404("その操作はできません。")
        seen = {"version": post.version}
        form = MOVE_FORMS.get(move, MoveForm)(request.POST or None, initial=seen)
        if request.method == "POST" and form.is_valid():
            try:
                found = make(post, move, request, form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"「{post.title}」{done(move, form.cleaned_data)}。")
                for problem in found:
                    messages.warning(request, problem)
                return HttpResponseRedirect(reverse("admin:posts_post_change", args=[post.pk]))
        return self.page(request, "move", post, **self.move_context(request, post, move, form))

    def move_context(
        self, request: HttpRequest, post: Post, move: str, form: MoveForm
    ) -> dict[str, Any]:
        """Return what the confirmation shows."""
        timeline, revision = post.timeline(), wanted_revision(request, post)
        found: tuple[str, ...] = ()
        pages: list[UpdatedPage] = []
        if move in READ_FIRST and not (move == "publish" and timeline.waiting):
            manuscript, now = (revision or post.head).manuscript, timezone.now()
            body = render(post, manuscript, now)
            found = problems(body.rendered)
            if move == "publish":
                composed = compose(post, manuscript, Span(now), ready=Ready(body=body))
                pages = updated_pages(timeline.live, composed, now)
        return {
            "title": f"{MOVES[move].label}：{post.title}",
            "move": move,
            "label": MOVES[move].label,
            "form": form,
            "live": timeline.live,
            "waiting": timeline.waiting,
            "revision": revision,
            "problems": found,
            "pages": pages,
        }

    def history(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the revisions and what was done with the manuscript."""
        post = self.find(request, pk)
        context: dict[str, Any] = {
            "title": f"履歴：{post.title}",
            "revisions": post.revisions.select_related("by").defer("packed")[:200],
            "events": post.events.select_related("by")[:200],
            "live": post.live(),
            "may_restore": can(request.user, "restore", post),
        }
        return self.page(request, "history", post, **context)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Import an uploaded article or a zip."""
        if not may(request.user, "import"):
            raise Http404("その操作はできません。")
        form = ImportForm(request.POST or None, request.FILES or None)
        if not may(request.user, "publish_imports"):
            form.fields["state"].initial = "draft"
            form.fields["state"].disabled = True
        report = None
        if request.method == "POST" and form.is_valid():
            try:
                report = import_upload(request, form.cleaned_data)
            except formats.Refused as error:
                form.add_error("source", str(error))
        return self.page(request, "import", None, title="取り込み", form=form, report=report)


def moves_for(
    user: Any, post: Post, timeline: Timeline, *, saving: bool = False
) -> list[tuple[str, Move]]:
    """Return the moves that `user` may make on `post` now and that would not be refused.

    With `saving` the move comes after a save, which may make the manuscript differ from
    what readers see. A post that is not saved yet has the moves of a draft.
    """
    live, waiting = timeline.live, timeline.waiting
    same = bool(live and live.version == post.version and not saving)
    pointless = {
        "archive": bool(live or waiting or not post.pk),
        "publish": bool(waiting) or same,
        "unschedule": not (waiting or (live and live.visible_until)),
        "unpublish": not (live or waiting),
        "approve": post.status == Status.READY,
        "restore": True,  # from the history, where one chooses the revision
        "view": True,
        "edit": True,
    }
    return [
        (name, move)
        for name, move in MOVES.items()
        if can(user, name, post) and not pointless.get(name)
    ]


DONE = {
    "submit": "を確認に出しました",
    "withdraw": "を確認から引き取りました",
    "return_": "を差し戻しました",
    "approve": "を承認しました",
    "publish": "を公開しました",
    "unschedule": "の予定を取り消しました",
    "unpublish": "の公開を終えました",
    "archive": "を保管しました",
    "revive": "を保管から戻しました",
    "restore": "を選んだ版に戻しました",
}
LATER = {"publish": "の公開を予約しました", "unpublish": "の公開終了を予約しました"}


def done(move: str, data: dict[str, Any]) -> str:
    """Return what was done with the manuscript, to stand behind its title."""
    return LATER[move] if data.get("at") else DONE[move]


def wanted_revision(request: HttpRequest, post: Post) -> Revision | None:
    """Return the revision that ?revision= names, None without one. Raises Http404."""
    number = request.GET.get("revision", "")
    return find_revision(post, number) if number else None


def find_revision(post: Post, number: str) -> Revision:
    """Return the revision with this number. Raises Http404."""
    known = number.isdecimal() and len(number) < 10
    revision = post.revisions.filter(number=int(number)).first() if known else None
    if revision is None:
        raise Http404("その版はありません。")
    return revision


def make(post: Post, move: str, request: HttpRequest, data: dict[str, Any]) -> tuple[str, ...]:
    """Call the verb on what the person had before them. Raises Refused.

    Returns what readers of a scheduled edition will stumble over: the confirmation told how
    it would be if it were public at once.
    """
    by, revision = request.user, wanted_revision(request, post)
    data = dict(data)
    version = data.pop("version", None)
    if move == "restore":
        if revision is None:
            raise Refused("どの版に戻すのかが指定されていません。")
        post.restore(revision, by=by)
    elif move == "publish":
        read = post.revisions.filter(number=version).first() if version else None
        chosen = revision or read or post.head
        # Rendered before the verb locks anything: on SQLite all writers would wait.
        body = render(post, chosen.manuscript, data["at"] or timezone.now())
        post.publish(by, chosen, ready=Ready(body=body), **data)
        return problems(body.rendered) if data["at"] else ()
    elif move == "approve":
        post.approve(by, base=version, **data)
    else:
        getattr(post, move)(by, **data)
    return ()


@never_cache
def preview_page(
    request: HttpRequest, composed: Composed, body: Body, manuscript: Manuscript
) -> HttpResponse:
    """Return the page that readers would see; it is neither indexed nor referred to."""
    remarks = {"problems": problems(body.rendered), "hints": hints(manuscript.body)}
    response = views.article_page(request, composed, preview=True, remarks=remarks)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def import_upload(request: HttpRequest, data: dict[str, Any]) -> imports.Report:
    """Import what was uploaded, under its own name. Raises formats.Refused."""
    upload = data["source"]
    publish = {"publish": True, "draft": False}.get(data["state"])
    options = imports.Options(publish, data["dry_run"], breaks=data["breaks"], by=request.user)
    # Only the last part of the name, and never one that leads elsewhere.
    name = Path(upload.name).name or "upload"
    if len(os.fsencode(name)) > NAME_MAX:
        raise formats.Refused("ファイルの名前が長すぎます。", hint="短くしてください。")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        with source.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return imports.run(source, options)

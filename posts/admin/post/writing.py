"""The form of a manuscript: it makes the content of a revision, and the verb writes the rows."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from posts import refusals
from posts.admin.choosing import Choosing
from posts.editor import BylineFormSet, PostForm, bylines_of
from posts.models import Byline, Post, Refused, Revision, can

from .merging import Merges
from .moving import ASIDE, moves_for


class BylineInline(Choosing, admin.TabularInline):
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


class Writing(Merges):
    """The form."""

    form = PostForm
    inlines = [BylineInline]
    autocomplete_fields = ["category", "series", "cover"]
    fieldsets = [
        (None, {"fields": ["base", "title", "deck", "body", "breaks"]}),
        ("一覧での見え方", {"fields": ["excerpt", "cover"]}),
        ("分類", {"fields": ["category", "tags", ("series", "series_part")]}),
        ("住所と予定", {"fields": ["slug", "kind", "planned_on", "reading_minutes"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        """A manuscript that readers have seen stays an article or a page."""
        return ["kind"] if obj and obj.editions.exists() else []

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the state of the manuscript and the moves this person may make."""
        post = context.get("original")
        draft = post or Post(created_by=request.user)
        timeline, saving = draft.timeline(), can(request.user, "edit", draft)
        moves = moves_for(request.user, draft, timeline, saving=saving)
        context["moves"] = [one for one in moves if one[0] not in ASIDE]
        context["aside"] = [one for one in moves if one[0] in ASIDE]
        context |= {"post": post, "live": timeline.live, "waiting": timeline.waiting}
        return super().render_change_form(request, context, *args, **kwargs)

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
        # A planned day is no part of the text: it is set also where the text had to be kept aside.
        changed = {name: data[name] for name in form.rearranged}
        if post.kept:  # type: ignore[attr-defined]
            changed.pop("kind", None)
        post.arrange(by=request.user, **changed)

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
        """Show what is saved now, what this person wrote and we kept, and both as one.

        The kind is in no revision, and was not saved: the page says so.
        """
        form: Any = self.get_form(request, post)(request.POST)
        wanted = form["kind"].value() if "kind" in form.rearranged else post.kind
        context: dict[str, Any] = {}
        if wanted != post.kind:
            context["unsaved_kind"] = Post.Kind(wanted).label
        return self.merge_page(request, post, kept, post.head, status=409, **context)

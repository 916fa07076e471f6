"""A text that was kept aside, and what became of the manuscript meanwhile: one of both."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from posts import text
from posts.editor import PostForm
from posts.models import TEXTS, Manuscript, Merging, Post, Question, Refused, Revision, can, resolve
from posts.templatetags.desk import person

from .desk import Desk, find_revision, wanted_revision
from .differences import LABELS, Names, differences, trimmed

ASIDE = {Revision.Why.KEPT, Revision.Why.AUTOSAVE}


class MergeForm(PostForm):
    """The texts of a merged manuscript, to be gone over once more before it is saved."""

    tags = None  # type: ignore[assignment]

    class Meta(PostForm.Meta):
        fields = list(TEXTS)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question, and what it would put there."""

    value: str
    label: str
    runs: tuple[text.Run, ...]


class Merges(Desk):
    """Merging."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", wrap(self.merge), name="posts_post_merge"),
            *super().get_urls(),
        ]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how ?revision= and the manuscript become one (GET); merge as chosen, save (POST)."""
        post = self.get_queryset(request).filter(pk=pk).first()
        if post is None or not can(request.user, "edit", post):
            if request.method == "POST":
                raise PermissionDenied  # which gives the text back
            raise Http404("原稿がありません。")
        kept = wanted_revision(request, post)
        if kept is None or kept.why not in ASIDE:
            raise Http404("その版はありません。")
        head = find_revision(post, request.POST.get("base", "") or str(post.version))
        if request.method != "POST":
            return self.merge_page(request, post, kept, head)
        merging = merging_of(post, kept, head)
        choices = {one.key: request.POST.get(f"choice-{one.key}", "") for one in merging.questions}
        if "_save" not in request.POST:
            return self.merge_page(request, post, kept, head, choices=choices)
        return self.save_merged(request, post, kept, head, choices)

    def save_merged(
        self,
        request: HttpRequest,
        post: Post,
        kept: Revision,
        head: Revision,
        choices: dict[str, str],
    ) -> HttpResponse:
        """Save the merged manuscript; when somebody saved again, show how to merge with that."""
        form = MergeForm(request.POST, instance=post)
        if form.is_valid():
            texts = {name: form.cleaned_data[name] for name in TEXTS}
            merged = replace(merging_of(post, kept, head).answered(choices), **texts)
            note = f"{kept}と合わせた原稿"
            try:
                saved = post.write(merged, by=request.user, base=head.number, note=note)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                if saved.number != post.version:
                    return self.merge_page(request, post, saved, post.head, status=409)
                messages.success(request, f"合わせた原稿を保存しました（{saved}）。")
                return HttpResponseRedirect(reverse("admin:posts_post_change", args=[post.pk]))
        return self.merge_page(request, post, kept, head, choices=choices, form=form)

    def merge_page(
        self,
        request: HttpRequest,
        post: Post,
        kept: Revision,
        head: Revision,
        *,
        choices: dict[str, str] | None = None,
        form: Any = None,
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """Show theirs, yours and the merge: what has to be chosen, or else what comes of it."""
        merging, names = merging_of(post, kept, head), Names()
        context |= {"title": "保存の重なり", "kept": kept, "head": head, "asking": False}
        if merging.questions and choices is None:
            yours = "あなた" if kept.by == request.user else person(kept.by)
            context["asking"] = True
            context["questions"] = [
                (one, LABELS[one.field], options(one, merging, names, yours))
                for one in merging.questions
            ]
        else:
            merged = merging.answered(choices or {})
            if form is None:
                form = MergeForm(initial={name: getattr(merged, name) for name in TEXTS})
                form.initial["base"] = head.number
            context |= {
                "merged": merged,
                "form": form,
                "choices": choices or {},
                "differences": differences(merging.theirs, merged, names),
            }
        return self.page(request, "conflict", post, status, **context)


def merging_of(post: Post, kept: Revision, head: Revision) -> Merging:
    """Return the merge of a text that was kept aside with `head`, from where it began.

    Where that was an autosave that is gone, from the one before: both began from that, too.
    What the three refer to may have been merged since: it is no difference between them.
    """
    began = post.revisions.filter(number__lte=kept.base).first()
    base = began.manuscript if began else Manuscript()
    return Merging(*map(resolve, (base, head.manuscript, kept.manuscript)))


def options(question: Question, merging: Merging, names: Names, yours: str) -> list[Option]:
    """Return the answers that a person can choose from; `yours` wrote what was kept aside."""
    labels = {"theirs": "いまの原稿", "ours": f"{yours}の文章", "both": "両方をこの順で"}
    if question.is_text:
        return [
            Option(value, label, passage(question.base, question.answer(value)))
            for value, label in labels.items()
        ]
    found = []
    sides = names.pair(merging.theirs, merging.ours, question.field)
    for value, items in zip(("theirs", "ours"), sides, strict=True):
        said = "、".join(items) or "なし"
        found.append(Option(value, labels[value], (text.Run("equal", said),)))
    return found


def passage(base: str, side: str) -> tuple[text.Run, ...]:
    """Return what a side made of a passage, in one line of text."""
    changes = map(trimmed, text.diff(base, side))
    return tuple(run for change in changes if change.kind != "moved_from" for run in change.runs)

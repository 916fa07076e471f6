"""An urgent correction of what is live, while the manuscript or a plan has gone on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from posts.editor import MAX_BODY, PublishForm
from posts.models import (
    MOVES,
    TEXTS,
    Change,
    Decided,
    Draft,
    Finding,
    Fix,
    Manuscript,
    Post,
    Question,
    Ready,
    Refused,
    Seen,
    Span,
    Timeline,
    Way,
    can,
    compose,
    examine,
    render,
)

from .desk import Desk
from .differences import LABELS, differences

SIDES = {"theirs": "もとの文章", "ours": "訂正", "both": "両方"}


def number() -> forms.IntegerField:
    """Return the field of a version; 0: none."""
    return forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class FixForm(forms.Form):
    """The words of what is live, and the versions that the correction began from."""

    title = forms.CharField(label="題", max_length=200)
    deck = forms.CharField(label="リード", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    body = forms.CharField(
        label="本文",
        required=False,
        strip=False,
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 20, "lang": "ja"}),
    )
    excerpt = forms.CharField(
        label="要約", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    live = number()
    head = number()
    waiting = number()

    def fixed(self, base: Manuscript) -> Manuscript:
        """Return `base` with what was typed."""
        return replace(base, **{name: self.cleaned_data[name] for name in TEXTS}).cleaned()

    def seen(self) -> Seen:
        """Return the versions that the person had before them."""
        return Seen(*(self.cleaned_data[name] for name in ("live", "head", "waiting")))


class TellForm(PublishForm):
    """What readers are told of the correction; it is published at once."""

    at = until = version = None  # type: ignore[assignment]
    field_order = ["override", "kind", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = Change.CORRECTION


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a merge, as the page asks it."""

    name: str  # in the form
    question: Question
    chosen: str

    @property
    def label(self) -> str:
        """What is asked about."""
        return LABELS.get(self.question.field, "そのほかの欄")

    @property
    def sides(self) -> list[tuple[str, str, str]]:
        """The answers: what is sent, what it is called, its words."""
        words = {"theirs": self.question.theirs, "ours": self.question.ours}
        both = [("both", SIDES["both"], "")] if self.question.is_text else []
        return [(key, SIDES[key], str(said)) for key, said in words.items()] + both


class Fixes(Desk):
    """The correction: the text, what becomes of everything, the verb."""

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses, before that of the other moves."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/move/fix/", wrap(self.fix), name="posts_post_fix"),
            *super().get_urls(),
        ]

    def fix(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the corrected text, show what becomes of what, and publish."""
        post = self.find(request, pk)
        if not can(request.user, "fix", post):
            raise Http404("その操作はできません。")
        timeline = post.timeline()
        try:
            begun = Fix.of(timeline)
        except Refused as refused:
            return self.page(request, "fix", post, title=MOVES["fix"].label, refused=str(refused))
        seen = Seen.of(timeline)
        if request.method != "POST":
            initial = {name: getattr(begun.base, name) for name in TEXTS}
            stands = {"live": seen.live, "head": seen.head, "waiting": seen.waiting}
            return self.ask_text(request, post, begun, FixForm(initial=initial | stands))
        form = FixForm(request.POST)
        if not form.is_valid() or "_back" in request.POST:
            return self.ask_text(request, post, begun, form)
        if form.seen().live != seen.live:
            form.add_error(
                None,
                "直しているあいだに、公開中の版が入れ替わりました。下の文章は前の版をもとにして"
                "います。直したところを控えて、開き直してください。",
            )
            return self.ask_text(request, post, begun, form)
        fix = Fix.of(timeline, form.fixed(begun.base))
        if fix.fixed == fix.base:
            form.add_error(None, "公開中の版と同じ文章です。直してから進んでください。")
            return self.ask_text(request, post, begun, form)
        return self.confirm(request, post, timeline, fix, form.seen())

    def ask_text(self, request: HttpRequest, post: Post, begun: Fix, form: FixForm) -> HttpResponse:
        """Show the text to be corrected."""
        context: dict[str, Any] = {"title": MOVES["fix"].label, "form": form, "fix": begun}
        return self.page(request, "fix", post, **context)

    def confirm(
        self, request: HttpRequest, post: Post, timeline: Timeline, fix: Fix, seen: Seen
    ) -> HttpResponse:
        """Show what becomes of what; publish when that was confirmed."""
        decided, now = decisions(request, fix), timezone.now()
        body = render(post, fix.fixed, now)
        findings = list(found(post, fix, decided, Ready(body=body)))
        sent = request.POST if "_publish" in request.POST else None
        tell = TellForm(sent, stopped=any(one.blocks for one in findings), post=post)
        if sent and tell.is_valid():
            try:
                ready = Ready(body=body)
                said = tell.cleaned_data
                post.fix(fix.fixed, request.user, seen=seen, decided=decided, ready=ready, **said)
            except Refused as refused:
                tell.add_error(None, str(refused))
            else:
                messages.success(request, f"「{fix.fixed.title}」の訂正を公開しました。")
                return HttpResponseRedirect(reverse("admin:posts_post_change", args=[post.pk]))
        context: dict[str, Any] = {
            **{"title": MOVES["fix"].label, "fix": fix, "tell": tell, "now": now},
            **{"findings": findings, "decided": decided, "seen": Seen.of(timeline)},
            **becomes(fix, decided, request),
        }
        return self.page(request, "fix_confirm", post, **context)


def decisions(request: HttpRequest, fix: Fix) -> Decided:
    """Return what was decided in the form."""
    way = Way.WITHDRAW if request.POST.get("way") == Way.WITHDRAW else Way.MERGE
    answers: dict[str, dict[str, str]] = {"manuscript": {}, "waiting": {}}
    for whose, question in fix.questions(way):
        answer = request.POST.get(f"{whose}-{question.key}", "")
        if answer in SIDES:
            answers[whose][question.key] = answer
    return Decided(way, **answers)


def found(post: Post, fix: Fix, decided: Decided, ready: Ready) -> Iterator[Finding]:
    """Yield what the checks find: in the correction, and where they stop it, in what waits."""
    now = timezone.now()
    composed = compose(post, fix.fixed, Span(now), ready=ready)
    yield from examine(Draft(post, fix.fixed, composed))
    if fix.waiting and decided.way == Way.MERGE:
        later = (fix.planned or fix.manuscript).answered(
            decided.waiting if fix.planned else decided.manuscript
        )
        composed = compose(post, later, Span(fix.waiting.visible_from))
        yield from (one for one in examine(Draft(post, later, composed)) if one.blocks)


def becomes(fix: Fix, decided: Decided, request: HttpRequest) -> dict[str, Any]:
    """Return what the page shows: what readers see, the manuscript and the plan become."""
    asked: dict[str, list[Asked]] = {"manuscript": [], "waiting": []}
    for whose, question in fix.questions(Way.MERGE):
        name = f"{whose}-{question.key}"
        asked[whose].append(Asked(name, question, request.POST.get(name, "")))
    head = fix.manuscript
    shown = {
        "readers": differences(fix.base, fix.fixed),
        "manuscript": differences(head.theirs, head.answered(decided.manuscript)),
        "ours": asked["manuscript"],
        "theirs": asked["waiting"],
        "unchanged": head.theirs == fix.base,
    }
    if fix.planned:
        later = fix.planned.answered(decided.waiting)
        shown["planned"] = differences(fix.planned.theirs, later)
    return shown

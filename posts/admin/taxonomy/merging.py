"""Merging: choosing the other one, the confirmation that says what changes, and the verb."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from posts.models import Refused, may

from .effects import conflicts, effects
from .uses import Uses

OFFERED = 20


class Merging(Uses):
    """Rows that may be merged into each other."""

    change_form_template = "admin/posts/taxonomy/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add its own addresses."""
        wrap, name = self.admin_site.admin_view, f"posts_{self.opts.model_name}_merge"
        return [path("<int:pk>/merge/", wrap(self.merge), name=name), *super().get_urls()]

    def may_merge(self, request: HttpRequest) -> bool:
        """Return whether the person may merge rows."""
        return may(request.user, "merge")

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Offer the merge."""
        context["may_merge"] = self.may_merge(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the other one, ask whether to merge, and merge. Raises Http404."""
        if not self.may_merge(request):
            raise Http404("その操作はできません。")
        source = self.find(pk)
        chosen = request.POST.get("into") or request.GET.get("into")
        if not chosen:
            return self._choose(request, source)
        target = self.find(chosen)
        try:
            source.refuse_merge(target)
            if request.method == "POST":
                source.merge_into(target, request.user)
                messages.success(request, f"「{source}」を「{target}」に統合しました。")
                return HttpResponseRedirect(self._form(target))
        except Refused as refused:
            return self._choose(request, source, str(refused))
        return self._confirm(request, source, target)

    def _choose(self, request: HttpRequest, source: Any, refused: str = "") -> HttpResponse:
        words = request.GET.get("q", "")
        rows = self.get_queryset(request).filter(merged_into=None).exclude(pk=source.pk)
        rows = self.get_search_results(request, rows, words)[0]
        return self.page(
            request,
            "merge_choose",
            title=f"「{source}」を統合する",
            source=source,
            refused=refused,
            words=words,
            rows=rows.order_by(*self.model._meta.ordering)[:OFFERED],
        )

    def _confirm(self, request: HttpRequest, source: Any, target: Any) -> HttpResponse:
        return self.page(
            request,
            "merge_confirm",
            title=f"「{source}」を「{target}」に統合する",
            source=source,
            target=target,
            effects=effects(source, target),
            conflicts=conflicts(source, target),
        )

    def _form(self, row: Any) -> str:
        return reverse(f"admin:posts_{self.opts.model_name}_change", args=[row.pk])

"""How strictly publications are checked: one page for the site, and exceptions by category."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from posts.admin.rights import RightAdmin
from posts.models import CHECKS, CheckRule, Event


class SiteLevels(forms.Form):
    """How strict each check is for the whole site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = CheckRule.objects.filter(category=None)
        known = dict(rules.values_list("check_name", "level"))
        for check in CHECKS:
            self.fields[check.name] = forms.ChoiceField(
                label=check.label,
                choices=CheckRule.Level,
                initial=known.get(check.name, check.level),
                widget=forms.RadioSelect,
            )

    def save(self) -> dict[str, str]:
        """Store the rules that are not as the checks come, and return what changed."""
        for check in CHECKS:
            level, rules = self.cleaned_data[check.name], CheckRule.objects.filter(category=None)
            if level == check.level:
                rules.filter(check_name=check.name).delete()
            else:
                rules.update_or_create(
                    check_name=check.name, category=None, defaults={"level": level}
                )
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ExceptionForm(forms.ModelForm):
    """A rule for one category and those below it."""

    check_name = forms.ChoiceField(
        label="検査", choices=[(check.name, check.label) for check in CHECKS]
    )

    class Meta:
        model = CheckRule
        fields = ["category", "check_name", "level"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:  # not there for those who may only look
            self.fields["category"].required = True
            self.fields[
                "category"
            ].help_text = "このカテゴリーと、その下のカテゴリーに当てはまります。"


@admin.register(CheckRule)
class CheckRuleAdmin(RightAdmin):
    """The rules; the list is one form."""

    form = ExceptionForm
    logs: ClassVar = dict.fromkeys(("add", "change", "delete"), "checks")
    fields = ["category", "check_name", "level"]
    autocomplete_fields = ["category"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show and save how strict the checks are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = SiteLevels(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._save(request, form)
            return HttpResponseRedirect(reverse("admin:posts_checkrule_changelist"))
        exceptions = CheckRule.objects.exclude(category=None).select_related("category")
        labels = {check.name: check.label for check in CHECKS}
        rows = [(rule, labels.get(rule.check_name, rule.check_name)) for rule in exceptions]
        context = {
            **self.admin_site.each_context(request),
            "title": "公開前の検査",
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "may_change": may_change,
        }
        return TemplateResponse(request, "admin/posts/checkrule/rules.html", context)

    def logged_as(self, obj: CheckRule) -> dict[str, Any]:
        """Name the category and the check."""
        labels = {check.name: check.label for check in CHECKS}
        title = f"{obj.category}：{labels.get(obj.check_name, obj.check_name)}"
        return {"title": title, "detail": {obj.check_name: obj.level, "category": obj.category_id}}

    def _log(self, request: Any, what: str, obj: Any, words: str = "") -> None:
        super()._log(request, what, obj, words or {"add": "追加", "delete": "削除"}[what])

    @staticmethod
    def _save(request: HttpRequest, form: SiteLevels) -> None:
        with transaction.atomic():
            changed = form.save()
            if changed:
                Event.record("checks", by=request.user, title="公開前の検査", detail=changed)
        messages.success(request, "公開前の検査を保存しました。")

    def response_add(self, request: HttpRequest, obj: CheckRule, *args: Any) -> HttpResponse:
        """Go back to the one page."""
        return HttpResponseRedirect(reverse("admin:posts_checkrule_changelist"))

    response_change = response_add

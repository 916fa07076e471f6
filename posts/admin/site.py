"""The settings of the site and dead letters on the desk."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.debug import sensitive_post_parameters

from posts.admin.people.forms import confirm
from posts.admin.rights import RightAdmin, deliveries_for
from posts.editor import MenuField
from posts.models import Delivery, SiteSettings, may


class SiteSettingsForm(forms.ModelForm):
    """The settings, the menu as lines and colours as colours."""

    menu = MenuField(
        label="メニュー",
        required=False,
        help_text="一行に一つ、「名前 住所」の順に書きます。例：会社概要 /about/",
    )
    password = forms.CharField(
        label="あなたのパスワード",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="「編集者も公開できる」を変えるときだけ入れてください。",
    )
    request: Any = None

    class Meta:
        model = SiteSettings
        fields = forms.ALL_FIELDS
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "footer": forms.Textarea(attrs={"rows": 3}),
        }

    @cached_property
    def changed_data(self) -> list[str]:
        """Return what was changed; the password is none of it."""
        return [name for name in super().changed_data if name != "password"]

    def clean(self) -> dict[str, Any]:
        """Ask for the password of who hands publishing to others, or takes it from them."""
        said = super().clean() or self.cleaned_data
        if "editors_publish" in self.changed_data and not self.errors:
            try:
                confirm(self.request, said.get("password", ""))
            except ValidationError as error:
                self.add_error("password", error)
        return said


@admin.register(SiteSettings)
class SiteSettingsAdmin(RightAdmin):
    """One row: its list is its form."""

    form = SiteSettingsForm
    logs: ClassVar = {"change": "settings"}
    autocomplete_fields = ["lead", "logo"]
    fieldsets = [
        ("名前", {"fields": ["name", "tagline", "publisher"]}),
        ("見た目", {"fields": ["logo", "face", "accent"]}),
        ("トップと案内", {"fields": ["lead", "menu", "footer"]}),
        ("しくみ", {"fields": ["reading_rate", "editors_publish", "analytics"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask those who may change them for the password."""
        password = [(None, {"fields": ["password"]})]
        return [*self.fieldsets, *(password if self.has_change_permission(request, obj) else [])]

    def get_form(self, request: Any, obj: Any = None, change: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Tell the form whose password it asks for."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request  # type: ignore[attr-defined]  # a class of this request alone
        return form

    def logged_as(self, obj: Any) -> dict[str, Any]:
        """Keep who may publish."""
        detail = {"editors_publish": obj.editors_publish}
        return {"title": str(self.opts.verbose_name), "detail": detail}

    @method_decorator(sensitive_post_parameters("password"))
    def change_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show and save the settings."""
        return super().change_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the row. Raises PermissionDenied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        SiteSettings.objects.get_or_create(pk=1)
        return redirect("admin:posts_sitesettings_change", 1)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may change them: what leads the paper may be secret yet."""
        return may(request.user, self.right)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row, always."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one row, always."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(RightAdmin):
    """The dead letters: what could not be delivered, and another try."""

    right = "redeliver"
    list_display = ["name", "post", "attempts", "last_error", "due_at"]
    list_select_related = ["post"]
    ordering = ["-due_at", "-pk"]
    actions = ["again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Return the dead ones; the others need nobody."""
        rows = super().get_queryset(request).filter(dead=True, done_at=None)
        return deliveries_for(request, rows)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person sees all manuscripts: their titles stand here."""
        return may(request.user, "audit")

    has_module_permission = has_view_permission

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may have them tried again."""
        return may(request.user, self.right)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Verbs write deliveries, nobody by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what is to be delivered."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: the next plan of the same key would bring it again."""
        return False

    @admin.display(description="種類", ordering="kind")
    def name(self, obj: Delivery) -> str:
        """Return what the desk calls its kind."""
        return obj.label

    @admin.action(description="もう一度", permissions=["redeliver"])
    def again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Have the chosen ones tried again, at once and from the start."""
        count = Delivery.objects.filter(pk__in=queryset.values("pk")).revive(timezone.now())
        messages.success(request, f"{count}件をもう一度配信します。")

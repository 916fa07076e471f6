"""The settings of the site and dead letters on the desk."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

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

    class Meta:
        model = SiteSettings
        fields = forms.ALL_FIELDS
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "footer": forms.Textarea(attrs={"rows": 3}),
        }


@admin.register(SiteSettings)
class SiteSettingsAdmin(RightAdmin):
    """One row: its list is its form."""

    form = SiteSettingsForm
    autocomplete_fields = ["lead", "logo"]
    fieldsets = [
        ("名前", {"fields": ["name", "tagline", "publisher"]}),
        ("見た目", {"fields": ["logo", "face", "accent"]}),
        ("トップと案内", {"fields": ["lead", "menu", "footer"]}),
        ("しくみ", {"fields": ["reading_rate", "editors_publish", "analytics"]}),
    ]

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

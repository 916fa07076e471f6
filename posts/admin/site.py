"""The settings of the site, the old addresses and the audit log on the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from posts.admin.rights import RightAdmin
from posts.models import Event, Redirect, SiteSettings, may


@admin.register(SiteSettings)
class SiteSettingsAdmin(RightAdmin):
    """One row: its list is its form."""

    fields = ["name", "tagline", "publisher", "reading_rate", "editors_publish"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the row."""
        SiteSettings.objects.get_or_create(pk=1)
        return redirect("admin:posts_sitesettings_change", 1)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row, always."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one row, always."""
        return False


@admin.register(Redirect)
class RedirectAdmin(RightAdmin):
    """The addresses of the site before."""

    list_display = ["path", "post", "target"]
    list_select_related = ["post"]
    search_fields = ["path"]
    autocomplete_fields = ["post", "media"]
    fields = ["path", "post", "media", "target"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person sees all manuscripts: their titles stand here."""
        return may(request.user, "audit")

    has_module_permission = has_view_permission


@admin.register(Event)
class EventAdmin(RightAdmin):
    """The audit log: to be read, by those who see all manuscripts; changed by nobody."""

    list_display = ["at", "move", "title", "by", "revision", "note"]
    list_filter = ["move"]
    list_select_related = ["by"]
    search_fields = ["title"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person sees all manuscripts; a writer sees own histories only."""
        return may(request.user, "audit")

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes the log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes from the log."""
        return False

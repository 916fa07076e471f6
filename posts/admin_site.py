"""The admin as this desk has it: its name, and who gets in."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class GenkoAdminSite(AdminSite):
    """The desk. Whoever has a role gets in; `is_staff` alone opens nothing."""

    site_title = "原稿"
    site_header = "原稿"
    index_title = "机"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person has a role, or is a superuser."""
        from posts.models import roles

        return bool(roles(request.user))


class GenkoAdminConfig(AdminConfig):
    """Makes GenkoAdminSite the admin site."""

    default_site = "posts.admin_site.GenkoAdminSite"

"""The admin as this desk has it: its name, and who gets in."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse

# The order of work. What no group names stands in the last.
GROUPS = {
    "原稿": ("Post", "Media"),
    "分類と署名": ("Category", "Tag", "Series", "Author"),
    "サイト": ("SiteSettings", "CheckRule", "Redirect", "Event", "Delivery", "Person"),
}


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

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show what waits for the person."""
        from posts.admin.queue import queue_of

        return super().index(request, queue_of(request) | (extra_context or {}))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Ask for name and password; who guesses too often waits."""
        from posts.admin.people.forms import LoginForm

        self.login_form = LoginForm
        return super().login(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """End the session, in the log and in the browser too."""
        from posts.admin.people import entering

        user = request.user
        response = super().logout(request, extra_context)
        return entering.left(user, response) if request.method == "POST" else response

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Ask for the old and the new password; all other sessions end."""
        from posts.admin.people.forms import PasswordForm

        self.password_change_form = PasswordForm
        return super().password_change(request, extra_context)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Give back what was typed when the login has ended meanwhile: a redirect would drop it.

        What somebody of the desk sends and may not do is logged.
        """
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            from posts import refusals
            from posts.admin import refused

            if not self.has_permission(request) and refusals.typed(request):
                return refusals.csrf_failure(request)
            with refused.logged(request) as answered:
                return answered(guarded(request, *args, **kwargs))

        return inner

    def get_urls(self) -> list[Any]:
        """Add the way in, 自分の設定 and the notices.

        Leave out the way from any id to its address: it names what is not public yet.
        """
        from posts.admin import notices
        from posts.admin.people import entering, me

        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        ours = [*entering.urls(), *me.urls(self.admin_view), *notices.urls(self.admin_view)]
        return [*ours, *urls]

    def each_context(self, request: HttpRequest) -> Any:
        """Add the number of unread notices, counted where a page shows it."""
        from posts.admin import notices

        count = partial(notices.unread, request)
        return {**super().each_context(request), "unread_notices": count}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what the person sees in groups of work, not of code."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        groups: list[dict[str, Any]] = [
            {"name": name, "models": [models.pop(one) for one in names if one in models]}
            for name, names in GROUPS.items()
        ]
        groups[-1]["models"] += models.values()
        return [group for group in groups if group["models"]]


class GenkoAdminConfig(AdminConfig):
    """Makes GenkoAdminSite the admin site."""

    default_site = "posts.admin_site.GenkoAdminSite"

"""Admin classes whose permissions come from the rights table, not from Django's permissions."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property

from posts.models import may, roles

COUNT_UP_TO = 5000


class BoundedPaginator(Paginator):
    """Counts no further than COUNT_UP_TO rows: a full count of a large table takes seconds."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most COUNT_UP_TO."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNT_UP_TO + 1].count())


class RightAdmin(admin.ModelAdmin):
    """Whoever has a role may look; whoever has `right` may add and change.

    Deleting is the same right; what is used is refused by the database (PROTECT).
    """

    right = "settle"
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count for every choice reads the whole table
    empty_value_display = ""
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the model shows on the desk."""
        return bool(roles(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may look."""
        return bool(roles(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the person has the right."""
        return may(request.user, self.right)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person has the right."""
        return may(request.user, self.right)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person has the right."""
        return may(request.user, self.right)

    def view_on_site(self, obj: Any) -> str | None:
        """Return where readers find `obj`; the admin's own way there would show hidden ones."""
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

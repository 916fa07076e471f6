"""Fields that find a row while somebody types."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect


class RowSelect(AutocompleteSelect):
    """Django's, for a form too that was sent with what no row has for its key.

    Django looks for the row before it shows the form again, and would fail with all that was typed.
    """

    DIGITS = 18  # of the longest number that every database takes

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        """Return the row that was chosen, if it may be one."""
        keys = [one for one in value if one.isdecimal() and len(one) <= self.DIGITS]
        return super().optgroups(name, keys, attr)


class Choosing(BaseModelAdmin):
    """Whose `autocomplete_fields` take whatever is sent."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Give the fields that find their row the select above."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

"""What manuscripts refer to by primary key: read once, merged rows followed."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Model

from posts.models.site import SiteSettings


class Relations:
    """Rows by model and primary key, each read once in this object's life.

    Its life is one publication, or one import: nobody renames a tag within it.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[type[Model], int], Any] = {}

    def find(self, model: type[Model], pks: Iterable[int]) -> dict[int, Any]:
        """Return the rows of `model` with these primary keys, in their order.

        A merged row stands as the one it was merged into; what is gone is left out.
        """
        wanted = list(pks)
        lacking = [pk for pk in wanted if (model, pk) not in self._known]
        if lacking:
            found = model._default_manager.in_bulk(lacking)
            self._known |= {(model, pk): _current(found.get(pk)) for pk in lacking}
        return {pk: row for pk in wanted if (row := self._known[model, pk])}

    def one(self, model: type[Model], pk: int | None) -> Any:
        """Return the row of `model` with this primary key, or None."""
        return self.find(model, [pk]).get(pk) if pk else None

    @cached_property
    def settings(self) -> SiteSettings:
        """The settings of the site."""
        return SiteSettings.load()


def _current(row: Any) -> Any:
    return row and (getattr(row, "merged_into", None) or row)

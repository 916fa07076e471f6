"""What both databases do at a commit: the stored pages that it changes go with it.

Django has hooks after a commit, none around it. Between the commit and the removal readers would
see a change on one page and not yet on the next; and a process may die there.
"""

from typing import Any

from posts.pages import Removed


class Removing:
    """A database connection that removes stored pages with the transaction that changes them.

    Attributes:
        removed: what the open transaction changes for readers.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Connect as Django does."""
        super().__init__(*args, **kwargs)
        self.removed = Removed()

    def commit(self) -> None:
        """Commit, and remove what the transaction changed for readers."""
        removed, self.removed = self.removed, Removed()
        if removed:
            from posts.models import store  # the apps are not ready when a backend is read

            with store().removing(removed):
                super().commit()  # type: ignore[misc]  # of Django's class beside
        else:
            super().commit()  # type: ignore[misc]

    def rollback(self) -> None:
        """Roll back; nothing changed for readers."""
        self.removed = Removed()
        super().rollback()  # type: ignore[misc]

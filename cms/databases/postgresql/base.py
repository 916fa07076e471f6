"""PostgreSQL."""

from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper as Django
from django.db.backends.postgresql.base import ServerBindingCursor

from cms.databases.removing import Removing


class DatabaseWrapper(Removing, Django):
    """A connection to a PostgreSQL server.

    Attributes:
        plans_once: whether the server keeps its plan of what is asked now. That needs values apart
            from the SQL, which Django does not write for every query.
    """

    plans_once = False

    def connect(self) -> None:
        """Connect, or fail at once while the server is known to be away.

        Each request would wait for the pool's time-out else, and those that need no database
        would wait for a thread.
        """
        from posts.models import store

        if store().is_down():
            raise OperationalError("The database does not answer.")
        super().connect()

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, one that hands values over by themselves where plans are kept."""
        if not self.plans_once:
            return super().create_cursor(name)
        usual = self.connection.cursor_factory
        self.connection.cursor_factory = ServerBindingCursor
        try:
            return super().create_cursor(name)
        finally:
            self.connection.cursor_factory = usual

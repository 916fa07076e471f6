"""PostgreSQL."""

from django.db import OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper as Django

from cms.databases.removing import Removing


class DatabaseWrapper(Removing, Django):
    """A connection to a PostgreSQL server."""

    def connect(self) -> None:
        """Connect, or fail at once while the server is known to be away.

        Each request would wait for the pool's time-out else, and those that need no database
        would wait for a thread.
        """
        from posts.models import store

        if store().is_down():
            raise OperationalError("The database does not answer.")
        super().connect()

"""PostgreSQL."""

from django.db.backends.postgresql.base import DatabaseWrapper as Django

from cms.databases.removing import Removing


class DatabaseWrapper(Removing, Django):
    """A connection to a PostgreSQL server."""

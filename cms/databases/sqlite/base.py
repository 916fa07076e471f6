"""SQLite."""

from django.db.backends.sqlite3.base import DatabaseWrapper as Django

from cms.databases.removing import Removing


class DatabaseWrapper(Removing, Django):
    """A connection to an SQLite file."""

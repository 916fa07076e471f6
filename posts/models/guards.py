"""What the database itself refuses, on both databases alike.

- Two editions of one post that overlap in time.
- A change or a removal of an audit log row.
- On SQLite, where times are text, a time that is not written as Django writes it:
  comparisons would silently be wrong.

Django's remake of a table on SQLite drops its triggers, so `install` runs after every
migrate, on PostgreSQL too; it is idempotent.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

EDITION, EVENT = "posts_edition", "posts_event"

_OVERLAP = """
    EXISTS (
        SELECT 1 FROM posts_edition AS other
        WHERE other.post_id = NEW.post_id AND other.id IS NOT NEW.id
          AND (other.visible_until IS NULL OR other.visible_until > NEW.visible_from)
          AND (NEW.visible_until IS NULL OR NEW.visible_until > other.visible_from)
    )
"""

# 2025-12-09 08:46:44 or 2025-12-09 08:46:44.123456, UTC: what Django's backend writes.
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
_MICRO = ".[0-9][0-9][0-9][0-9][0-9][0-9]"
_ODD_TIME = " OR ".join(
    f"(NEW.{column} NOT GLOB '{_DAY}' AND NEW.{column} NOT GLOB '{_DAY}{_MICRO}')"
    for column in ("visible_from", "visible_until")
)


def _sqlite_trigger(name: str, when: str, table: str, condition: str, message: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


_KNOWN = "EXISTS (SELECT 1 FROM posts_event WHERE id = NEW.id)"
_MOVED = "UPDATE OF id, post_id, visible_from, visible_until"

SQLITE = [
    *_sqlite_trigger("edition_overlap_insert", "INSERT", EDITION, _OVERLAP, "edition_overlap"),
    *_sqlite_trigger("edition_overlap_update", _MOVED, EDITION, _OVERLAP, "edition_overlap"),
    *_sqlite_trigger("edition_time_insert", "INSERT", EDITION, _ODD_TIME, "edition_time"),
    *_sqlite_trigger("edition_time_update", _MOVED, EDITION, _ODD_TIME, "edition_time"),
    # REPLACE deletes without the trigger of DELETE.
    *_sqlite_trigger("event_once", "INSERT", EVENT, _KNOWN, "event_append_only"),
    *_sqlite_trigger("event_fixed", "UPDATE", EVENT, "1", "event_append_only"),
    *_sqlite_trigger("event_kept", "DELETE", EVENT, "1", "event_append_only"),
]

SQLITE_REMOVE = [statement for statement in SQLITE if statement.startswith("DROP")]

POSTGRESQL = [
    # A range of the integer id needs no extension (btree_gist) for equality. Building the
    # index takes its time on a large table, so it is done only where it is missing.
    "DO $$ BEGIN"
    " IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'edition_overlap') THEN"
    " ALTER TABLE posts_edition ADD CONSTRAINT edition_overlap EXCLUDE USING gist ("
    " int8range(post_id, post_id, '[]') WITH &&,"
    " tstzrange(visible_from, visible_until) WITH &&);"
    " END IF; END $$",
    "CREATE OR REPLACE FUNCTION posts_event_append_only() RETURNS trigger AS $$"
    " BEGIN RAISE EXCEPTION 'event_append_only' USING ERRCODE = 'integrity_constraint_violation';"
    " END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON posts_event"
    " FOR EACH ROW EXECUTE FUNCTION posts_event_append_only()",
    "CREATE OR REPLACE TRIGGER event_no_truncate BEFORE TRUNCATE ON posts_event"
    " FOR EACH STATEMENT EXECUTE FUNCTION posts_event_append_only()",
]

POSTGRESQL_REMOVE = [
    "ALTER TABLE posts_edition DROP CONSTRAINT IF EXISTS edition_overlap",
    "DROP TRIGGER IF EXISTS event_append_only ON posts_event",
    "DROP TRIGGER IF EXISTS event_no_truncate ON posts_event",
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the guards on the tables of `connection`, if the tables are there."""
    if {EDITION, EVENT} <= set(connection.introspection.table_names()):
        _run(connection, SQLITE if connection.vendor == "sqlite" else POSTGRESQL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the guards off; for tests that empty tables, and before tables are dropped."""
    if {EDITION, EVENT} <= set(connection.introspection.table_names()):
        _run(connection, SQLITE_REMOVE if connection.vendor == "sqlite" else POSTGRESQL_REMOVE)


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def before_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Receive Django's pre_migrate: a column that a guard stands on cannot be taken away.

    `plan` are pairs of a migration and whether it goes backwards.
    """
    from django.db import connections

    if any(backwards and migration.app_label == "posts" for migration, backwards in plan):
        remove(connections[using])


def after_migrate(using: str, **kwargs: Any) -> None:
    """Receive Django's post_migrate: a migration may have remade a table."""
    from django.db import connections

    install(connections[using])

"""What the database itself refuses: raw SQL goes past every verb, but not past these."""

import pytest
from django.core.management import call_command
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import CharField

from posts.models import Edition, Event
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db

only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="times are text there")
COLUMNS = [field.column for field in Edition._meta.local_concrete_fields if not field.primary_key]

OVERLAPS = [(5, 11), (5, 20), (5, None), (10, 20), (12, 15), (15, None), (19, 30)]
NEIGHBOURS = [(1, 10), (20, None), (20, 30), (40, 50)]


def run(sql, *parameters):
    """Execute `sql` and take back only that statement when it is refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def stored(moment):
    """Return a moment as this database stores it."""
    return connection.ops.adapt_datetimefield_value(moment)


def times(start, end):
    """Return the columns of the interval between two minutes."""
    return {
        "visible_from": stored(minute(start)),
        "visible_until": end and stored(minute(end)),
    }


def insert_copy(edition, **changes):
    """Insert a copy of the row of `edition` with some columns changed."""
    values = ", ".join("%s" if name in changes else name for name in COLUMNS)
    ordered = [changes[name] for name in COLUMNS if name in changes]
    sql = f"INSERT INTO posts_edition ({', '.join(COLUMNS)}) SELECT {values}"
    run(f"{sql} FROM posts_edition WHERE id = %s", *ordered, edition.pk)


def update(edition, **changes):
    """Update some columns of the row of `edition`."""
    names = ", ".join(f"{name} = %s" for name in changes)
    run(f"UPDATE posts_edition SET {names} WHERE id = %s", *changes.values(), edition.pk)


def published(start, end, post=None):
    """Return an edition that is public between two minutes."""
    post = post or begin()
    until = end and minute(end)
    return post.publish(None, at=minute(start), until=until, now=minute(start - 1))


def is_guarded():
    """Return whether an overlap and a change of the log are refused."""
    edition = published(10, 20)
    with pytest.raises(IntegrityError):
        insert_copy(edition, **times(15, 30))
    with pytest.raises(IntegrityError):
        run("DELETE FROM posts_event")
    return True


@pytest.mark.parametrize(("start", "end"), OVERLAPS)
def test_an_insert_that_overlaps_is_refused(start, end):
    edition = published(10, 20)
    with pytest.raises(IntegrityError, match="overlap"):
        insert_copy(edition, **times(start, end))
    assert Edition.objects.get() == edition


@pytest.mark.parametrize(("start", "end"), NEIGHBOURS)
def test_an_insert_beside_is_taken(start, end):
    insert_copy(published(10, 20), **times(start, end))
    assert Edition.objects.count() == 2


@pytest.mark.parametrize(("start", "end"), OVERLAPS)
def test_an_update_that_overlaps_is_refused(start, end):
    edition = published(10, 20)
    insert_copy(edition, **times(100, None))
    other = Edition.objects.exclude(pk=edition.pk).get()
    with pytest.raises(IntegrityError, match="overlap"):
        update(other, **times(start, end))
    other.refresh_from_db()
    assert other.visible_from == minute(100)


@pytest.mark.parametrize(("start", "end"), NEIGHBOURS)
def test_an_update_beside_is_taken(start, end):
    edition = published(10, 20)
    insert_copy(edition, **times(100, None))
    update(Edition.objects.exclude(pk=edition.pk).get(), **times(start, end))
    assert Edition.objects.filter(visible_from=minute(start)).exists()


def test_an_end_that_is_taken_away_is_refused_before_another_edition():
    first = published(10, 20)
    insert_copy(first, **times(30, None))
    with pytest.raises(IntegrityError, match="overlap"):
        update(first, visible_until=None)


def test_an_edition_that_moves_to_another_post_is_refused():
    one, other = published(10, 20), published(15, None)
    with pytest.raises(IntegrityError, match="overlap"):
        update(other, post_id=one.post_id)


def test_editions_of_two_posts_may_overlap():
    published(10, 20)
    published(10, 20)
    assert Edition.objects.public(minute(15)).count() == 2


def test_a_statement_over_many_rows_is_refused_as_a_whole():
    first = published(10, 20)
    insert_copy(first, **times(30, 40))
    with pytest.raises(IntegrityError, match="overlap"):
        run("UPDATE posts_edition SET visible_until = NULL")
    assert not Edition.objects.filter(visible_until=None).exists()


@pytest.mark.parametrize("end", [9, 10])
def test_an_interval_without_an_inside_is_refused(end):
    edition = published(10, 20)
    with pytest.raises(Error):
        update(edition, visible_until=stored(minute(end)))
    edition.refresh_from_db()
    assert edition.visible_until == minute(20)


ODD_TIMES = [
    "2026-04-01T10:00:00",
    "2026-04-01 10:00:00+09:00",
    "2026-04-01 10:00:00.5",
    "2026-04-01 10:00",
    "2026-04-01",
    "2026-4-1 10:00:00",
    "",
    "あした",
    1775000000,
]


@only_sqlite
@pytest.mark.parametrize("column", ["visible_from", "visible_until"])
@pytest.mark.parametrize("odd", ODD_TIMES)
def test_a_time_in_another_spelling_is_refused(column, odd):
    edition = published(10, 20)
    with pytest.raises(IntegrityError, match="edition_time"):
        update(edition, **{column: odd})
    with pytest.raises(IntegrityError, match="edition_"):
        insert_copy(edition, **(times(30, 40) | {column: odd}))


@only_sqlite
def test_times_as_django_writes_them_are_taken():
    update(published(10, 20), visible_until="2026-04-01 10:00:00")
    update(Edition.objects.get(), visible_until="2026-04-01 10:00:00.000001")
    assert Edition.objects.get().visible_until.microsecond == 1


def test_the_log_is_neither_changed_nor_deleted():
    post = begin()
    event = post.events.get()
    for attempt in (
        lambda: run("UPDATE posts_event SET note = 'x'"),
        lambda: run("DELETE FROM posts_event WHERE id = %s", event.pk),
        lambda: Event.objects.update(note="x"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
        event.save,
        event.delete,
    ):
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            attempt()
    assert post.events.get().note == ""


@only_sqlite
def test_the_log_is_not_replaced():
    event = begin().events.get()
    columns = ", ".join(field.column for field in Event._meta.local_concrete_fields)
    values = columns.replace("note", "'x'")
    with pytest.raises(IntegrityError, match="append_only"):
        run(f"INSERT OR REPLACE INTO posts_event ({columns}) SELECT {values} FROM posts_event")
    assert Event.objects.get(pk=event.pk).note == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("model", "name"), [(Edition, "slug"), (Event, "title")])
def test_the_guards_are_back_after_a_table_was_remade(model, name):
    usual = model._meta.get_field(name)
    wider = CharField(max_length=usual.max_length + 1)
    wider.set_attributes_from_name(name)
    wider.model = model
    for old, new in ((usual, wider), (wider, usual)):
        with connection.schema_editor() as editor:
            editor.alter_field(model, old, new)
    call_command("migrate", verbosity=0)
    assert is_guarded()


@pytest.mark.django_db(transaction=True)
def test_installing_them_again_changes_nothing():
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    assert is_guarded()

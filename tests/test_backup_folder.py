"""Which backups stay, what is swept away, and which program dumps PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from posts.backup import Refused
from posts.backup.folder import Folder, require
from posts.backup.manifest import Manifest, Program, Stored
from posts.backup.postgresql import program
from tests.cast import START


def fill(place, moment=START):
    """Write what the smallest backup holds."""
    (place / "database.sqlite3").write_bytes(b"rows")
    manifest = Manifest(
        moment=moment,
        site_url="http://testserver",
        program=Program("1", "6", ""),
        kind="sqlite",
        server="3",
        database=Stored(4, ""),
        migrations=[],
        tables={},
        files={},
        pages={},
    )
    manifest.write(place)


@pytest.fixture
def folder(tmp_path):
    """A folder with four backups, a day between."""
    made = Folder(tmp_path)
    for day in range(4):
        with made.adding(START + timedelta(days=day)) as place:
            fill(place)
    return made


def names(folder):
    return sorted(path.name for path in folder.path.iterdir())


def test_a_name_says_when_in_japan(folder):
    assert names(folder)[0] == "genko-20260401-090000"


def test_the_manifest_is_read_as_it_was_written(folder):
    manifest = next(iter(folder.good().values()))
    assert manifest.moment == START
    assert manifest.moment.astimezone(UTC) == datetime(2026, 4, 1, tzinfo=UTC)


def test_the_newest_stay(folder):
    removed = folder.rotate(3)
    assert [path.name for path in removed] == ["genko-20260401-090000"]
    assert len(names(folder)) == 3


def test_one_stays_whatever_is_asked(folder):
    folder.rotate(0)
    assert names(folder) == ["genko-20260404-090000"]


def test_what_is_damaged_is_not_counted_for_whole(folder):
    for day in (3, 4):
        (folder.path / f"genko-2026040{day}-090000" / "manifest.json").write_text("{")
    folder.rotate(1)
    assert "genko-20260402-090000" in names(folder)
    (folder.path / "genko-20260402-090000" / "database.sqlite3").write_bytes(b"")
    assert not folder.good()
    assert folder.rotate(1) == []


def test_two_of_one_second_have_two_names(folder):
    for _ in range(10):
        with folder.adding(START) as place:
            fill(place)
    assert next(reversed(folder.good())).name == "genko-20260401-090000"
    folder.rotate(4)
    assert "genko-20260401-090000-11" in names(folder)
    assert "genko-20260401-090000-9" not in names(folder)


def test_leftovers_are_swept_and_nothing_else(folder):
    for name in ("genko-20260405-090000.unfinished", "other.unfinished", "genko-notes"):
        (folder.path / name).mkdir()
    with folder.locked():
        pass
    assert {"other.unfinished", "genko-notes"} < set(names(folder))
    assert "genko-20260405-090000.unfinished" not in names(folder)


def test_two_at_once_are_one(folder):
    refused = pytest.raises(Refused, match="ほかのバックアップが動いています")
    with folder.locked(), refused, Folder(folder.path).locked():
        pass


def test_what_fails_leaves_nothing(folder):
    before = names(folder)
    with pytest.raises(OSError, match="full"), folder.adding(START) as place:
        fill(place)
        raise OSError("full")
    assert names(folder) == before


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="書き込めるフォルダー"), Folder(tmp_path / "file").locked():
        pass


def test_what_does_not_fit_is_refused_before_it_begins(tmp_path):
    with pytest.raises(Refused, match="空きが足りません"):
        require(tmp_path / "not" / "there", 10**18)


@pytest.fixture
def postgresql(tmp_path, monkeypatch):
    """Put a pg_dump of some version into a folder and point PG_BIN there."""

    def install(version):
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
        (tmp_path / "pg_dump").chmod(0o755)

    monkeypatch.setenv("PG_BIN", str(tmp_path))
    return install


@pytest.mark.parametrize(
    ("version", "least"), [("18.6", 18), ("18.6 (Debian)", 16), ("19beta1", 18)]
)
def test_a_program_as_new_as_the_server_is_taken(postgresql, tmp_path, version, least):
    postgresql(version)
    assert program("pg_dump", least) == str(tmp_path / "pg_dump")


def test_an_older_program_is_refused(postgresql):
    postgresql("15.9")
    with pytest.raises(Refused, match="PostgreSQL 15 のもので、PostgreSQL 18 には"):
        program("pg_dump", 18)


def test_a_missing_program_is_refused(postgresql):
    with pytest.raises(Refused, match="pg_dump が見つかりません"):
        program("pg_dump", 18)

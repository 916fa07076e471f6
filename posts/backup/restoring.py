"""Give a backup back into an empty place, and compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from . import databases, files, pages, program
from .folder import require
from .manifest import FILES, Manifest, Refused, Stored, Table
from .progress import Counter, Progress, Stage


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was given back.

    Attributes:
        manifest: what it holds.
        migrated: migrations that were applied then: the backup is of an older program.
        differences: everything that is not as the manifest says, in Japanese.
        changed: whether another program rendered the pages of the manifest.
    """

    manifest: Manifest
    migrated: list[str]
    differences: list[str]
    changed: bool


def restore(place: Path, progress: Progress, *, verify: bool) -> Restored:
    """Give the backup in the folder `place` back, into an empty database and no files.

    With `verify`, tables, files and pages are compared with the manifest. Raises Refused, before
    anything was changed or after all of it was taken away again.
    """
    manifest = Manifest.read(place)
    _require_fitting(manifest, verify=verify)
    _require_empty()
    _require_whole(place, manifest, progress)
    said = _give(place, manifest, progress)
    found = list(said.values())
    if verify:
        sound = {name: one for name, one in manifest.files.items() if name not in said}
        found += _other_tables(manifest.tables, databases.tables())
        found += _other_files(sound, Counter(progress, Stage.VERIFY, _bytes(sound)))
    migrated = _migrate(manifest)
    _forget_pages()
    if verify:
        found += _other_pages(manifest, progress)
    return Restored(manifest, migrated, found, manifest.program != program.this())


def _require_fitting(manifest: Manifest, *, verify: bool) -> None:
    """Refuse a backup that this program and this database cannot take."""
    if manifest.kind != connection.vendor:
        raise Refused(
            f"このバックアップは {manifest.kind} のものですが、いまの DATABASE_URL は"
            f" {connection.vendor} です。同じ種類のデータベースを指定してください。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Refused(
            f"このバックアップは、新しいプログラム（{manifest.program.version}）のものです"
            f"（{newer[-1]} を知りません）。プログラムを新しくしてから戻してください。"
        )
    if verify and manifest.site_url != settings.SITE_URL:
        raise Refused(
            f"ページを比べるには、バックアップのときと同じ SITE_URL が要ります。"
            f"SITE_URL={manifest.site_url} を付けて実行してください（いまは {settings.SITE_URL}）。"
        )


def _require_empty() -> None:
    new = "新しい VAR_DIR（PostgreSQL なら新しいデータベースも）を指定してください。"
    if not databases.is_empty():
        raise Refused(f"データベースが空ではありません。上書きはしません。{new}")
    if files.any_there():
        place = getattr(default_storage, "location", "画像の置き場所")
        raise Refused(f"画像のフォルダー（{place}）が空ではありません。上書きはしません。{new}")


def _require_whole(place: Path, manifest: Manifest, progress: Progress) -> None:
    """Refuse a backup whose database is not what was saved, and a disk that is too small."""
    stored, copy = manifest.database, place / manifest.database_name
    here = stored.size if connection.vendor == "sqlite" else 0
    require(settings.VAR_DIR, here + _bytes(manifest.files))
    counter = Counter(progress, Stage.CHECK, stored.size)
    if not copy.exists() or files.of_path(copy, counter.add) != stored:
        raise Refused(
            f"{copy} が壊れています。何も戻していません。ほかのバックアップを使ってください。"
        )


def _give(place: Path, manifest: Manifest, progress: Progress) -> dict[str, str]:
    """Bring files, then the database; nothing stays when it does not come to the end.

    Returns what is to be said of files that are not as they were saved, by their names.
    """
    given: list[str] = []
    said: dict[str, str] = {}
    counter = Counter(progress, Stage.FILES, _bytes(manifest.files))
    try:
        for name, stored in manifest.files.items():
            given.append(name)
            if wrong := _give_file(name, place / FILES / name, stored, counter):
                said[name] = wrong
        told = partial(progress, Stage.DATABASE)
        databases.engine().load(place / manifest.database_name, manifest.server, told)
        given.clear()
    finally:
        for name in given:
            default_storage.delete(name)
    return said


def _give_file(name: str, copy: Path, stored: Stored, counter: Counter) -> str:
    """Give a file back, even a damaged one; return what is wrong with it."""
    try:
        found = files.of_path(copy)
        files.give(name, copy)
    except FileNotFoundError:
        return f"画像 {name}：バックアップの中にありません。"
    counter.add(found.size)
    return "" if found == stored else f"画像 {name}：バックアップの中で壊れています。"


def _migrate(manifest: Manifest) -> list[str]:
    """Bring the tables to this program, and put the guards back; return what was applied."""
    call_command("migrate", interactive=False, verbosity=0)
    return sorted({*databases.migrations()} - {*manifest.migrations})


def _forget_pages() -> None:
    """Take away the pages that were kept of the site before."""
    rmtree(settings.VAR_DIR / "pages", ignore_errors=True)


def _other_tables(expected: dict[str, Table], found: dict[str, Table]) -> Iterator[str]:
    for name in sorted({*expected, *found}):
        before, now = expected.get(name), found.get(name)
        if before is None or now is None:
            yield f"表 {name}：{'バックアップにない表です' if now else 'ありません'}。"
        elif before.rows != now.rows:
            yield f"表 {name}：{now.rows:,} 行（バックアップでは {before.rows:,} 行）。"
        elif before.digest != now.digest:
            yield f"表 {name}：行数は同じですが、内容が違います。"


def _other_files(expected: dict[str, Stored], counter: Counter) -> Iterator[str]:
    for name, stored in expected.items():
        try:
            same = files.of_storage(name, counter.add) == stored
        except FileNotFoundError:
            yield f"画像 {name}：ありません。"
        else:
            if not same:
                yield f"画像 {name}：内容が違います。"


def _other_pages(manifest: Manifest, progress: Progress) -> Iterator[str]:
    expected = manifest.pages
    counter = Counter(progress, Stage.PAGES, len(expected))
    for path, seen in pages.render(expected, manifest.moment, counter).items():
        before = expected[path]
        if seen.status != before.status:
            yield f"ページ {path}：{seen.status}（バックアップでは {before.status}）。"
        elif seen != before:
            yield f"ページ {path}：内容が違います。"


def _bytes(stored: dict[str, Stored]) -> int:
    return sum(one.size for one in stored.values())

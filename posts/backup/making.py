"""Make a backup."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from . import databases, files, pages, program
from .folder import Folder
from .manifest import DATABASES, FILES, Manifest, Seen, Stored, Table
from .progress import Counter, Progress, Stage


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        path: its folder.
        manifest: what it holds.
        copied: bytes of files that no earlier backup had.
        removed: the backups that were too many.
    """

    path: Path
    manifest: Manifest
    copied: int
    removed: list[Path]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the database at one moment."""

    moment: datetime
    tables: dict[str, Table]
    migrations: list[str]
    files: list[str]
    pages: dict[str, Seen]


def make(path: Path, keep: int, progress: Progress) -> Made:
    """Add a backup to the folder `path`, keep the newest `keep` of them, and return it.

    Raises Refused, and OSError where the disk fails; no part of a backup is left then.
    """
    folder = Folder(path)
    with folder.locked():
        earlier, known = next(iter(folder.good().items()), (None, None))
        folder.require(_needed(known))
        moment = timezone.now()
        with folder.adding(moment) as place:
            copy = place / DATABASES[connection.vendor]
            read = _read(copy, known.database.size if known else 0, progress)
            kept, missing, copied = _take(read.files, place, earlier, known, progress)
            manifest = Manifest(
                moment=read.moment,
                site_url=settings.SITE_URL,
                program=program.this(),
                kind=connection.vendor,
                server=databases.engine().version(),
                database=files.of_path(copy),
                migrations=read.migrations,
                tables=read.tables,
                files=kept,
                missing=missing,
                pages=read.pages,
            )
            manifest.write(place)
        made = next(iter(folder.good()))
        return Made(made, manifest, copied, folder.rotate(keep))


def _needed(known: Manifest | None) -> int:
    """Return how many bytes the backup takes beside what the earlier one (`known`) shares."""
    sizes = files.sizes(files.named())
    shared = known.files if known else {}
    new = sum(size for name, size in sizes.items() if name not in shared)
    return new + databases.engine().size()


def _read(copy: Path, expected: int, progress: Progress) -> _Read:
    """Copy the database, and read what the manifest says of it, all at one moment."""
    engine = databases.engine()
    with engine.snapshot() as name:
        moment = timezone.now()
        engine.save(copy, name, partial(progress, Stage.DATABASE), expected=expected)
        found = pages.addresses(moment)
        counter = Counter(progress, Stage.PAGES, len(found))
        return _Read(
            moment,
            databases.tables(),
            databases.migrations(),
            files.named(),
            pages.render(found, moment, counter),
        )


def _take(
    names: list[str],
    place: Path,
    earlier: Path | None,
    known: Manifest | None,
    progress: Progress,
) -> tuple[dict[str, Stored], list[str], int]:
    """Take the files into the folder `place`; return them, the missing ones, and bytes copied."""
    sizes = files.sizes(names)
    counter = Counter(progress, Stage.FILES, sum(sizes.values()))
    taken: dict[str, Stored] = {}
    copied = 0
    for name in sizes:
        before = known.files.get(name) if known else None
        link = earlier / FILES / name if earlier and before else None
        try:
            taken[name] = files.take(name, place / FILES / name, link, before, counter.add)
        except FileNotFoundError:
            continue
        if before != taken[name]:
            copied += taken[name].size
    return taken, [name for name in names if name not in taken], copied

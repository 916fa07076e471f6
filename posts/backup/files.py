"""The files that the database names: copied by content, once for all backups that hold them."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import FileField

from .manifest import Stored

_PIECE = 1024 * 1024
Told = Callable[[int], None]  # of bytes that were looked at


def named() -> list[str]:
    """Return the name of every file that any row of the database has."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                found.update(model._base_manager.values_list(field.name, flat=True).distinct())
    return sorted(found - {""})


def sizes(names: list[str]) -> dict[str, int]:
    """Return how large each of the files is; those that are not there are left out."""
    found = {}
    for name in names:
        try:
            found[name] = default_storage.size(name)
        except FileNotFoundError:
            continue
    return found


def take(name: str, target: Path, earlier: Path | None, known: Stored | None, told: Told) -> Stored:
    """Bring the file `name` to `target`: a link to the copy of an earlier backup, or a new copy.

    The earlier copy (`known` says what it has to be) is read too: a disk that damaged it must not
    damage every later backup with it. Raises FileNotFoundError when the file is gone.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if earlier and known and known == of_storage(name, told) and known == of_path(earlier):
        try:
            os.link(earlier, target)
        except OSError:  # a file system without links
            told = _silent
        else:
            return known
    with default_storage.open(name) as source:
        return copy(source, target, told)


def copy(source: BinaryIO | File, target: Path, told: Told) -> Stored:
    """Copy a file and return what was copied."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        for piece in _pieces(source):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            told(len(piece))
        file.flush()
        os.fsync(file.fileno())
    return Stored(size, digest.hexdigest())


def give(name: str, source: Path) -> None:
    """Put the copy of a file where the site has its files. Raises FileNotFoundError."""
    with source.open("rb") as file:
        default_storage.save(name, File(file, name=name))


def of_path(path: Path, told: Told | None = None) -> Stored:
    """Return what the file at `path` holds."""
    with path.open("rb") as file:
        return _of(file, told or _silent)


def of_storage(name: str, told: Told | None = None) -> Stored:
    """Return what the site's file `name` holds. Raises FileNotFoundError."""
    with default_storage.open(name) as file:
        return _of(file, told or _silent)


def any_there() -> bool:
    """Return whether the site has any file."""
    return next(_below(""), None) is not None


def _below(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}{name}"
    for name in folders:
        yield from _below(f"{folder}{name}/")


def _of(file: BinaryIO | File, told: Told) -> Stored:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(file):
        digest.update(piece)
        size += len(piece)
        told(len(piece))
    return Stored(size, digest.hexdigest())


def _pieces(file: BinaryIO | File) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _silent(size: int) -> None:
    """Tell nobody."""

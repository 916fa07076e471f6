"""The folder of backups: one below it for each, under its name only when it is whole."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from .manifest import Manifest, Refused

# genko-20260401-090000: when it was made, in Japan.
_NAME = re.compile(r"genko-(\d{8}-\d{6})(?:-(\d+))?")
_UNFINISHED = ".unfinished"
_SPARE = 1.05  # what a file system needs beside the bytes of the files


class Folder:
    """A folder that holds backups, and whatever else its owner put there."""

    def __init__(self, path: Path) -> None:
        """Name the folder; it is made when it is first used."""
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other backups out, and sweep away what earlier ones left. Raises Refused."""
        try:
            # Manuscripts and the hashes of passwords are in it: nobody else's to read.
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.path / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(f"{self.path}：書き込めるフォルダーを指定してください。") from error
        try:
            _take(lock, self.path)
            self._sweep()
            yield
        finally:
            os.close(lock)

    @contextmanager
    def adding(self, moment: datetime) -> Iterator[Path]:
        """Lend a folder to fill; it gets its name at the end, and is gone if anything fails."""
        name = self._free_name(moment)
        unfinished = self.path / (name + _UNFINISHED)
        try:
            unfinished.mkdir(mode=0o700)  # within: an interrupt may come as soon as it is there
            yield unfinished
            _settle(unfinished)
            unfinished.rename(self.path / name)
            _sync(self.path)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def good(self) -> dict[Path, Manifest]:
        """Return the backups that are whole, with their manifests, the newest first."""
        found = {}
        for path in sorted(self._named(), key=_order, reverse=True):
            try:
                manifest = Manifest.read(path)
                size = (path / manifest.database_name).stat().st_size
            except (Refused, OSError):
                continue
            if size == manifest.database.size:
                found[path] = manifest
        return found

    def rotate(self, keep: int) -> list[Path]:
        """Remove the whole backups but the newest `keep` (at least one); return which."""
        surplus = list(self.good())[max(keep, 1) :]
        for path in surplus:
            # First the name: what is half removed must not look like a backup.
            unfinished = path.with_name(path.name + _UNFINISHED)
            path.rename(unfinished)
            shutil.rmtree(unfinished)
        return surplus

    def require(self, size: int) -> None:
        """Refuse when `size` bytes do not fit."""
        require(self.path, size)

    def _named(self) -> list[Path]:
        return [path for path in self.path.iterdir() if _NAME.fullmatch(path.name)]

    def _free_name(self, moment: datetime) -> str:
        plain = moment.astimezone(ZoneInfo("Asia/Tokyo")).strftime("genko-%Y%m%d-%H%M%S")
        name, number = plain, 1
        while (self.path / name).exists():
            number += 1
            name = f"{plain}-{number}"
        return name

    def _sweep(self) -> None:
        for path in self.path.iterdir():
            name = path.name
            if name.endswith(_UNFINISHED) and _NAME.fullmatch(name.removesuffix(_UNFINISHED)):
                shutil.rmtree(path)


def require(path: Path, size: int) -> None:
    """Refuse when `size` bytes do not fit on the disk of `path`, or of the nearest folder above."""
    above = next(one for one in (path, *path.parents) if one.exists())
    free, needed = shutil.disk_usage(above).free, int(size * _SPARE)
    if needed > free:
        raise Refused(
            f"{path}：空きが足りません（必要 {megabytes(needed)}、空き {megabytes(free)}）。"
            "空きを作るか、ほかの場所を指定してください。"
        )


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / 1_000_000:,.1f} MB"


def _take(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        why = "ほかのバックアップが動いています。終わってから実行してください。"
        raise Refused(f"{path}：{why}") from error


def _order(path: Path) -> tuple[str, int]:
    """Return the key that sorts backups by age, also those of one second."""
    second, number = cast(re.Match[str], _NAME.fullmatch(path.name)).groups()
    return second, int(number or 1)


def _settle(folder: Path) -> None:
    """Bring names and manifest to the disk before the backup gets its name."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() or path.parent == folder:
            _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

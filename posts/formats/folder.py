"""Files on a disk as a source: one file, or a folder and all below it."""

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import names
from .errors import Refused
from .source import MAX_PICTURE, Entry, Source, byte_limit, refused_entry, too_large


class FolderSource(Source):
    """A folder and all below it, links left out.

    Names are relative to the folder, or to the site where the folder is its `_posts` or
    `_drafts`, so that a draft stays one.
    """

    def __init__(self, top: Path) -> None:
        self._top = top
        self._site = _site_of(top)

    def close(self) -> None:
        """Nothing stays open between two files."""

    def __iter__(self) -> Iterator[Entry]:
        """Yield a folder's files by name, then those of its folders."""
        unreadable: list[Entry] = []

        def note(error: OSError) -> None:
            unreadable.append(refused_entry(str(error.filename), "フォルダーを開けません。"))

        for folder, folders, files in os.walk(self._top, onerror=note):
            folders[:] = sorted(name for name in folders if not names.is_hidden(name))
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in sorted(files + links):
                yield self._entry(Path(folder, name))
        yield from unreadable

    def _entry(self, path: Path) -> Entry:
        parts = path.relative_to(self._site).parts
        raw = os.fsencode("/".join(parts))
        shown = raw.decode("utf-8", "replace")
        try:
            name = names.decode_name(raw)
            status = path.lstat()
        except (OSError, ValueError):
            return refused_entry(shown, "名前を読めません。", "名前を付け直してください。")
        reason = names.fault(name) or _not_a_file(status.st_mode)
        if reason:
            return refused_entry(shown, reason)
        name = names.with_folder(name, self._site.name)
        limit = byte_limit(name)
        return Entry(name, status.st_size, lambda: _read_entry(self._site, parts, limit))

    def _picture(self, parts: Sequence[str]) -> bytes | None:
        # A folder copied from a Mac may hold decomposed names.
        decomposed = [unicodedata.normalize("NFD", part) for part in parts]
        for spelled in (parts, decomposed):
            try:
                return _read_beneath(self._site, spelled, MAX_PICTURE)
            except (OSError, ValueError):
                continue
        return None


class FileSource(FolderSource):
    """One file; its pictures are those of the site that it lies in."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.parent)
        self._path = path

    def __iter__(self) -> Iterator[Entry]:
        """Yield the one file."""
        yield self._entry(self._path)


def _site_of(folder: Path) -> Path:
    """Return the folder that `_posts` or `_drafts` lies in, if the folder is one or below one."""
    root = names.site_root(folder.parts)
    return folder if root is None else Path(*root)


def _not_a_file(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "リンクは読みません。"
    return "" if stat.S_ISREG(mode) else "ふつうのファイルではありません。"


def _read_entry(top: Path, parts: Sequence[str], limit: int) -> bytes:
    try:
        return _read_beneath(top, parts, limit)
    except (OSError, ValueError):
        raise Refused("読めません。", hint="ファイルと読み取りの許可を確かめてください。") from None


def _read_beneath(top: Path, parts: Sequence[str], limit: int) -> bytes:
    """Read a file below a folder, opening every step from the one above and following no link.

    Raises OSError where a step is a link or missing, Refused over `limit` bytes.
    """
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        # O_NONBLOCK: a pipe that took the file's place must not hold the run.
        file = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    return _read_regular(file, limit)


def _read_regular(file: int, limit: int) -> bytes:
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise Refused("ふつうのファイルではありません。")
        with open(file, "rb", closefd=False) as stream:
            data = stream.read(limit + 1)
    finally:
        os.close(file)
    if len(data) > limit:
        raise too_large(limit)
    return data

"""A zip as a source of files."""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from . import names
from .errors import Refused
from .source import MAX_PICTURE, Entry, Source, byte_limit, refused_entry, too_large

MAX_MEMBERS = 20_000
MAX_TOTAL = 2 * 1024**3
MAX_RATIO = 200
# Text repeats itself; below this size a high ratio does no harm.
_RATIO_FREE = 256 * 1024
_MAX_DIRECTORY = 8 * 1024 * 1024
_CHUNK = 64 * 1024

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1 | 0x40
_NESTED = re.compile(r"\.(?:zip|jar|tar|t?gz|t?bz2|t?xz|zst|7z|rar|lzh)$", re.IGNORECASE)
# What zipfile and zlib raise on broken members (ValueError covers undecodable names).
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class ZipSource(Source):
    """The members of a zip; nothing is ever unpacked to a disk.

    Raises Refused for a broken archive, over 20,000 members and over 2 GB unpacked.
    """

    def __init__(self, path: Path) -> None:
        self._stem = unicodedata.normalize("NFC", path.stem)
        self._stream = _BoundedFile(io.FileIO(path))
        try:
            self._zip = zipfile.ZipFile(self._stream)
            _check_whole(self._zip.infolist())
        except _BROKEN:
            self._stream.close()
            raise _broken("zip が壊れていて読めません。") from None
        except Refused:
            self._stream.close()
            raise
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._refused: list[Entry] = []
        for info in self._zip.infolist():
            self._sort_in(info)
        self._root = _site_root(self._members)

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()
        self._stream.close()

    def __iter__(self) -> Iterator[Entry]:
        """Yield the members by name, then the refused ones."""
        for name in sorted(self._members):
            yield self._entry(name, self._members[name])
        yield from self._refused

    def _sort_in(self, info: zipfile.ZipInfo) -> None:
        name, reason = _judged(info)
        if not reason and name in self._members:
            reason = "同じ名前のファイルが 2 つあります。"
        if reason:
            self._refused.append(refused_entry(name, reason))
        elif not info.is_dir() and not names.in_hidden(name):
            self._members[name] = info

    def _entry(self, name: str, info: zipfile.ZipInfo) -> Entry:
        limit = byte_limit(name)
        shown = names.with_folder(name, self._stem)
        return Entry(shown, info.file_size, lambda: self._read(info, limit))

    def _picture(self, parts: Sequence[str]) -> bytes | None:
        info = self._members.get("/".join((*self._root, *parts)))
        return self._read(info, MAX_PICTURE) if info else None

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        if info.file_size > limit:
            raise too_large(limit)
        try:
            with self._zip.open(info) as member:
                # zipfile gives out no more than the declared size, whatever is inside.
                return b"".join(iter(lambda: member.read(_CHUNK), b""))
        except _BROKEN:
            raise _broken("zip の中で壊れています。") from None


class _BoundedFile(io.BufferedReader):
    """A file that will not hand out a table of contents of any size.

    zipfile reads the whole table at once, before anybody can count its members.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY:
            raise _too_many()
        return super().read(size)


def _broken(what: str) -> Refused:
    return Refused(what, hint="zip を作り直してください。")


def _too_many() -> Refused:
    return Refused(
        f"zip の中のファイルが {MAX_MEMBERS:,} 件を超えています。",
        hint="分けて作り直してください。",
    )


def _check_whole(infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise _too_many()
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise Refused("zip を開くと 2 GB を超えます。", hint="分けて作り直してください。")


def _judged(info: zipfile.ZipInfo) -> tuple[str, str]:
    """Return a member's name and why it is refused, "" where it is not."""
    try:
        name = _name(info)
    except ValueError:
        return info.orig_filename, "名前の文字コードが分かりません。"
    reason = names.fault(name)
    if not reason and not names.in_hidden(name):
        reason = _content_fault(info, name)
    return (name if reason else str(PurePosixPath(name))), reason


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the flag for UTF-8 it is UTF-8 or Shift_JIS all the same.

    `orig_filename`, for zipfile itself cuts a name at a NUL and so hides what follows.
    """
    if info.flag_bits & _UTF8_NAME:
        return unicodedata.normalize("NFC", info.orig_filename)
    return names.decode_name(info.orig_filename.encode("cp437"))


def _content_fault(info: zipfile.ZipInfo, name: str) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    packed_well = info.file_size > max(info.compress_size * MAX_RATIO, _RATIO_FREE)
    faults = (
        (kind == stat.S_IFLNK, "リンクは読みません。"),
        (kind not in (0, stat.S_IFREG, stat.S_IFDIR), "ふつうのファイルではありません。"),
        (info.flag_bits & _ENCRYPTED, "暗号化されています。"),
        (_NESTED.search(name), "書庫の中の書庫は開きません。"),
        (
            info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
            "対応していない圧縮方式です。",
        ),
        (packed_well, "圧縮率が高すぎます。"),
    )
    return next((reason for found, reason in faults if found), "")


def _site_root(members: dict[str, zipfile.ZipInfo]) -> tuple[str, ...]:
    """Return the folder that `_posts` lies in, else the one folder that holds everything."""
    paths = [PurePosixPath(name).parts for name in members]
    roots = [root for path in paths if (root := names.site_root(path)) is not None]
    if roots:
        return min(roots, key=len)
    tops = {path[:1] if len(path) > 1 else () for path in paths}
    return tops.pop() if len(tops) == 1 else ()

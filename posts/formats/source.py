"""A set of files to import, whatever it is kept in."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from . import names
from .encoding import MAX_BYTES, clean
from .errors import Refused

MAX_PICTURE = 50 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One file of a source: `name` with `/` and in NFC, `size` in bytes as declared.

    `refusal` is set where the file will not be read whatever it is (a link, a hostile name);
    `read` returns the content or raises Refused.
    """

    name: str
    size: int
    read: Callable[[], bytes]
    refusal: Refused | None = None


def refused_entry(name: str, what: str, hint: str = "") -> Entry:
    """Return an entry that cannot be read, its name made fit for a report."""
    refusal = Refused(what, hint=hint)

    def read() -> bytes:
        raise refusal

    return Entry(" ".join(clean(name)[0].split())[:200], 0, read, refusal)


def byte_limit(name: str) -> int:
    """Return the most bytes that a file of this name may have."""
    return MAX_BYTES if names.is_article(name) else MAX_PICTURE


def too_large(limit: int) -> Refused:
    """Return the refusal of a file over `limit` bytes."""
    return Refused(
        f"{limit // 1024 // 1024} MB を超えています。", hint="小さくしてからやり直してください。"
    )


class Source(ABC):
    """A set of files, to be used in a `with` statement. Iterate it for its entries, in order.

    Files in hidden folders and in those of other programs are passed over.
    """

    @abstractmethod
    def __iter__(self) -> Iterator[Entry]:
        """Yield every file, the refused ones included."""

    @abstractmethod
    def _picture(self, parts: Sequence[str]) -> bytes | None:
        """Return the file at a path below the site's root, None where there is none."""

    @abstractmethod
    def close(self) -> None:
        """Give back what is open."""

    def entries(self) -> Iterator[Entry]:
        """Yield what an import has to report on: the articles and the refused files."""
        return (entry for entry in self if entry.refusal or names.is_article(entry.name))

    def asset(self, path: str) -> bytes | None:
        """Return the picture at a site-absolute path such as `/assets/a.png`.

        Percent signs may be decoded or not; a query is dropped. None where there is no such
        picture, or where the path leads outside the site's root, to a hidden file or through a
        link. Raises Refused, naming it, for one that is too large or broken.
        """
        try:
            return self._asset(path)
        except Refused as error:
            raise Refused(f"画像「{path[:100]}」：{error.what}", hint=error.hint) from None

    def _asset(self, path: str) -> bytes | None:
        plain = path.split("#")[0].split("?")[0].lstrip("/")
        for candidate in dict.fromkeys((plain, unquote(plain, errors="replace"))):
            found = self._picture_at(unicodedata.normalize("NFC", candidate))
            if found is not None:
                return found
        return None

    def _picture_at(self, path: str) -> bytes | None:
        parts = PurePosixPath(path).parts
        if names.fault(path) or not names.is_picture(path):
            return None
        return None if any(part.startswith(".") for part in parts) else self._picture(parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

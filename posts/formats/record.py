"""What every format is read into: one article, with nothing of its old system left."""

from dataclasses import dataclass, field
from datetime import datetime

type Json = None | bool | int | float | str | list[Json] | dict[str, Json]


@dataclass(frozen=True)
class Image:
    """A lead picture: `path` as the source wrote it (a site path or an address)."""

    path: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Record:
    """One article of a foreign source, as plain values.

    `key` names the article in its source for ever, so that a second run finds it again; `digest`
    is the SHA-256 of the file in hexadecimal digits; `body` is all that follows the front matter,
    its first blank line included. `date` is aware and in UTC. `redirects` are paths that once led
    to the article, percent-decoded and in NFC. `breaks` says whether each newline of
    the body is one (None: the file does not say). `extra` keeps what the format's reader does not
    know, and `notes` are sentences in Japanese for the report.
    """

    key: str
    path: str
    digest: str
    title: str
    body: str
    slug: str = ""
    date: datetime | None = None
    published: bool = True
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    excerpt: str = ""
    reading_time: int | None = None
    breaks: bool | None = None
    image: Image | None = None
    permalink: str = ""
    redirects: tuple[str, ...] = ()
    extra: dict[str, Json] = field(default_factory=dict)
    removed: int = 0
    notes: tuple[str, ...] = ()

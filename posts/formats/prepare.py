"""The work on an imported file that needs no database: parse it, render its body.

It is most of the time an import takes, so a large one spreads it over processes.
"""

import hashlib
import multiprocessing
import os
import re
import signal
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from posts import text

from .errors import Refused
from .jekyll import parse
from .names import is_picture, source_key
from .record import Record
from .source import Entry

FEW = 40  # articles that are done before a second process has started
AHEAD = 16  # articles a process, so that memory stays flat however many there are


@dataclass(frozen=True, slots=True)
class Prepared:
    """A parsed article: its record, the `body` to be kept, and that body rendered.

    `breaks` says whether each newline of it is one; `repeated` that a first paragraph which
    repeats the title was dropped; `pictures` are the site's own pictures in the body. With
    them, or with links to articles, which only the database can resolve, `rendered` is None.
    """

    record: Record
    body: str
    breaks: bool
    repeated: bool
    pictures: tuple[str, ...]
    rendered: text.Rendered | None


@dataclass(frozen=True, slots=True)
class Read:
    """A file of a source: its bytes, and the article in it or why it was refused.

    With neither, the file is `known`: its bytes are those of the last import.
    """

    name: str
    data: bytes
    prepared: Prepared | None = None
    refusal: str = ""
    known: bool = False


def prepare(name: str, data: bytes, zone: ZoneInfo, *, breaks: bool = False) -> Read:
    """Parse and render one file; a refusal is returned, not raised: it crosses processes.

    `breaks` says whether newlines are kept where the file itself does not say.
    """
    try:
        record = parse(name, data, zone=zone)
    except Refused as refused:
        return Read(name, data, refusal=str(refused))
    body = record.body.strip("\n")
    rest = text.drop_repeated_title(body, record.title)
    kept = body if rest is None else rest.strip("\n")
    pictures = _pictures(kept)
    breaks = breaks if record.breaks is None else record.breaks
    waits = pictures or text.post_slugs(kept)
    rendered = None if waits else text.render(kept, breaks=breaks)
    return Read(name, data, Prepared(record, kept, breaks, rest is not None, pictures, rendered))


def _pictures(body: str) -> tuple[str, ...]:
    """Return the addresses of the site's own pictures in `body`, without their queries.

    The renderer's candidates are too many rather than too few; what does not end as a
    picture does is none (a link, an address with the title behind it).
    """
    paths = (re.split("[?#]", path)[0] for path in text.image_sources(body))
    own = (path for path in paths if path.startswith("/") and not path.startswith("//"))
    return tuple(dict.fromkeys(path for path in own if is_picture(path)))


def read_all(
    entries: list[Entry],
    zone: ZoneInfo,
    known: Mapping[str, str],
    *,
    processes: bool,
    breaks: bool = False,
) -> Iterator[Read]:
    """Yield the files in order, prepared; with `processes`, several at a time.

    `known` maps source keys to the sha256 (hex) of files that need no preparing; `breaks`
    is for files that do not say whether their newlines are kept.
    """
    if not processes or len(entries) < FEW:
        for entry in entries:
            data = _data(entry, known)
            if isinstance(data, bytes):
                data = prepare(entry.name, data, zone, breaks=breaks)
            yield data
        return
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_leave_interrupts) as pool:
        waiting: deque[Future[Read] | Read] = deque()
        try:
            for entry in entries:
                data = _data(entry, known)
                if isinstance(data, bytes):
                    waiting.append(pool.submit(prepare, entry.name, data, zone, breaks=breaks))
                else:
                    waiting.append(data)
                if len(waiting) >= AHEAD * workers:
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        finally:
            pool.shutdown(cancel_futures=True)


def _data(entry: Entry, known: Mapping[str, str]) -> Read | bytes:
    """Return the bytes of a file to be prepared, or what is to be said of it at once."""
    try:
        data = entry.read()
    except Refused as refused:
        return Read(entry.name, b"", refusal=str(refused))
    if known.get(source_key(entry.name)) == hashlib.sha256(data).hexdigest():
        return Read(entry.name, data, known=True)
    return data


def _result(item: Future[Read] | Read) -> Read:
    return item if isinstance(item, Read) else item.result()


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that writes; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

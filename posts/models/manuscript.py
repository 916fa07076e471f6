"""What a revision holds: all that an editor writes into a manuscript, relations included."""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from posts import text

TEXTS = ("title", "deck", "body", "excerpt")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The content of a post as one value; relations are primary keys.

    `bylines` are pairs (author id, role); `original_date` is the date an imported article
    was first published elsewhere; `reading_minutes` overrides the computed time; `breaks`
    shows every newline of the body as one (older revisions do not say: False);
    `front_matter` keeps what a file said and no field here holds.
    """

    title: str = ""
    slug: str = ""
    deck: str = ""
    body: str = ""
    breaks: bool = False
    excerpt: str = ""
    category: int | None = None
    series: int | None = None
    series_part: int | None = None
    cover: int | None = None
    bylines: tuple[tuple[int, str], ...] = ()
    tags: tuple[int, ...] = ()
    reading_minutes: int | None = None
    original_date: datetime | None = None
    front_matter: dict[str, Any] = field(default_factory=dict)

    def cleaned(self) -> Self:
        """Return the manuscript without characters that no page or feed can carry."""
        texts: dict[str, Any] = {name: text.clean(getattr(self, name))[0] for name in TEXTS}
        texts["title"] = " ".join(texts["title"].split("\n")).strip()
        return replace(self, slug=text.canonical_slug(self.slug), **texts)

    def pack(self, against: Self | None = None) -> bytes:
        """Return the manuscript as compressed JSON; equal manuscripts give equal bytes.

        With `against`, a manuscript much like this one, the bytes say only where they differ, and
        `unpack` needs it again.
        """
        if against is None:
            return zlib.compress(self._plain().encode(), 6)
        old = against._plain().split(_CUT)
        steps = list(_steps(old, self._plain().split(_CUT)))
        come = _CUT.join(line for step in steps if isinstance(step, list) for line in step)
        plan = [len(step) if isinstance(step, list) else step for step in steps]
        packer = zlib.compressobj(6, zdict=_gone(old, plan))
        head = json.dumps(plan, separators=(",", ":")).encode()
        return head + b"\n" + packer.compress(come.encode()) + packer.flush()

    @classmethod
    def unpack(cls, packed: bytes, against: Self | None = None) -> Self:
        """Return the manuscript that `pack` wrote, `against` the same manuscript as then."""
        if against is None:
            return cls._read(zlib.decompress(packed).decode())
        head, _, tail = packed.partition(b"\n")
        old, plan = against._plain().split(_CUT), json.loads(head)
        come = zlib.decompressobj(zdict=_gone(old, plan)).decompress(tail).decode()
        return cls._read(_CUT.join(_follow(plan, old, iter(come.split(_CUT)))))

    def _plain(self) -> str:
        data = asdict(self)
        data["original_date"] = self.original_date and self.original_date.isoformat()
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def _read(cls, plain: str) -> Self:
        data = json.loads(plain)
        data["bylines"] = tuple((author, role) for author, role in data["bylines"])
        data["tags"] = tuple(data["tags"])
        if data["original_date"]:
            data["original_date"] = datetime.fromisoformat(data["original_date"])
        return cls(**data)


# How one manuscript is packed against another: by the lines of its JSON. A step of the plan is
# a pair, the lines [start, end) of the old one, or how many new lines come. What helps to compress
# those are the lines of the old one that are gone: an edited paragraph is mostly its old self, and
# zlib looks back over 32 KB only, which is less than a long article.

_CUT = "\\n"  # a newline as JSON writes it

type Step = list[str] | tuple[int, int]


def _steps(old: list[str], new: list[str]) -> Iterator[Step]:
    """Yield how to make `new`: pairs, for what to take of `old`, and lists of new lines."""
    places = {line: place for place, line in reversed(list(enumerate(old)))}
    come: list[str] = []
    start = end = 0
    for line in new:
        if start < end < len(old) and old[end] == line:
            end += 1
            continue
        if start < end:
            yield start, end
            start = end = 0
        if line in places:
            if come:
                yield come
                come = []
            start, end = places[line], places[line] + 1
        else:
            come.append(line)
    if start < end:
        yield start, end
    if come:
        yield come


def _gone(old: list[str], plan: Iterable[Any]) -> bytes:
    """Return the end of those lines of `old` that the plan does not take: what zlib can use."""
    left = list(old)
    for step in plan:
        if not isinstance(step, int):
            start, end = step
            left[start:end] = [""] * (end - start)
    return _CUT.join(filter(None, left)).encode()[-32_000:]


def _follow(plan: Iterable[Any], old: list[str], come: Iterator[str]) -> Iterator[str]:
    """Yield the lines that the plan makes of the old and the new ones."""
    for step in plan:
        if isinstance(step, int):
            yield from (next(come) for _ in range(step))
        else:
            yield from old[step[0] : step[1]]

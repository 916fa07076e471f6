"""What a revision holds: all that an editor writes into a manuscript, relations included."""

import json
import zlib
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

    def pack(self) -> bytes:
        """Return the manuscript as compressed JSON; equal manuscripts give equal bytes."""
        data = asdict(self)
        data["original_date"] = self.original_date and self.original_date.isoformat()
        plain = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return zlib.compress(plain.encode(), 6)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Return the manuscript that `pack` wrote."""
        data = json.loads(zlib.decompress(packed))
        data["bylines"] = tuple((author, role) for author, role in data["bylines"])
        data["tags"] = tuple(data["tags"])
        if data["original_date"]:
            data["original_date"] = datetime.fromisoformat(data["original_date"])
        return cls(**data)

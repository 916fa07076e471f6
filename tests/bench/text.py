"""Rendering, measuring and comparing texts."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from posts.text import hints, render
from tests.bench.figures import Figure, timed

TESTS = Path(__file__).parent.parent
MEGABYTE = 1_000_000  # bytes of UTF-8


def prose() -> list[str]:
    """Return the paragraphs of a real article."""
    body = (TESTS / "data" / "seed.txt").read_text(encoding="utf-8").split("---\n", 2)[2]
    return [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]


def constructs() -> list[str]:
    """Return a small text for each construct of the dialect."""
    golden = sorted((TESTS / "text" / "golden").rglob("*.md"))
    friendly = (path for path in golden if not path.parent.name.startswith("hostile"))
    return [path.read_text(encoding="utf-8") for path in friendly][::7]


def article(size: int, *, plain: bool = False) -> str:
    """Return an article of about `size` characters; every third passage is a construct."""
    paragraphs, pieces = cycle(prose()), cycle(constructs())
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(next(pieces if len(parts) % 3 == 2 and not plain else paragraphs).strip())
        length += len(parts[-1])
    return "\n\n".join(parts)


def measure() -> Iterator[Figure]:
    whole, plain = article(5_000), article(5_000, plain=True)
    yield timed("render 5,000 字 with every construct", lambda: render(whole), bound=35)
    yield timed("render 5,000 字 of prose", lambda: render(plain), bound=35)
    yield timed("hints on 5,000 字", lambda: hints(whole), bound=10)
    large = article(MEGABYTE // 3, plain=True)
    yield timed("render 1 MB of prose", lambda: render(large), bound=3_000, runs=5)
    mixed = article(MEGABYTE // 3)
    yield timed("render 1 MB with every construct", lambda: render(mixed), bound=3_000, runs=5)

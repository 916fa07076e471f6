"""Rendering, measuring and comparing texts."""

from collections.abc import Iterator
from functools import partial
from itertools import cycle, zip_longest
from pathlib import Path

from posts.text import diff, hints, merge, render
from tests.bench.figures import Figure, timed

TESTS = Path(__file__).parent.parent
MEGABYTE = 1_000_000  # bytes of UTF-8
SHIFTED = {code: code + 1 for code in range(0x3041, 0x3096)} | {0x3002: 0x3001}


def prose() -> list[str]:
    """Return the paragraphs of a real article."""
    body = (TESTS / "data" / "seed.txt").read_text(encoding="utf-8").split("---\n", 2)[2]
    return [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]


def constructs() -> list[str]:
    """Return small texts in the dialect, one from each of its topics in turn."""
    topics = [path for path in sorted((TESTS / "text" / "golden").iterdir()) if path.is_dir()]
    friendly = [sorted(topic.glob("*.md")) for topic in topics if "hostile" not in topic.name]
    turns = zip_longest(*friendly)
    return [path.read_text(encoding="utf-8") for turn in turns for path in turn if path]


def article(size: int, *, plain: bool = False) -> str:
    """Return an article of about `size` characters; every second passage is a construct."""
    paragraphs, pieces = cycle(prose()), cycle(constructs())
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(next(pieces if len(parts) % 2 and not plain else paragraphs).strip())
        length += len(parts[-1])
    return "\n\n".join(parts)


def edited(text: str, every: int, words: str) -> str:
    """Return the text with a word put into every so-many-th paragraph."""
    paragraphs = text.split("\n\n")
    for index in range(every // 2, len(paragraphs), every):
        middle = len(paragraphs[index]) // 2
        paragraphs[index] = paragraphs[index][:middle] + words + paragraphs[index][middle:]
    return "\n\n".join(paragraphs)


def measure() -> Iterator[Figure]:
    whole, plain = article(5_000), article(5_000, plain=True)
    yield timed("render 5,000 字 with every construct", lambda: render(whole), bound=35)
    yield timed("render 5,000 字 of prose", lambda: render(plain), bound=35)
    yield timed("hints on 5,000 字", lambda: hints(whole), bound=10)
    large = article(MEGABYTE // 3, plain=True)
    yield timed("render 1 MB of prose", lambda: render(large), bound=3_000, runs=5)
    mixed = article(MEGABYTE // 3)
    yield timed("render 1 MB with every construct", lambda: render(mixed), bound=3_000, runs=5)
    for name, text, bound, runs in (("5,000 字", plain, 50, 21), ("1 MB", large, 3_000, 3)):
        ours, theirs = edited(text, 2, "わたしの言葉"), edited(text, 3, "ほかの人の言葉")
        yield timed(f"diff of {name}", partial(diff, text, ours), bound=bound, runs=runs)
        yield timed(f"merge of {name}", partial(merge, text, ours, theirs), bound=bound, runs=runs)
    yield timed(
        "diff of 1 MB with nothing in common",
        partial(diff, large, large.translate(SHIFTED)),
        bound=3_000,
        runs=3,
    )

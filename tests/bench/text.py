"""Rendering, measuring and comparing texts."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, zip_longest
from pathlib import Path

from posts.text import diff, hints, merge, render
from tests.bench.figures import Figure, duration, of_times

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
    """Measure the renderer, the hints and the comparison."""
    whole, plain = article(5_000), article(5_000, plain=True)
    every = "すべての書きかたが入った原稿を HTML にする"
    prose_only = "地の文だけの原稿を HTML にする"
    yield timed("変換 5,000 字（すべての書きかた）", every, lambda: render(whole), bound=35)
    yield timed("変換 5,000 字（地の文）", prose_only, lambda: render(plain), bound=35)
    yield timed("下読み 5,000 字", "表記の気になるところを探す", lambda: hints(whole), bound=10)
    large, mixed = article(MEGABYTE // 3, plain=True), article(MEGABYTE // 3)
    yield timed("変換 1 MB（地の文）", prose_only, lambda: render(large), bound=3_000, runs=5)
    yield timed("変換 1 MB（すべての書きかた）", every, lambda: render(mixed), bound=3_000, runs=5)
    for name, text, bound, runs in (("5,000 字", plain, 50, 21), ("1 MB", large, 3_000, 3)):
        ours, theirs = edited(text, 2, "わたしの言葉"), edited(text, 3, "ほかの人の言葉")
        compare, join = partial(diff, text, ours), partial(merge, text, ours, theirs)
        yield timed(f"比較 {name}", "二つの版の違いを示す", compare, bound=bound, runs=runs)
        yield timed(f"合流 {name}", "二人の直しを一つにする", join, bound=bound, runs=runs)
    apart = partial(diff, large, large.translate(SHIFTED))
    yield timed("比較 1 MB（似ていない）", "共通の行がない二つの版", apart, bound=3_000, runs=3)


def timed(
    name: str, meaning: str, work: Callable[[], object], *, bound: float, runs: int = 21
) -> Figure:
    """Run `work` once unmeasured and then `runs` times."""
    work()
    taken = [duration(work) for _ in range(runs)]
    return of_times("text", name, taken, meaning=meaning, bound=bound)

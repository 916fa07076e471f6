"""The paragraphs of a Markdown source, and which of two sources belong together."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from posts.text.budget import Budget
from posts.text.characters import HAN, KANA
from posts.text.graphemes import count_graphemes
from posts.text.sentences import split_sentences

from .sequences import Pair, Span, align, moves

# A paragraph ends before blank lines, behind a line that ends a sentence, before an indent.
_BREAK = re.compile(
    r"(\n(?:[ \t\u3000]*+\n)+|(?<=[。！？])\n|(?<=[。！？][」』）])\n|\n(?=\u3000))"
)
# A line goes on in the next one only where that begins with a Japanese letter: not in lists, code.
_LINE = re.compile(rf"(?<=\n)(?![{KANA}{HAN}ー、。])")
_CLAUSE = re.compile(r"[^、，,\s]*[、，,\s]+|[^、，,\s]+")
_LONG = 1_000  # characters of a sentence that is compared by its clauses


class Paragraph(NamedTuple):
    """A paragraph as typed: its sentences, and the white space that parts it from the next one."""

    body: str
    gap: str
    sentences: list[str]

    def before(self, gap: str) -> "Paragraph":
        """Return it with another gap behind it."""
        return self._replace(gap=gap)

    def __str__(self) -> str:
        return self.body + self.gap


def paragraphs(text: str) -> list[Paragraph]:
    """Cut the text into paragraphs; joined again they are the text."""
    parts = [*_BREAK.split(text), ""]
    if parts[-2].endswith("\n"):  # the end of the last line
        parts[-2:] = [parts[-2][:-1], "\n"]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [Paragraph(body, gap, _cut(body)) for body, gap in pairs if body or gap]


def sentences(paragraphs: Iterable[Paragraph]) -> list[str]:
    """Return the sentences of the paragraphs and the gaps behind them; joined they are the text."""
    return [part for _, gap, inside in paragraphs for part in (*inside, gap) if part]


def _cut(body: str) -> list[str]:
    """Cut at the ends of sentences and of the lines of lists, tables and code."""
    groups: list[list[str]] = []
    for line in _LINE.split(body):
        for sentence in split_sentences(line):
            for part in _CLAUSE.findall(sentence) if len(sentence) > _LONG else [sentence]:
                # The variation selector of an emoji like ‼ belongs to the sentence before.
                if groups and _one_cluster(groups[-1][-1][-1] + part[0]):
                    groups[-1].append(part)
                else:
                    groups.append([part])
    return ["".join(group) for group in groups]


@lru_cache(maxsize=4096)
def _one_cluster(two: str) -> bool:
    return count_graphemes(two) == 1


def match(
    old: Sequence[Paragraph], new: Sequence[Paragraph], budget: Budget
) -> tuple[list[Span], list[Pair]]:
    """Find which paragraphs stayed and which moved.

    Returns:
        In their order those that stayed (one, or several that were split or joined, with one or
        several); and the pairs of those that moved.
    """
    olds, news = [one.body for one in old], [one.body for one in new]
    kept = align(olds, news, budget)
    moved = moves(olds, news, kept)
    free = (
        set(range(len(old))) - {i for i, _ in [*kept, *moved]},
        set(range(len(new))) - {j for _, j in [*kept, *moved]},
    )
    blocks: list[Span] = []
    for i, j in kept:
        if olds[i] == news[j]:
            blocks.append(Span(i, i + 1, j, j + 1))
        else:
            a, b = _reach(i, old, free[0], new[j])
            c, d = _reach(j, new, free[1], old[i])
            blocks.append(Span(a, b, c, d))
    return blocks, moved


def _reach(
    index: int, texts: Sequence[Paragraph], free: set[int], partner: Paragraph
) -> tuple[int, int]:
    """Return start and end of the paragraphs around ``index`` that hold sentences of another."""
    start, end, wanted = index, index + 1, set(partner.sentences)
    while start - 1 in free and not wanted.isdisjoint(texts[start - 1].sentences):
        start -= 1
    while end in free and not wanted.isdisjoint(texts[end].sentences):
        end += 1
    free.difference_update(range(start, end))
    return start, end

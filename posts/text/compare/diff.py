"""A comparison for people: paragraphs, in them sentences, in changed sentences characters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from posts.text.budget import Budget
from posts.text.graphemes import graphemes

from .paragraphs import Paragraph, match, paragraphs, sentences
from .sequences import CELLS, Span, align, common, equal_ends, spans, walk

_SHARED = 0.4  # of its characters, below which a sentence is shown as replaced whole

type Island = tuple[int, int, int]  # place in the old and in the new sentence, size
type RunKind = Literal["equal", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind inside a paragraph."""

    kind: RunKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a paragraph (or of several that were split or joined).

    The runs hold its text with the white space behind. Those not added, of all changes but
    ``moved_to``, are the old text; those not removed, of all but ``moved_from``, the new one.
    """

    kind: Literal["equal", "changed", "added", "removed", "moved_from", "moved_to"]
    runs: tuple[Run, ...]
    move: int = 0  # from 1; the two changes of a move have the same number


@dataclass(frozen=True, slots=True)
class Fold:
    """Equal paragraphs that need not be shown; ``kind`` tells it from a change."""

    changes: tuple[Change, ...]
    kind: Literal["fold"] = "fold"


def diff(old: str, new: str) -> tuple[Change, ...]:
    """Compare two texts (Markdown, newlines as ``\\n``) for somebody who reads them.

    Returns:
        The paragraphs in the order of both texts. One that moved is there twice: whole at its
        old place, at its new one with what was changed inside. White space at the very end of a
        text is in the runs but makes no paragraph changed.
    """
    olds, news, budget = paragraphs(old), paragraphs(new), Budget(CELLS)
    blocks, moved = match(olds, news, budget)
    left = {i: number for number, (i, _) in enumerate(moved, 1)}
    came = {j: (number, i) for number, (i, j) in enumerate(moved, 1)}

    def removed(i: int) -> Change:
        runs = (Run("removed", str(olds[i])),)
        return Change("moved_from", runs, left[i]) if i in left else Change("removed", runs)

    def added(j: int) -> Change:
        if j in came:
            number, i = came[j]
            return Change("moved_to", _runs(olds[i : i + 1], news[j : j + 1], budget), number)
        return Change("added", (Run("added", str(news[j])),))

    changes: list[Change] = []
    for span, kept in walk(blocks, len(olds), len(news)):
        if kept:
            changes.append(_stayed(span, olds, news, budget))
        else:
            changes += [*map(removed, range(span.a, span.b)), *map(added, range(span.c, span.d))]
    return tuple(changes)


def fold_equal(changes: Iterable[Change], context: int = 1) -> tuple[Change | Fold, ...]:
    """Put the equal paragraphs that have no change near them into folds.

    Args:
        changes: what ``diff`` returned.
        context: how many equal paragraphs stay visible before and behind each change.
    """
    result: list[Change | Fold] = []
    runs = [(equal, tuple(run)) for equal, run in groupby(changes, lambda c: c.kind == "equal")]
    for place, (equal, run) in enumerate(runs):
        start = context if place else 0
        end = len(run) - (context if place < len(runs) - 1 else 0)
        if equal and end - start > 1:  # one fold line for one paragraph saves nothing
            result += [*run[:start], Fold(run[start:end]), *run[end:]]
        else:
            result += run
    return tuple(result)


def _stayed(
    block: Span, olds: Sequence[Paragraph], news: Sequence[Paragraph], budget: Budget
) -> Change:
    before, after = olds[block.a : block.b], news[block.c : block.d]
    runs = _runs(before, after, budget)
    same = [one.body for one in before] == [one.body for one in after]
    last = block.b == len(olds) or block.d == len(news)
    equal = same and (last or before == after)
    return Change("equal" if equal else "changed", runs)


def _runs(
    before: Sequence[Paragraph], after: Sequence[Paragraph], budget: Budget
) -> tuple[Run, ...]:
    old, new = sentences(before), sentences(after)
    pairs = align(old, new, budget) if old != new else [(k, k) for k in range(len(old))]
    steps = walk(spans(pairs), len(old), len(new))
    return _tidy(run for (a, b, c, d), _ in steps for run in _replaced(old[a:b], new[c:d], budget))


def _replaced(old: Sequence[str], new: Sequence[str], budget: Budget) -> Iterator[Run]:
    if old == new:
        yield Run("equal", "".join(old))
    elif len(old) == len(new) == 1:
        yield from _characters(old[0], new[0], budget)
    else:
        yield Run("removed", "".join(old))
        yield Run("added", "".join(new))


def _characters(old: str, new: str, budget: Budget) -> Iterator[Run]:
    """Compare two sentences by grapheme clusters, or replace one by the other."""
    olds, news = graphemes(old), graphemes(new)
    islands = _readable(_islands(olds, news, budget))
    if 2 * sum(size for _, _, size in islands) < _SHARED * (len(olds) + len(news)):
        islands = []
    i = j = 0
    for a, b, size in [*islands, (len(olds), len(news), 0)]:
        yield Run("removed", "".join(olds[i:a]))
        yield Run("added", "".join(news[j:b]))
        yield Run("equal", "".join(olds[a : a + size]))
        i, j = a + size, b + size


def _islands(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Island]:
    """Return what is equal; the first and the last island, at the ends, may be empty."""
    head, tail = equal_ends(old, new)
    ends = len(old) - tail, len(new) - tail
    islands = [(0, 0, head)]
    for i, j in common(old[head : ends[0]], new[head : ends[1]], budget):
        a, b, size = islands[-1]
        if (a + size, b + size) == (head + i, head + j):
            islands[-1] = (a, b, size + 1)
        else:
            islands.append((head + i, head + j, 1))
    return [*islands, (*ends, tail)]


def _readable(islands: Sequence[Island]) -> list[Island]:
    """Return the islands that are more than chance.

    One between two changes, each at least as long as itself, only breaks up what reads as one
    change (the rule of diff-match-patch).
    """
    kept = [islands[0]]
    for island in islands[1:]:
        while len(kept) > 1 and kept[-1][2] <= min(_water(*kept[-2:]), _water(kept[-1], island)):
            kept.pop()
        kept.append(island)
    return kept


def _water(one: Island, other: Island) -> int:
    return max(other[0] - one[0], other[1] - one[1]) - one[2]


def _tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Join neighbours, and between equal runs first all that was removed, then all added."""
    result: list[Run] = []
    for equal, group in groupby((run for run in runs if run.text), lambda run: run.kind == "equal"):
        parts = list(group)
        kinds: tuple[RunKind, ...] = ("equal",) if equal else ("removed", "added")
        for kind in kinds:
            text = "".join(run.text for run in parts if run.kind == kind)
            result += [Run(kind, text)] if text else []
    return tuple(result)

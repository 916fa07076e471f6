"""Which texts of two lists belong together: the equal ones, the alike ones, those that moved.

Nothing here is quadratic in the length of a document: texts that occur once are found by a
dictionary, alike ones by the rare things that they share, and the exact algorithm, which is
quadratic, is kept to what a budget allows. Beyond it the answer is coarser, never wrong.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile
from typing import NamedTuple

from posts.text.budget import Budget

type Pair = tuple[int, int]  # a place in the old list, one in the new
type Link = tuple[Pair, Link | None]

# Cells of the table behind one exact answer, in bits: 16,384 by 16,384 items are 32 MB.
LONGEST = 1 << 14
# All tables of one comparison: half a second.
CELLS = 1 << 31
_PHRASE = re.compile(r"[^\Wのはをにがとで]+")  # what stands between marks and particles
_FINE = 20_000  # characters up to which texts are compared by pairs of characters
_MANY = 50_000  # texts beyond which alike ones are not looked for
_RARE = 16  # texts that may hold a thing which still says something about them


class Span(NamedTuple):
    """A stretch of both lists: ``old[a:b]`` and ``new[c:d]``."""

    a: int
    b: int
    c: int
    d: int


def walk(kept: Iterable[Span], old_end: int, new_end: int) -> Iterator[tuple[Span, bool]]:
    """Yield the kept spans (True) and what lies before, between and behind them (False)."""
    a = c = 0
    for span in [*kept, Span(old_end, old_end, new_end, new_end)]:
        if (a, c) != (span.a, span.c):
            yield Span(a, span.a, c, span.c), False
        if span.a < span.b:
            yield span, True
        a, c = span.b, span.d


def spans(pairs: Iterable[Pair]) -> list[Span]:
    """Return the pairs as spans of one item each."""
    return [Span(i, i + 1, j, j + 1) for i, j in pairs]


def align(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Pair]:
    """Pair the texts that are equal or alike and stand in the same order in both lists.

    Texts that occur once hold first, the longest together; between them alike ones, then equal
    ones that occur repeatedly.

    Args:
        old: the texts before.
        new: the texts after.
        budget: the cells that the exact algorithm may still fill.
    """
    pairs = _heaviest(_unique(old, new), old)
    for finer in (_ends, _alike_between, common):
        found = [
            (a + i, c + j)
            for a, b, c, d in _between(pairs, len(old), len(new))
            for i, j in finer(old[a:b], new[c:d], budget)
        ]
        pairs = sorted(pairs + found)
    return pairs


def moves(old: Sequence[str], new: Sequence[str], kept: Sequence[Pair]) -> list[Pair]:
    """Pair the texts outside ``kept`` that went elsewhere: equal ones, then very alike ones."""
    gone = set(range(len(old))).difference(i for i, _ in kept)
    come = set(range(len(new))).difference(j for _, j in kept)
    found = [(i, j) for i, j in _unique(old, new) if i in gone and j in come]
    olds = sorted(gone.difference(i for i, _ in found))
    news = sorted(come.difference(j for _, j in found))
    if not kept:  # then alike ones were looked for everywhere
        return found
    edited = _alike([old[i] for i in olds], [new[j] for j in news], 0.6)
    return sorted(found + [(olds[i], news[j]) for i, j in edited])


def common(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Pair]:
    """Pair the items of a longest common subsequence; only the equal ends if that costs too much.

    Args:
        old: the items before.
        new: the items after.
        budget: loses a cell for each old item times each new one between the equal ends.
    """
    pairs = _ends(old, new, budget)
    for a, b, c, d in _between(pairs, len(old), len(new)):
        size = (b - a) * (d - c)
        if max(b - a, d - c) <= LONGEST and size <= budget.left:
            budget.spend(size)
            pairs += [(a + i, c + j) for i, j in _longest(old[a:b], new[c:d])]
    return sorted(pairs)


def _between(pairs: Iterable[Pair], old_end: int, new_end: int) -> list[Span]:
    rest = (span for span, kept in walk(spans(pairs), old_end, new_end) if not kept)
    return [span for span in rest if span.a < span.b and span.c < span.d]


def _ends(old: Sequence[str], new: Sequence[str], _budget: Budget) -> list[Pair]:
    head, tail = equal_ends(old, new)
    pairs = [(k, k) for k in range(head)]
    return pairs + [(len(old) - k, len(new) - k) for k in range(tail, 0, -1)]


def equal_ends(old: Sequence[str], new: Sequence[str]) -> Pair:
    """Return how many items are equal at the start, and of the others how many at the end."""
    head = _same(zip(old, new, strict=False))
    return head, _same(zip(reversed(old[head:]), reversed(new[head:]), strict=False))


def _same(items: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], items))


def _longest(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Pair by the bit-parallel algorithm of Hyyrö (2004): one addition fills a row of the table.

    A bit of a row is 0 where the common subsequence grows by the new item of that place.
    """
    places: defaultdict[str, int] = defaultdict(int)
    for j, item in enumerate(new):
        places[item] |= 1 << j
    every = (1 << len(new)) - 1
    rows = [every]
    for item in old:
        hits = rows[-1] & places.get(item, 0)
        rows.append((rows[-1] + hits | rows[-1] - hits) & every)
    pairs, i, j = [], len(old), len(new)
    while i and j:
        if rows[i] >> (j - 1) & 1:
            j -= 1
        else:
            i -= 1
            if rows[i] >> (j - 1) & 1:
                j -= 1
                pairs.append((i, j))
    return pairs[::-1]


def _unique(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    counts = Counter(old), Counter(new)
    where = {text: j for j, text in enumerate(new)}
    return [
        (i, where[text]) for i, text in enumerate(old) if counts[0][text] == counts[1][text] == 1
    ]


def _heaviest(pairs: Sequence[Pair], old: Sequence[str]) -> list[Pair]:
    """Return those of the pairs, one for each text, that keep their order and hold most text."""
    places: list[int] = []  # ascending, and the weight of the chain that ends there too
    weights: list[int] = []
    links: list[Link] = []
    for i, j in sorted(pairs):
        at = bisect_left(places, j)
        weight = len(old[i]) + 1 + (weights[at - 1] if at else 0)
        link: Link = ((i, j), links[at - 1] if at else None)
        end = bisect_left(weights, weight + 1, lo=at)  # those chains are no better any more
        places[at:end], weights[at:end], links[at:end] = [j], [weight], [link]
    result: list[Pair] = []
    last = links[-1] if links else None
    while last:
        result.append(last[0])
        last = last[1]
    return result[::-1]


def _alike_between(old: Sequence[str], new: Sequence[str], _budget: Budget) -> list[Pair]:
    return _heaviest(_alike(old, new, 0.3), old)


def _alike(old: Sequence[str], new: Sequence[str], least: float) -> list[Pair]:
    """Pair, one to one and the best first, texts that share much.

    Args:
        old: the texts before.
        new: the texts after.
        least: the share (Dice's coefficient, 0 to 1) of what is rare that a pair needs.
    """
    if len(old) + len(new) > _MANY:
        return []
    bags = _telling([*old, *new])
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for j, bag in enumerate(bags[len(old) :]):
        for thing in bag:
            holders[thing].append(j)
    found = []
    for i, bag in enumerate(bags[: len(old)]):
        shared = Counter(chain.from_iterable(holders.get(thing, ()) for thing in bag))
        for j, count in shared.items():
            share = 2 * count / (len(bag) + len(bags[len(old) + j]))
            if share >= least:
                # Of equally good ones the pair whose places are nearest.
                found.append((-share, abs(i * len(new) - j * len(old)), i, j))
    olds, news = set(range(len(old))), set(range(len(new)))
    pairs = []
    for _, _, i, j in sorted(found):
        if i in olds and j in news:
            olds.remove(i)
            news.remove(j)
            pairs.append((i, j))
    return pairs


def _telling(texts: Sequence[str]) -> list[set[str]]:
    """Return for each text what it is made of, without what many of the texts hold."""
    if sum(map(len, texts)) <= _FINE:
        bags = [{text[k : k + 2] for k in range(len(text) - 1)} or {text} for text in texts]
    else:
        bags = [set(_PHRASE.findall(text)) for text in texts]
    spread = Counter(chain.from_iterable(bags))
    return [{thing for thing in bag if spread[thing] <= _RARE} for bag in bags]

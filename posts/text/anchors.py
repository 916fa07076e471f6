"""Where a remark belongs in a text that has changed since: by what it quotes and what is around.

After the W3C's TextQuoteSelector: the quotation, some characters before and behind it, and where
it was. What is found is exact, or alike within a bound; whatever is neither is nowhere, so that
a remark never stands beside words that it was not made on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

CONTEXT = 40  # characters kept on each side
LONGEST = 500  # characters of a quotation; what is longer is known by its beginning
# How much of the surroundings must be there too, the more the better.
_SHARES = (CONTEXT, 16, 6)
_TELLS = 8  # characters from which a quotation alone is more than chance
_LEAST = 0.6  # of a quotation that was edited, the share that must still be there
_SIDE = 10  # characters on both sides that hold the place of words that were replaced
_COMMON = 200  # places from which two letters say nothing about one


class Span(NamedTuple):
    """A stretch of a text: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a remark was made on. Without a quotation it is on the whole."""

    quote: str = ""
    before: str = ""
    after: str = ""
    start: int = 0


def anchor(text: str, span: Span) -> Anchor:
    """Return the anchor of what stands in ``text`` at ``span``."""
    start, end = span.start, min(span.end, span.start + LONGEST)
    return Anchor(text[start:end], text[max(0, start - CONTEXT) : start], _after(text, end), start)


def _after(text: str, end: int) -> str:
    return text[end : end + CONTEXT]


def locate(text: str, anchor: Anchor) -> Span | None:
    """Return where ``anchor`` belongs in ``text``; None when its passage is gone.

    First the very words, with as much around them as there is and nearest to where they were;
    then words that were edited; then what stands between the same surroundings.
    """
    if not anchor.quote:
        return None
    return _exact(text, anchor) or _edited(text, anchor) or _between(text, anchor)


def select(text: str, quote: str, near: int = 0) -> Span | None:
    """Return where a person selected ``quote`` in ``text``, whatever the spaces; None: nowhere.

    Args:
        text: of one passage.
        quote: as the browser says it: line ends and spaces are those of the screen.
        near: how many characters that are no spaces stand before it.
    """
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    dense = "".join(text[place] for place in places)
    wanted = "".join(quote.split())
    start = _nearest(dense, wanted, near)
    if start is None:
        return None
    return Span(places[start], places[start + len(wanted) - 1] + 1)


def _exact(text: str, anchor: Anchor) -> Span | None:
    for before, after in _surroundings(anchor):
        alone = not (before or after) and text != anchor.quote
        if alone and len(anchor.quote) < _TELLS:
            continue
        start = _nearest(text, before + anchor.quote + after, anchor.start - len(before))
        if start is not None:
            start += len(before)
            return Span(start, start + len(anchor.quote))
    return None


def _surroundings(anchor: Anchor) -> Iterator[tuple[str, str]]:
    """Yield what must stand before and behind the quotation, from the strictest on."""
    befores = [anchor.before[-share:] for share in _SHARES]
    afters = [anchor.after[:share] for share in _SHARES]
    yield from zip(befores, afters, strict=True)
    for before, after in zip(befores, afters, strict=True):
        yield from ((before, ""), ("", after))
    yield "", ""


def _nearest(text: str, words: str, near: int) -> int | None:
    """Return the place of ``words`` that is nearest to ``near``."""
    if not words:
        return None
    behind = text.find(words, max(0, near))
    ahead = text.rfind(words, 0, max(0, near) + len(words) - 1)
    found = [place for place in (ahead, behind) if place >= 0]
    return min(found, key=lambda place: abs(place - near), default=None)


def _edited(text: str, anchor: Anchor) -> Span | None:
    """Return the stretch that is most like the quotation, if it is like enough."""
    quote = anchor.quote
    most = int(len(quote) * (1 - _LEAST))
    if len(quote) < _TELLS:
        return None
    for diagonal in _diagonals(text, anchor):
        first = max(0, diagonal - most)
        window = text[first : diagonal + len(quote) + most]
        end, distance = _closest_end(quote, window)
        if distance <= most:
            length, _ = _closest_end(quote[::-1], window[:end][::-1])
            return _trimmed(text, Span(first + end - length, first + end))
    return None


def _diagonals(text: str, anchor: Anchor) -> list[int]:
    """Return where in ``text`` the quotation may begin: where most of its pairs agree on it."""
    pairs, quote = _pairs(text), anchor.quote
    votes: Counter[int] = Counter()
    width = max(4, len(quote) // 4)
    for offset in range(len(quote) - 1):
        places = pairs.get(quote[offset : offset + 2], ())
        if len(places) <= _COMMON:
            for bucket in {max(0, place - offset) // width for place in places}:
                votes[bucket] += 1
    best = sorted(votes, key=lambda one: (-votes[one], abs(one * width - anchor.start)))
    return [bucket * width for bucket in best[:3]]


@lru_cache(maxsize=4)
def _pairs(text: str) -> dict[str, list[int]]:
    """Return where each two neighbouring letters stand: one reading for all remarks on a text."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place in range(len(text) - 1):
        found[text[place : place + 2]].append(place)
    return dict(found)


def _closest_end(pattern: str, text: str) -> tuple[int, int]:
    """Return where in ``text`` the stretch ends that is nearest to ``pattern``, and how near.

    Myers (1999), as Hyyrö writes it: a column of the table of edit distances is two numbers of a
    bit a letter, and one addition leads to the next column.
    """
    letters: defaultdict[str, int] = defaultdict(int)
    for place, letter in enumerate(pattern):
        letters[letter] |= 1 << place
    every = (1 << len(pattern)) - 1
    last = 1 << (len(pattern) - 1)
    more, less, distance = every, 0, len(pattern)
    best, end = distance, 0
    for place, letter in enumerate(text, 1):
        same = letters.get(letter, 0)
        equal = ((((same & more) + more) ^ more) | same | less) & every
        up, down = (less | ~(equal | more)) & every, more & equal
        distance += bool(up & last) - bool(down & last)
        up, down = up << 1, down << 1
        more, less = (down | ~(equal | up)) & every, up & equal
        if distance <= best:  # of equally near ones the longest: half a sentence is none
            best, end = distance, place
    return end, best


def _between(text: str, anchor: Anchor) -> Span | None:
    """Return what stands between the same surroundings, if it is about as long."""
    before, after = anchor.before[-_SIDE:], anchor.after[:_SIDE]
    if len(before) < _SIDE or len(after) < _SIDE:
        return None
    start = _nearest(text, before, anchor.start - len(before))
    if start is None:
        return None
    start += len(before)
    end = text.find(after, start, start + 2 * len(anchor.quote) + CONTEXT + len(after))
    return _trimmed(text, Span(start, end)) if end > start else None


def _trimmed(text: str, span: Span) -> Span | None:
    """Return the stretch without spaces at its ends; None when nothing else is in it."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - len(words) + len(words.rstrip())
    return Span(start, end) if start < end else None

"""Pairs of neighbouring characters, by which titles are found: no language's words are needed."""

from posts.text.names.folding import fold

_BITS = 21  # of a code point


def pairs(text: str) -> set[int]:
    """Return a number for every pair of neighbours in the folded `text`, parted at spaces.

    The last character of a part is also a pair with nothing, so that whatever holds a character
    has a pair that begins with it.
    """
    return {
        _number(first, second)
        for part in fold(text).split()
        for first, second in zip(part, [*part[1:], ""], strict=True)
    }


def pairs_within(word: str) -> set[int]:
    """Return the pairs that a text must have to hold `word`; none for a single character."""
    part = "".join(fold(word).split())
    return {_number(first, second) for first, second in zip(part, part[1:], strict=False)}


def pairs_from(character: str) -> range:
    """Return the numbers of all pairs that begin with `character`."""
    first = _number(character, "")
    return range(first, first + (1 << _BITS))


def _number(first: str, second: str) -> int:
    return (ord(first) << _BITS) + (ord(second) if second else 0)

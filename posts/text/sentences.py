"""Sentences of Japanese text: where they end, and how to shorten a text without breaking one."""

import re
from collections.abc import Iterable, Iterator

from .graphemes import count_graphemes, graphemes

_OPENING = "「『（(【〔《〈“"
_CLOSING = "」』）)】〕》〉”"
_MARK = re.compile(
    f"(?P<open>[{_OPENING}])"
    r"|(?P<full>[。．！？‼⁉]+)"
    # Yahoo!ニュース and v2.0 are no ends: half-width marks need a space or the end behind them.
    rf"|(?P<half>(?<![.!?])[.!?]++)(?=[{_CLOSING}]*(?:\s|$))"
    f"|(?P<close>[{_CLOSING}])"
)
_CLOSERS = re.compile(f"[{_CLOSING}]*")
# After 「…。」 and ？ a particle carries the sentence on, but はい, でも and もし begin one.
_PARTICLE = re.compile("[とっがをにのへや、，]|は(?![いるじ])|も(?![ちしっ])|で(?![もすはき])")
_DESCRIPTION_ENOUGH = 50


def split_sentences(text: str) -> list[str]:
    """Split the text behind each sentence end; joined again the parts are the text.

    A sentence ends at 。！？ with the closing brackets that follow, outside brackets, and not
    before a particle.
    """
    bounds = [0, *_ends(text)]
    parts = [text[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]
    return [*parts, text[bounds[-1] :]] if bounds[-1] < len(text) else parts


def _ends(text: str) -> Iterator[int]:
    depth, position = 0, 0
    while mark := _MARK.search(text, position):
        position = mark.end()
        if mark["open"]:
            depth += 1
        elif mark["close"]:
            depth = max(0, depth - 1)
        else:
            position = _closers_end(text, mark.end())
            closed = position - mark.end()
            depth = max(0, depth - closed)
            soft = closed > 0 or mark[0][-1] in "！？"
            if depth == 0 and not (soft and _PARTICLE.match(text, position)):
                yield position


def _closers_end(text: str, position: int) -> int:
    match = _CLOSERS.match(text, position)
    return match.end() if match else position


def shorten(text: str, limit: int) -> str:
    """Cut the text to at most ``limit`` grapheme clusters, at the best place there is.

    The best place is the last sentence end; else the last 、 that leaves a third of the limit;
    else a cluster's border. The last two get an ellipsis, which counts.

    Args:
        text: plain text.
        limit: the most clusters that the result may have.
    """
    clusters = graphemes(text)
    if len(clusters) <= limit:
        return text
    if limit < 1:
        return ""
    return _last_sentences(text, clusters[:limit]) or _last_clause(clusters, limit)


def _last_sentences(text: str, clusters: list[str]) -> str:
    borders, length = set(), 0
    for cluster in clusters:
        length += len(cluster)
        borders.add(length)
    # A little beyond the border is looked at too: a particle there means no end.
    ends = (end for end in _ends(text[: length + 20]) if end in borders)
    return text[: max(ends, default=0)]


def _last_clause(clusters: list[str], limit: int) -> str:
    kept = clusters[: limit - 1]
    for index in range(len(kept) - 1, max(limit // 3, 1) - 1, -1):
        if kept[index] in {"、", "，"}:
            kept = kept[:index]
            break
    return "".join(kept).rstrip() + "…"


def describe(paragraphs: Iterable[str], limit: int = 120) -> str:
    """Make a description: whole sentences from the first paragraph on, up to ``limit`` clusters.

    It goes on into the next paragraph only while it is very short. A first sentence that is too
    long is shortened.
    """
    taken = ""
    for paragraph in paragraphs:
        # Latin words need a space where a line or a paragraph ended.
        parted = taken[-1:].isascii() and paragraph[:1].isascii()
        taken += " " if taken and parted else ""
        for sentence in split_sentences(paragraph):
            longer = taken + sentence
            if count_graphemes(longer.strip()) > limit:
                return taken.strip() or shorten(longer.strip(), limit)
            taken = longer
        if count_graphemes(taken.strip()) >= _DESCRIPTION_ENOUGH:
            break
    return taken.strip()

"""Emphasis: ``*em*``, ``**strong**``, ``~~s~~``; marks that pair with nothing stay text.

Source: CommonMark 0.31, "An algorithm for parsing nested emphasis and links", with kinder rules
for what opens and closes: Japanese sets no spaces, so only a space inside a mark undoes it.
``_`` and ``__`` are also part of names: within a word only ``__`` counts, and only where the word
is Japanese. Python-Markdown's own loses letters in ``*字**字*字``.
"""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import InlineProcessor

from posts.text.characters import JAPANESE

_JAPANESE = re.compile(f"[{JAPANESE}]")
_RUN = re.compile(r"\*+|_+|~+")
_TAGS = {("*", 1): "em", ("*", 2): "strong", ("_", 1): "em", ("_", 2): "strong", ("~", 2): "s"}
_DEEPEST = 50


@dataclass(slots=True)
class _Run:
    """A row of one mark: what is left of it, and whether it may begin and end emphasis."""

    mark: str
    start: int
    end: int
    opens: bool
    closes: bool
    length: int


@dataclass(slots=True)
class _Pair:
    """Emphasis: its outer and inner borders in the text, and what is emphasised within."""

    tag: str
    start: int
    text: int
    text_end: int
    end: int
    inner: "list[_Pair]" = field(default_factory=list)


class Emphasis(InlineProcessor):
    """Reads a text once, and hands its emphasis to Python-Markdown one by one."""

    def __init__(self) -> None:
        """Begin with the first mark."""
        super().__init__(r"[*_~]")
        self.text = ""
        self.pairs: list[_Pair] = []

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int, int]:
        """Return the next emphasis; where there is none, skip to it."""
        if not (self.pairs and data.endswith(self.text[self.pairs[-1].start :])):
            self.text, self.pairs = data, _pairs(data)[::-1]
        # What was replaced before it has moved the rest of the text.
        shift = len(data) - len(self.text)
        if not self.pairs:
            return None, m.start(), len(data)
        start = self.pairs[-1].start + shift
        if start < m.start():  # not the text that was read
            self.pairs = []
            return None, m.start(), m.end()
        if start > m.start():
            return None, m.start(), start
        pair = self.pairs.pop()
        return _element(pair, self.text), start, pair.end + shift


def _element(pair: _Pair, text: str) -> Element:
    element = Element(pair.tag)
    _fill(element, pair, text)
    return element


def _fill(element: Element, pair: _Pair, text: str) -> None:
    position, last = pair.text, None
    for inner in [*pair.inner, None]:
        between = text[position : inner.start if inner else pair.text_end]
        if last is None:
            element.text = between
        else:
            last.tail = between
        if inner:
            last = SubElement(element, inner.tag)
            _fill(last, inner, text)
            position = inner.end


def _pairs(text: str) -> list[_Pair]:
    """Return the outermost emphasis in order, with what each holds."""
    runs: list[_Run] = []  # that may still be closed
    found: list[_Pair] = []
    for match in _RUN.finditer(text):
        run = _run(match)
        if run.closes:
            _close(run, runs, found, text)
        if run.opens and run.start < run.end:
            runs.append(run)
            del runs[:-_DEEPEST]
    return found


def _run(match: re.Match[str]) -> _Run:
    text, (start, end) = match.string, match.span()
    before, behind = text[start - 1 : start], text[end : end + 1]
    opens, closes = not (behind or " ").isspace(), not (before or " ").isspace()
    if match[0][0] == "_" and not (match[0] == "__" and _JAPANESE.search(before + behind)):
        opens, closes = opens and not before.isalnum(), closes and not behind.isalnum()
    return _Run(match[0][0], start, end, opens, closes, end - start)


def _close(closer: _Run, runs: list[_Run], found: list[_Pair], text: str) -> None:
    """Pair the run with those before it, the nearest first."""
    index = len(runs) - 1
    while index >= 0 and closer.start < closer.end:
        opener = runs[index]
        size = _size(opener, closer)
        if size == 0:
            index -= 1
            continue
        pair = _pair(opener, closer, size)
        if opener.mark == "_" and _is_name(pair, text):  # its marks are text, also for others
            del runs[index]
            closer.start = closer.end
            return
        del runs[index + 1 :]  # between the two nothing stays open
        while found and found[-1].start >= pair.text:
            pair.inner.append(found.pop())
        pair.inner.reverse()
        found.append(pair)
        opener.end, closer.start = pair.start, pair.end
        if opener.start == opener.end:
            runs.pop()
            index -= 1


def _pair(opener: _Run, closer: _Run, size: int) -> _Pair:
    tag, inside = _TAGS[opener.mark, size], (opener.end, closer.start)
    return _Pair(tag, inside[0] - size, *inside, inside[1] + size)


def _size(opener: _Run, closer: _Run) -> int:
    """Return how many marks of the two runs pair: 1, 2 or none."""
    if opener.mark != closer.mark:
        return 0
    sizes = opener.end - opener.start, closer.end - closer.start
    if opener.mark == "~":
        return 2 if sizes == (2, 2) else 0
    both = opener.length + closer.length
    thirds = opener.length % 3 == closer.length % 3 == 0
    if (opener.closes or closer.opens) and both % 3 == 0 and not thirds:
        return 0
    return 1 if sizes == (3, 3) else min(2, *sizes)


def _is_name(pair: _Pair, text: str) -> bool:
    """Say whether the marks belong to a name within Japanese, as in ``クラスの__init__は``."""
    inside = text[pair.text : pair.text_end]
    beside = text[max(0, pair.start - 1) : pair.start] + text[pair.end : pair.end + 1]
    # A name holds nothing that was notation before: code, links and ruby stand behind an STX.
    return inside.isascii() and "\x02" not in inside and any(map(str.isalnum, beside))

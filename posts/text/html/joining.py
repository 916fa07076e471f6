"""Joining the lines of a Japanese paragraph.

A newline in HTML shows as a space, which is wrong between Japanese characters. Source: CSS Text 4,
segment break transformation rules; browsers disagree, so the HTML must not hold such newlines.
"""

import re
import unicodedata
from functools import lru_cache

from .nodes import Node, Tag, parts_lines

# Stand in for what is not text of its own: a border between nodes, a newline inside code.
_BORDER, _CODE_NEWLINE, _OBJECT = "\x00", "\x01", "\ufffc"
_BREAK = re.compile("(?<![ \x00])[ \x00]*\n[ \n\u3000\x00]*")
_INDENT = re.compile("^[ \n\x00]*\u3000[ \n\u3000\x00]*")


def join_lines(nodes: list[Node]) -> None:
    """Take out, in place, the newlines inside paragraphs that Japanese does not want.

    Both neighbours CJK (or one CJK and the other an emoji or an ambiguous sign): joined; one of
    them CJK punctuation: joined; Han or kana beside Latin: kept, it shows as a space. Inline tags
    are looked through; code and preformatted text stay. Full-width indents at the start of a
    paragraph go too: the style sheet indents. Never for Hangul, which writes spaces.
    """
    run = _Run(nodes)
    readings = code = pre = 0
    mark = False  # of a footnote: no neighbour either
    for index, node in enumerate(nodes):
        if isinstance(node, Tag):
            step = -1 if node.closing else 1
            readings += step * (node.name in {"rp", "rt"})
            mark = node.has_class("footnote-ref") if node.name == "a" else mark
            code += step * (node.name == "code")
            pre += step * (node.name == "pre")
            run.meet(node)
        elif not (readings or pre or mark):
            run.add(index, code=bool(code))
    run.finish()


class _Run:
    """The texts between two borders of blocks, which read on through inline tags."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.indexes: list[int | None] = []
        self.texts: list[str] = []
        self.indented = True

    def meet(self, tag: Tag) -> None:
        if parts_lines(tag):
            self.finish()
            # After a <br> an indent was meant as one: the end of a letter, a poem.
            self.indented = tag.name != "br"
        elif tag.name == "img":
            self.indexes.append(None)
            self.texts.append(_OBJECT)

    def add(self, index: int, *, code: bool) -> None:
        text = str(self.nodes[index])
        self.indexes.append(index)
        self.texts.append(text.replace("\n", _CODE_NEWLINE) if code else text)

    def finish(self) -> None:
        joined = _BORDER.join(self.texts)
        if "\n" in joined or "\u3000" in joined:
            self._write(_join(joined, indented=self.indented).split(_BORDER))
        self.indexes, self.texts = [], []

    def _write(self, texts: list[str]) -> None:
        for index, text in zip(self.indexes, texts, strict=True):
            if index is not None:
                self.nodes[index] = text.replace(_CODE_NEWLINE, "\n")


def _join(text: str, *, indented: bool) -> str:
    if indented:
        text = _INDENT.sub(_only_borders, text)
    return _BREAK.sub(_soft_break, text)


def _only_borders(match: re.Match[str]) -> str:
    return _BORDER * match[0].count(_BORDER)


def _soft_break(match: re.Match[str]) -> str:
    text, end = match.string, match.end()
    start = match.start() - 1
    while start >= 0 and _kind(text[start]) == "mark":
        start -= 1
    if start < 0 or end == len(text) or not _joins(_kind(text[start]), _kind(text[end])):
        return match[0].replace("\u3000", "")
    return _only_borders(match)


def _joins(before: str, after: str) -> bool:
    """Say whether nothing may stand between characters of these kinds."""
    kinds = {before, after}
    if "hangul" in kinds or "object" in kinds:
        return False
    if "punctuation" in kinds:
        return True
    return "cjk" in kinds and "latin" not in kinds


# By the properties that CSS Text goes by, not by the ranges in characters.py: Chinese, signs and
# emoji have lines as well.
@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    if char == _OBJECT:
        return "object"
    category = unicodedata.category(char)
    if category in {"Mn", "Me"} or char == "\u200d":
        return "mark"
    width = unicodedata.east_asian_width(char)
    if width in {"W", "F", "H"}:
        return _wide_kind(char, category)
    # Dashes, ellipses, circles and arrows are wide or narrow with their neighbours.
    return "either" if width == "A" and category[0] in "PS" else "latin"


def _wide_kind(char: str, category: str) -> str:
    if "HANGUL" in unicodedata.name(char, ""):
        return "hangul"
    if category == "So" and ord(char) > 0xFFFF:
        return "either"  # emoji
    return "punctuation" if category[0] == "P" else "cjk"

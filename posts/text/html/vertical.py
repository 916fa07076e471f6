"""縦中横: short numbers and marks that stand upright in one square of a vertical line.

Source: JLREQ 3.2.5 (tate-chu-yoko): numbers of up to two digits. In horizontal lines the spans
are without effect.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from .nodes import VOID, Node, Tag, opens, parts_lines, read_nodes, write_nodes

_RUN = re.compile(r"(?<![A-Za-z0-9!?])(?:[0-9]{1,2}|[!?]{2})(?![A-Za-z0-9!?])")
_MARKS = ("tcy", "footnote-ref", "footnote-backref")
_MOST = 20_000  # in an article; each makes three nodes of one
_APART = frozenset({"code", "kbd", "pre", "rp", "rt", "samp"})


def upright(html: str) -> str:
    """Return well-formed HTML with 縦中横 spans: for what stands around a body."""
    return write_nodes(set_upright(read_nodes(html)))


def set_upright(nodes: list[Node]) -> list[Node]:
    """Return the nodes with 縦中横 spans around what stands between Japanese characters.

    One or two digits, or a pair of ``!`` and ``?``, whose neighbours are Japanese or the border
    of the block, at least one of them Japanese; a single space is looked through. Not in code,
    readings, bare addresses.
    """
    return list(_set(nodes))


def _set(nodes: list[Node]) -> Iterator[Node]:
    apart: list[bool] = []  # for each open element
    before, left = "", _MOST
    for index, node in enumerate(nodes):
        if isinstance(node, Tag):
            _enter_or_leave(node, apart)
            before = "" if parts_lines(node) else before
            yield node
        else:
            spans: list[Node] = []
            if left > 0 and not any(apart) and _RUN.search(node) and not _is_address(nodes, index):
                spans = list(_spans(node, before, _following(nodes, index), left))
                left -= len(spans) // 4
            yield from spans or [node]
            before = (before + node)[-2:]


def _enter_or_leave(tag: Tag, apart: list[bool]) -> None:
    if tag.closing and apart:
        apart.pop()
    elif not tag.closing and tag.name not in VOID:
        apart.append(tag.name in _APART or any(map(tag.has_class, _MARKS)))


def _is_address(nodes: list[Node], index: int) -> bool:
    text = nodes[index]
    return index > 0 and opens(nodes[index - 1], "a") and str(text).startswith(("http:", "https:"))


def _following(nodes: list[Node], index: int) -> str:
    """Return the first two characters behind a text, through inline tags, within the block."""
    found = ""
    for node in nodes[index + 1 : index + 12]:
        if isinstance(node, str):
            found += node[:2]
        elif parts_lines(node):
            break
        if len(found) > 1:
            break
    return found[:2]


def _spans(text: str, before: str, behind: str, most: int) -> Iterator[Node]:
    whole = f"{before}{text}{behind}"
    position = 0
    for run in islice(_RUN.finditer(whole, len(before)), most):
        if run.end() > len(before) + len(text):
            break
        left = _side(whole[max(0, run.start() - 2) : run.start()][::-1])
        right = _side(whole[run.end() : run.end() + 2])
        if "other" in {left, right} or left == right == "border":
            continue
        start, end = run.start() - len(before), run.end() - len(before)
        yield text[position:start]
        yield from (Tag("span", {"class": "tcy"}), run[0], Tag("span", closing=True))
        position = end
    yield text[position:]


def _side(near: str) -> str:
    """Say what stands beside a run: ``near`` are the characters from it outwards."""
    near = near[1:] if near[:1] in {" ", "\n"} else near
    if not near:
        return "border"
    return "japanese" if _is_japanese(near[0]) else "other"


# Wider than the ranges in characters.py: what is as wide as a kana stands upright like one, so
# emoji and signs are as good a neighbour.
@lru_cache(maxsize=4096)
def _is_japanese(char: str) -> bool:
    wide = unicodedata.east_asian_width(char) in {"W", "F", "H"}
    return wide and "HANGUL" not in unicodedata.name(char, "") or char in "…―‥“”‘’"

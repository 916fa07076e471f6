"""Headlines whose lines break between phrases: for pages only.

What is stored, feeds and <title> have no <wbr>; the style sheet adds `word-break: keep-all`.
Between a Japanese letter and a Latin one or a figure a <wbr> takes away the space that browsers
set there (CSS Text 4, 9.3, text-autospace): at such a seam the style sheet sets it behind the
letter, where it is lost at the end of a line and none is at the beginning of the next.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from itertools import accumulate
from urllib.parse import quote

from posts.text.characters import HAN, KANA
from posts.text.phrases import phrases

from .languages import set_languages
from .nodes import VOID, Node, Tag, read_nodes, write_nodes

# What is longer, or comes later, is no headline: a page must not wait for it.
_LONGEST = 200  # characters
_MOST = 500  # headings
_LONGEST_MARKUP = 4_000  # characters of HTML

# 「…」は: `word-break: keep-all` still breaks behind a closing bracket (CSS Text 4, 5.2).
_CLOSED = re.compile(r"(\w?[」』）】〕〉》]+\w)")

# Where phrases meet, and what stands before is not held itself.
_LATIN = r"A-Za-zÀ-ɏ\d"
_SEAM = re.compile(
    rf"(?<![」』）】〕〉》])(?:[{HAN}{KANA}ー](?=[{_LATIN}])|[{_LATIN}](?=[{HAN}{KANA}ー]))",
    re.ASCII,
)

# In sanitised HTML; headings hold no headings.
_HEADING = re.compile(r"(<h[1-6](?: [^<>]*)?>)(.*?)(?=</h[1-6]>)", re.DOTALL)
_NAMED = re.compile(r'<h[2-6](?: [^<>]*)? id="(?P<id>[^"<>]+)"[^<>]*>.*?(?=</h[2-6]>)', re.DOTALL)
_LINK = "この見出しへのリンク"
_ASIDE = frozenset({"rp", "rt", "sup"})  # not read with the line
_WHOLE = frozenset({"code", "kbd", "ruby", "samp"}) | _ASIDE  # no line breaks inside


@lru_cache(maxsize=1024)
def headline(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases between which a headline may break; joined they are the text.

    Each phrase is given in pieces, and every second piece (index 1, 3, …) has to be held
    together: what follows a closing bracket directly.
    """
    return tuple(tuple(_CLOSED.split(phrase)) for phrase in _counted(text))


def _counted(text: str) -> list[str]:
    """Return the phrases with each number joined to what it counts: 1, 時間に."""
    joined: list[str] = []
    for phrase in phrases(text) if len(text) <= _LONGEST else (text,):
        if joined and joined[-1][-1:].isdigit():
            joined[-1] += phrase
        else:
            joined.append(phrase)
    return joined


def broken_title(title: str) -> tuple[Node, ...]:
    """Return a title as text and tags: <wbr>, what is held together, and what is foreign."""
    return tuple(_broken(list(_units(set_languages([title])))))


def break_headings(html: str) -> str:
    """Return rendered HTML with a <wbr> between the phrases of its headings.

    Inline tags are looked through; ruby, code and 縦中横 stay whole. Nothing but <wbr>,
    <span class="hold"> and <span class="seam"> is added, and no text changes.
    """
    return _HEADING.sub(lambda heading: heading[1] + _with_breaks(heading[2]), html, count=_MOST)


def link_headings(html: str) -> str:
    """Return rendered HTML whose headings end with a link to themselves, to copy from."""
    return _NAMED.sub(_with_link, html, count=_MOST)


def _with_link(heading: re.Match[str]) -> str:
    address = escape(f"#{quote(unescape(heading['id']))}")
    return f'{heading[0]}<a class="anchor" href="{address}" aria-label="{_LINK}"></a>'


@lru_cache(maxsize=4096)
def _with_breaks(inner: str) -> str:
    if len(inner) > _LONGEST_MARKUP:
        return inner
    return write_nodes(_broken(list(_units(read_nodes(inner)))))


def _units(nodes: list[Node]) -> Iterator[list[Node]]:
    """Yield single tags, single texts, and elements that stay whole with all they hold."""
    unit: list[Node] = []
    depth = 0
    for node in nodes:
        unit.append(node)
        if isinstance(node, Tag) and node.name not in VOID and (depth or _stays_whole(node)):
            depth += -1 if node.closing else 1
        if not depth:
            yield unit
            unit = []
    yield unit


def _stays_whole(node: Tag) -> bool:
    foreign = "lang" in node.attributes  # its words have their own breaks
    return not node.closing and (node.name in _WHOLE or foreign or node.has_class("tcy"))


def _broken(units: list[list[Node]]) -> list[Node]:
    """Return what a heading holds, with a break right before each phrase but the first."""
    texts = [_read(unit) for unit in units]
    *starts, _ = [0, *accumulate(len("".join(pieces)) for pieces in headline("".join(texts)))]
    breaks, at = set(starts[1:]), 0
    broken: list[Node] = []
    for unit, text in zip(units, texts, strict=True):
        if unit == [text]:
            broken += _cut(text, [start - at for start in breaks if at <= start < at + len(text)])
        elif text and at in breaks:
            before = broken.pop() if broken and isinstance(broken[-1], str) else ""
            broken += _meeting(str(before), unit, text)
        else:
            broken += unit
        at += len(text)
    return broken


def _meeting(before: str, unit: list[Node], text: str) -> Iterator[Node]:
    """Yield `before` and a unit, whose text is `text`, with a break between them."""
    if before and _SEAM.match(before + text, len(before) - 1):
        yield from (before[:-1], *_span("seam", before[-1]), Tag("wbr"), *unit)
    else:
        yield from (before, Tag("wbr"), *unit)


def _read(unit: list[Node]) -> str:
    """Return the text of `unit` without readings and the marks of notes."""
    parts, aside = [], 0
    for node in unit:
        if isinstance(node, str):
            parts.append("" if aside else node)
        elif node.name in _ASIDE:
            aside += -1 if node.closing else 1
    return "".join(parts)


def _cut(text: str, cuts: list[int]) -> Iterator[Node]:
    """Yield `text` with a break at each of `cuts`, held together where that is needed."""
    begin = 0
    for cut in sorted(cuts):
        if begin < cut and _SEAM.match(text, cut - 1):
            yield from _held(text[begin : cut - 1])
            yield from _span("seam", text[cut - 1])
        else:
            yield from _held(text[begin:cut])
        yield Tag("wbr")
        begin = cut
    yield from _held(text[begin:])


def _held(text: str) -> Iterator[Node]:
    for index, piece in enumerate(_CLOSED.split(text)):
        if index % 2:
            yield from _span("hold", piece)
        else:
            yield piece


def _span(kind: str, *inside: Node) -> Iterator[Node]:
    yield from (Tag("span", {"class": kind}), *inside, Tag("span", closing=True))

"""Pictures: what rendering must know of an image, and which images a source asks for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

# Where an address may begin: a Markdown link or image, a reference's definition, a src attribute.
_ADDRESSES = (
    re.compile(r"\]\(\s*<([^<>\n]*)>"),
    re.compile(r"""\]\(\s*([^\s()<>"']+)"""),
    re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\n?[ \t]*<?([^\s<>]+)", re.MULTILINE),
    re.compile(r"""\bsrc\s*=\s*"([^"]*)\"""", re.IGNORECASE),
    re.compile(r"""\bsrc\s*=\s*'([^']*)'""", re.IGNORECASE),
    re.compile(r"""\bsrc\s*=\s*([^\s"'<>]+)""", re.IGNORECASE),
)
_ROUND = re.compile(r"\]\(|[()]|\n[ \t]*\n")
_TITLE = re.compile(r"""\s+["'(].*$""", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~｜《])")
_LONGEST = 2_000
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored image: its address, its size in CSS pixels, and the words that go with it."""

    url: str
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    credit: str = ""


def image_sources(source: str) -> tuple[str, ...]:
    """Return the addresses that may be images in this Markdown, in order, each once.

    More than the images: links, and what stands in code, are among them. An address is given in
    every spelling under which rendering may look it up.
    """
    found = [(m.start(1), m[1]) for part in _ADDRESSES for m in part.finditer(source)]
    found = sorted([*found, *_bracketed(source)])[:_MOST]
    return tuple(dict.fromkeys(form for _, text in found for form in _spellings(text) if form))


def _bracketed(source: str) -> Iterator[tuple[int, str]]:
    """Find what stands between ``](`` and its own closing bracket, spaces and brackets too."""
    opened: list[int] = []
    for bracket in _ROUND.finditer(source):
        if bracket[0] in {"](", "("}:
            opened.append(bracket.end() if bracket[0] == "](" else -1)
        elif bracket[0] != ")":
            opened.clear()
        elif opened and (start := opened.pop()) >= 0 and bracket.start() - start <= _LONGEST:
            yield start, source[start : bracket.start()].strip()


def _spellings(text: str) -> Iterator[str]:
    for address in (_TITLE.sub("", text), text):
        yield unescape(_ESCAPE.sub(r"\1", address))
        yield unescape(address)

"""The words of an article's Markdown, line for line, for whoever looks for slips in them."""

import re

from posts.text.budget import Budget

from .fences import Closings
from .layout import INDENT, columns
from .quotations import take_quoted
from .rawhtml import RawBlocks

_DEEPEST = 3  # quotations in quotations that are read

# What paragraphs indented by four may belong to; below anything else they are code.
_HOLDER = re.compile(r" {0,3}(?:[-*+:] |\d{1,3}[.)] |\[\^[^\]\n]+\]:|!!! )")
# Code in a paragraph. Where three backquotes begin a line, a fence was meant.
_CODE = re.compile(
    r"(?<![`\\])(?:(`{1,2})(?!`)(?:.|\n(?!\n))*?(?<!`)\1(?!`)|```(?!`).*?(?<!`)```(?!`))"
)
# What no reader sees: tags, and where links and definitions lead to.
_UNSEEN = re.compile(
    r"</?(?!post:)[A-Za-z][^<>\n]*>"
    r"|(?<=\])\((?! *\))[^()\n]+(?:\([^()\n]*\)[^()\n]*)*\)"
    r"|^ {0,3}\[(?!\^)[^\[\]\n]+\]: *(?:<[^<>\n]*>|(?:https?|post):\S*)",
    re.MULTILINE,
)


def read_prose(source: str) -> str:
    """Return the source with as many lines, without code, raw HTML and where links lead to.

    Raises:
        TooComplexError: the page shows the source as typed, too.
    """
    lines = _without_blocks(source.split("\n"), Budget())
    return _UNSEEN.sub("", _CODE.sub(_dummy, "\n".join(lines)))


def _without_blocks(lines: list[str], budget: Budget, depth: int = 0) -> list[str]:
    """Return as many lines, without the marks of quotations; empty where code or HTML stands."""
    closings, html = Closings(lines), RawBlocks(lines, budget)
    prose: list[str] = []
    held = False
    while (position := len(prose)) < len(lines):
        line = lines[position]
        body = line.lstrip(" \t")
        goes_on = bool(prose and prose[-1])
        deep = body is not line and columns(line) >= INDENT
        if not body.strip() or (deep and not (goes_on or held)):
            prose.append("")
        elif (closing := closings.of(position)) is not None:
            prose += [""] * (closing + 1 - position)
        elif body.startswith("<") and (end := html.after(position)):
            prose += [""] * (end - position)
        elif body.startswith(">") and not deep and depth < _DEEPEST:
            prose += _without_blocks(take_quoted(lines, position)[0], budget, depth + 1)
        else:
            prose.append(line)
            if not deep:
                held = _HOLDER.match(line) is not None or (held and goes_on)
    return prose


def _dummy(code: re.Match[str]) -> str:
    """Return what stands for code in a sentence: no space, and as many lines."""
    return "`" + "\n" * code[0].count("\n")

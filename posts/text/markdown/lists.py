"""Lists as people type them: nested by two columns or more, right below a line of prose."""

import re
from dataclasses import dataclass

from .layout import INDENT, RULE, take_body

# At most three digits: "2025. 12月" is a date.
_ITEM = re.compile(r"( {0,3})(?:([-*+])|(\d{1,3})([.)]))(?:( +)(.*)|$)")
_TASK = re.compile(r"\[([ xX])\] +(?=\S)")


@dataclass(frozen=True, slots=True)
class Item:
    """The line that an item of a list begins with.

    Attributes:
        mark: the bullet, or what stands behind the number.
        number: the number in front of it, or None for a bullet.
        indent: the column of its marker.
        content: the column of its text.
        text: what stands behind the marker.
    """

    mark: str
    number: int | None
    indent: int
    content: int
    text: str


@dataclass(frozen=True, slots=True)
class ListLines:
    """The lines of a list: those of each item without the indent, and whether a gap parts them."""

    first: Item
    items: list[list[str]]
    gaps: bool
    end: int


def read_item(line: str) -> Item | None:
    """Return the item that begins with this line, if one does."""
    match = _ITEM.match(line.expandtabs(INDENT))
    if match is None or RULE.match(line):
        return None
    indent, bullet, number, bracket, space, text = match.groups()
    spaces = len(space or " ")
    if spaces > INDENT:  # code in an item: one space belongs to the marker
        text, spaces = " " * (spaces - 1) + text, 1
    content = match.start(5) + spaces if space else len(indent) + 2
    mark = bullet or bracket
    return Item(mark, int(number) if number else None, len(indent), content, text or "")


def take_list(lines: list[str], position: int, first: Item) -> ListLines:
    """Return the list whose first item begins at ``position``."""
    items: list[list[str]] = []
    gaps = False
    item: Item | None = first
    while item:
        body, end = take_body(
            lines, position + 1, item.content, least=item.indent + 2, before=item.text
        )
        items.append([item.text, *body])
        position = end
        while position < len(lines) and not lines[position].strip():
            position += 1
        item = read_item(lines[position]) if position < len(lines) else None
        if item and item.mark != first.mark:
            item = None
        gaps = gaps or bool(item and position > end)
    return ListLines(first, items, gaps, end)


def read_task(text: str) -> tuple[bool, str] | None:
    """Return whether the task that an item's text begins is done, and the text behind the box."""
    match = _TASK.match(text)
    return (match[1] != " ", text[match.end() :]) if match else None

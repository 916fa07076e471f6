"""Boxes: passages set apart from the text, in the notations of five houses.

``:::message`` and ``:::details`` (Zenn), ``:::note`` (Qiita), ``!!! note`` (Python-Markdown),
``> [!NOTE]`` (GitHub). They all become the same few boxes.
"""

import re
from dataclasses import dataclass

from .containers import Container
from .fences import Closings
from .layout import without_markers

# kind: classes, and the title where the notation shows one without being told
_KINDS = {
    "note": ("message", "補足"),
    "info": ("message", "情報"),
    "tip": ("message", "ヒント"),
    "hint": ("message", "ヒント"),
    "important": ("message warn", "重要"),
    "warning": ("message warn", "注意"),
    "attention": ("message warn", "注意"),
    "caution": ("message alert", "警告"),
    "danger": ("message alert", "警告"),
    "error": ("message alert", "警告"),
}
_LOOKS = {"": "message", "info": "message", "warn": "message warn", "alert": "message alert"}

_COLONS = re.compile(r" {0,3}(?P<colons>:{3,}) *(?P<kind>[a-z]+)(?: +(?P<rest>\S.*))?$")
_CLOSING = re.compile(r" {0,3}(:{3,}) *$")
_ADMONITION = re.compile(r'!!! ?(?P<kind>[A-Za-z]+)(?: +"(?P<title>[^"]*)")? *$')
_ALERT = re.compile(r" {0,3}\[!(?P<kind>[A-Za-z]+)\] *$")


@dataclass(frozen=True, slots=True)
class Box:
    """How a box looks: its classes, or "" for one that opens at a click; its title, or ""."""

    classes: str
    title: str = ""


def read_colons(line: str) -> Box | None:
    """Return the box that a line like ``:::message alert`` opens."""
    match = _COLONS.match(line.rstrip(" "))
    if match is None:
        return None
    kind, rest = match["kind"], match["rest"] or ""
    if kind == "details":
        return Box("", rest or "詳細")
    classes = _LOOKS.get(rest)
    return Box(classes) if kind in {"message", "note"} and classes else None


def read_admonition(line: str) -> Box | None:
    """Return the box that a line like ``!!! warning "題"`` opens."""
    match = _ADMONITION.match(line)
    known = _KINDS.get(match["kind"].lower()) if match else None
    if match is None or known is None:
        return None
    classes, title = known
    return Box(classes, title if match["title"] is None else match["title"])


def read_alert(line: str) -> Box | None:
    """Return the box that a quotation beginning with ``[!NOTE]`` is."""
    match = _ALERT.match(line)
    known = _KINDS.get(match["kind"].lower()) if match else None
    return Box(*known) if known else None


def build_box(box: Box, lines: list[str]) -> Container:
    """Return the container that shows these lines in a box."""
    inside = Container("div", lines=lines)
    if not box.classes:
        inside.tag = "details"
        inside.parts = [Container("summary", text=box.title)]
    else:
        inside.attributes = {"class": box.classes, "role": "note"}
        if box.title:
            inside.parts = [Container("p", {"class": "message-title"}, text=box.title)]
    return inside


def pair_colons(lines: list[str], position: int, closings: Closings) -> tuple[dict[int, int], int]:
    """Return where boxes that colons open are closed, by the positions of their openings.

    A row of colons closes the innermost open box with a row of that length.

    Args:
        lines: the lines of a container.
        position: where the first box opens.
        closings: the ends of the code blocks among them.

    Returns:
        The pairs, and the position behind the first box; nothing behind it was looked at.
    """
    pairs: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    while position < len(lines) and (opened or not pairs):
        line = without_markers(lines[position])
        if end := closings.of(position):
            position = end
        elif ":::" not in line:
            pass
        elif closing := _CLOSING.match(line):
            _close(opened, closing[1], position, pairs)
        elif read_colons(line) and (opening := _COLONS.match(line.rstrip(" "))):
            opened.append((opening["colons"], position))
        position += 1
    return pairs, position


def _close(
    opened: list[tuple[str, int]], colons: str, position: int, pairs: dict[int, int]
) -> None:
    for index in range(len(opened) - 1, max(-1, len(opened) - 31), -1):
        if opened[index][0] == colons:
            pairs[opened[index][1]] = position
            del opened[index:]
            return

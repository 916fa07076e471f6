"""Marks of emphasis that took no effect, and so stand in the page."""

import re

from .nodes import parts_lines, read_nodes

# An asterisk with a backslash before it, meant to be read; no text can hold U+0002, and none keeps
# it, since XML forbids it.
ESCAPED = "\x02*\x02"
_LEFT_OVER = re.compile(r"[^\n]{0,8}\*\*[^\n]{0,12}")


def left_over(html: str) -> tuple[str, ...]:
    """Return the surroundings of each ``**`` in sanitised HTML that is not in code."""
    if "**" not in html:
        return ()
    found = _LEFT_OVER.findall(_prose(html))
    return tuple(surroundings.replace("\x02", "").strip() for surroundings in found)


def _prose(html: str) -> str:
    """Return the text of sanitised HTML without code, a line for each block."""
    parts: list[str] = []
    code = 0
    for node in read_nodes(html):
        if isinstance(node, str):
            parts.append("" if code else node)
        elif node.name in {"code", "pre"}:
            code += -1 if node.closing else 1
        elif parts_lines(node):
            parts.append("\n")
    return "".join(parts)

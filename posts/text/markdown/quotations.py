"""Quotations: lines behind ``>``, and those that go on with a paragraph in them."""

import re

from .layout import interrupts, is_prose

_MARK = re.compile(r" {0,3}> ?")


def take_quoted(lines: list[str], position: int) -> tuple[list[str], int]:
    """Return the lines of the quotation at ``position`` without their marks, and where it ends."""
    quoted: list[str] = []
    while position < len(lines):
        line = lines[position]
        if mark := _MARK.match(line):
            quoted.append(line[mark.end() :])
        elif line.strip() and is_prose(quoted[-1]) and not interrupts(line):
            quoted.append(line.strip(" \t"))
        else:
            break
        position += 1
    return quoted, position

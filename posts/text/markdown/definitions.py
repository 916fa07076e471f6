"""Definition lists: lines of terms, and below each of them ``: 説明``."""

import re

from .layout import INDENT, columns, is_prose, take_body

_DEFINITION = re.compile(r" {0,3}:( +)(.*)")


def take_terms(out: list[str]) -> list[str]:
    """Take the paragraph above, one term a line, from the lines that were put out."""
    end = len(out)
    while end and not out[end - 1]:
        end -= 1
    start = end
    while start and out[start - 1] and is_prose(out[start - 1]):
        start -= 1
    terms = out[start:end]
    if terms:
        del out[start:]
    return terms


def take_definitions(lines: list[str], position: int) -> tuple[list[list[str]], bool, int]:
    """Return the definitions from ``position`` on, whether gaps part them, and where they end."""
    definitions: list[list[str]] = []
    gaps, end = False, position
    while match := _DEFINITION.match(lines[position].expandtabs(INDENT)):
        content = min(match.start(2), INDENT)
        body, following = take_body(lines, position + 1, content, before=match[2])
        if _is_term(lines, following - 1):
            body.pop()
            following -= 1
        definitions.append([match[2], *body])
        gaps = gaps or (position > end)
        end = position = following
        while position < len(lines) and not lines[position].strip():
            position += 1
        if position == len(lines):
            break
    return definitions, gaps, end


def _is_term(lines: list[str], position: int) -> bool:
    """Say whether this line is not a definition but the next term, right above its own."""
    line, behind = lines[position], "".join(lines[position + 1 : position + 2])
    unmarked = columns(line) < 2 and not _DEFINITION.match(line)
    return unmarked and _DEFINITION.match(behind) is not None

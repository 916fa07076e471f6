"""Lines and their indents: which lines belong together, before any of them is Markdown.

Indents are counted in columns; a tab reaches to the next multiple of four. Source of the rules:
CommonMark 0.31, sections 2.2 and 5, read more kindly where writers indent by two.
"""

import re

INDENT = 4

BLOCK_TAGS = (
    "address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl"
    "|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe"
    "|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section"
    "|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul|script|pre|style|textarea"
)
RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
# What a line below a paragraph must not begin with to go on with that paragraph.
_INTERRUPTION = re.compile(
    r" {0,3}(?:>|#|`{3}|~{3}|:{3}|(?:[-*+]|\d{1,3}[.)])(?:[ \t]|$)|\[\^[^\]]+\]:|: |\u3000|\{:|!!! "
    rf"|</?(?:{BLOCK_TAGS})(?:[\s/>]|$)|<!--)",
    re.IGNORECASE,
)
DELIMITER = re.compile(r" *(?:\| *)?:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?$")
_ITEMS = re.compile(r"^[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)*")
_MARKERS = re.compile(r"(?: *(?:>|[-*+] |\d{1,3}[.)] ))*")
_NOT_PROSE = re.compile(r"\s*(?:$|#|`{3}|~{3}|:{3}|\||<|\x02)")


def columns(line: str) -> int:
    """Return how far the line is indented by spaces and tabs."""
    lead = line[: len(line) - len(line.lstrip(" \t"))]
    return len(lead.expandtabs(INDENT))


def dedent(line: str, amount: int) -> str:
    """Return the line with at most ``amount`` columns of its indent taken off."""
    if line.startswith(" " * amount):
        return line[amount:]
    return " " * max(0, columns(line) - amount) + line.lstrip(" \t")


def without_markers(line: str) -> str:
    """Return the line without its indent and the marks of the items that begin in it."""
    return _ITEMS.sub("", line, count=1)


def interrupts(line: str) -> bool:
    """Say whether the line begins something new even right below a paragraph."""
    return _INTERRUPTION.match(line) is not None or RULE.match(line) is not None


def is_prose(line: str) -> bool:
    """Say whether a further line could go on with the paragraph that this line is in."""
    rest = line[_MARKERS.match(line).end() :]  # type: ignore[union-attr]  # it always matches
    return _NOT_PROSE.match(rest) is None and RULE.match(rest) is None


def take_body(
    lines: list[str], position: int, content: int, *, least: int = 2, before: str = ""
) -> tuple[list[str], int]:
    """Return the lines that belong to what began above ``position``, and where they end.

    They are indented by ``least`` columns or more, blank lines between them included; a line
    that goes on with a paragraph need not be.

    Args:
        lines: the lines of a container.
        position: the first line that may belong.
        content: the column at which the content began; a smaller indent lowers it.
        least: the columns from which a line belongs.
        before: the text above the first line: without it nothing unindented belongs.
    """
    body: list[str] = []
    blanks = 0
    lazy = bool(before)
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            blanks += 1
        elif (indent := columns(line)) >= least:
            content = min(content, indent)
            body += [""] * blanks
            body.append(before := dedent(line, content))
            blanks = 0
        elif lazy and not blanks and is_prose(before) and _goes_on(lines, position):
            body.append(before := line.strip(" \t"))
        else:
            break
        position += 1
    return body, position - blanks


def _goes_on(lines: list[str], position: int) -> bool:
    """Say whether a line may go on with the paragraph above: it begins nothing, no table either."""
    behind = "".join(lines[position + 1 : position + 2])
    heads_table = "|" in behind and DELIMITER.match(behind) is not None
    return not heads_table and not interrupts(lines[position])

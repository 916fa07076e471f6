"""Raw HTML in an article: where a block of it ends, and what would swallow the text behind it."""

import re
from collections import Counter
from functools import cache

from posts.text.budget import Budget
from posts.text.html.nodes import words

from .layout import BLOCK_TAGS

MORE = re.compile(r" {0,3}<!-- *more *--> *$", re.IGNORECASE)

_BLOCK = re.compile(rf"</?(?:{BLOCK_TAGS})(?:[\s/>]|$)", re.IGNORECASE)
# What runs to its own end, over blank lines (CommonMark 4.6, kinds 1 to 5).
_ENDS = (
    *(
        (
            re.compile(rf"<{name}(?:[\s>]|$)", re.IGNORECASE),
            re.compile(rf"</{name}\s*>", re.IGNORECASE),
        )
        for name in ("script", "pre", "style", "textarea")
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
)
# Elements whose content is not HTML, or is dropped: never closed, they take all that follows.
_NESTING = "math|noscript|object|select|svg|template"
_TEXT = "iframe|noembed|noframes|plaintext|script|style|textarea|title|xmp"
_SWALLOWER = re.compile(
    rf"<(?P<text>{_TEXT})(?=[\s/>])|<(?P<close>/?)(?P<nesting>{_NESTING})(?=[\s/>])|<!--",
    re.IGNORECASE,
)
_END_OF_COMMENT = re.compile("--!?>")
# CommonMark 6.6. What only looks like a tag, as in a<b && c>d, is text.
_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:-]*"
    r"(?:\s+[A-Za-z_:@][\w.:-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>",
    re.ASCII,
)
# Word leaves <o:p></o:p> behind.
_OF_WORD = re.compile(r"[a-z]{1,3}:[a-z]+", re.IGNORECASE | re.ASCII)
_FORMATTING = words(
    "a b big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub"
    " sup tt u var"
)
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")

# Names of HTML, of now and once. Any other, as in Vec<T>, is text.
_KNOWN = words(
    "a abbr acronym address area article aside audio b base basefont bdi bdo big blink blockquote"
    " body br button canvas caption center cite code col colgroup data datalist dd del details dfn"
    " dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1"
    " h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link"
    " main map mark marquee math menu meta meter nav nobr noembed noframes noscript object ol"
    " optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp"
    " script search section select slot small source span strike strong style sub summary sup svg"
    " table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp"
)


class RawBlocks:
    """Finds where raw HTML ends among the lines of a container."""

    def __init__(self, lines: list[str], budget: Budget) -> None:
        """Look among these lines, and spend from this budget."""
        self.lines, self.budget = lines, budget
        # Marks that are nowhere behind the last line that searched in vain.
        self.missing: set[re.Pattern[str]] = set()

    def after(self, position: int, *, continued: bool = False) -> int | None:
        """Return where the HTML that begins at ``position`` ends, or None if there is none.

        Args:
            position: the line to look at.
            continued: HTML stands above, behind a blank line: an indented tag goes on with it.
        """
        line = self.lines[position].lstrip(" \t")
        for start, end in _ENDS:
            if start.match(line):
                return self._end_of(position, end)
        if _BLOCK.match(line) or (continued and line.startswith("<")):
            return self._blank_line(position)
        return None

    def _end_of(self, position: int, mark: re.Pattern[str]) -> int | None:
        if mark in self.missing:
            return None
        for index in range(position, len(self.lines)):
            if mark.search(self.lines[index]):
                return self._unless_swallowing(position, index + 1)
        self.missing.add(mark)
        return None

    def _blank_line(self, position: int) -> int | None:
        end = position
        while end < len(self.lines) and self.lines[end].strip():
            end += 1
        return self._unless_swallowing(position, end)

    def _unless_swallowing(self, position: int, end: int) -> int | None:
        html = "\n".join(self.lines[position:end])
        if not swallows(html):
            return end
        self.budget.spend(len(html))  # the next line will look at the rest again
        return None


def swallows(html: str) -> bool:
    """Say whether an element in this HTML, never closed, would take all that follows."""
    opened: Counter[str] = Counter()
    position = 0
    while mark := _SWALLOWER.search(html, position):
        position = mark.end()
        if mark["nesting"]:
            name = mark["nesting"].lower()
            opened[name] = max(0, opened[name] + (-1 if mark["close"] else 1))
        else:
            end = _end_of_text(mark["text"]).search(html, mark.start() + 2)
            if end is None:
                return True
            position = end.end()
    return any(opened.values())


@cache
def _end_of_text(name: str | None) -> re.Pattern[str]:
    """Return what ends an element that holds text only, or a comment."""
    if name is None:
        return _END_OF_COMMENT
    return re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)


def is_html(tag: str, behind: str) -> bool:
    """Say whether this is meant as HTML: a name of HTML, closed if it must be.

    Args:
        tag: a tag, a comment.
        behind: the text that follows it.
    """
    name = _TAG_NAME.match(tag)
    if name is None:
        return True  # a comment, a declaration
    known = name[1].lower() in _KNOWN or _OF_WORD.fullmatch(name[1])
    if not (known and _TAG.fullmatch(tag)):
        return False
    return not swallows(tag) or f"</{name[1]}".lower() in behind.lower()


def is_left_open(tag: str, behind: str) -> bool:
    """Say whether this tag opens what would format every paragraph behind it too."""
    name = _TAG_NAME.match(tag)
    if name is None or tag.startswith("</") or name[1].lower() not in _FORMATTING:
        return False
    return f"</{name[1]}".lower() not in behind.lower()

"""Fenced code blocks: where they end, their language and name, and colours by classes.

Python-Markdown's own extension looks for each fence with one regular expression that takes
minutes on a page of unclosed fences; this reads line by line.
"""

import re
from functools import cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

from posts.text.html.nodes import words

from .layout import INDENT, columns, without_markers

_FENCE = re.compile(r"(`{3,}|~{3,}) *([^`]*)$")
_LANGUAGE = re.compile(r"[\w+#.-]*")
# kramdown and Pandoc: {.ruby}, {: .ruby}
_BRACED = re.compile(r"^\{:? *\.?([^{}]*)\}$")
# Which lines other systems mark: js {1,3-5}, js{2}:app.js, js:app.js {1}
_LINES = re.compile(r"(?<!\s)\s*+\{[\d,\s-]*\}(?=[:\s]|$)")
# ruby:app.rb, diff ruby:app.rb, ruby title="app.rb"
_NAME = re.compile(r"(?:[\w+#.-]+ )?[\w+#.-]*:(?P<file>\S.*)")
_TITLE = re.compile(r"""\b(?:title|caption|filename)=(?:"([^"]*)"|'([^']*)'|(\S+))""")
# Lexers are regular expressions of many hands: known names only, and no endless listings.
_LANGUAGES = words(
    "bash c c++ cpp c# csharp css diff docker dockerfile go graphql html http ini java javascript"
    " js json jsx kotlin make makefile markdown md nginx objective-c perl php powershell python py"
    " r ruby rb rust rs scala sh shell sql swift toml tsx typescript ts xml yaml yml"
)
_LONGEST_COLOURED = 20_000


def read_fence(line: str) -> tuple[str, str] | None:
    """Return the fence that this line, without its indent, is, and what stands behind it."""
    match = _FENCE.match(line)
    return (match[1], _BRACED.sub(r"\1", match[2].strip())) if match else None


class Closings:
    """Finds the line that closes a fence; looks at each line once for a fence of each length."""

    def __init__(self, lines: list[str]) -> None:
        """Look among these lines."""
        self.lines = lines
        # No fence of this kind is closed behind the last line that searched in vain.
        self.unclosed: set[str] = set()

    def after(self, position: int, fence: str) -> int | None:
        """Return the position of the line that closes the fence opened at ``position``."""
        if fence in self.unclosed or len(self.unclosed) > 50:
            return None
        line = self.lines[position].expandtabs(INDENT)
        widest = len(line) - len(without_markers(line)) + INDENT
        for index in range(position + 1, len(self.lines)):
            line = self.lines[index].strip()
            closes = line.startswith(fence) and not line.strip(fence[0])
            if closes and columns(self.lines[index]) < widest:
                return index
        self.unclosed.add(fence)
        return None

    def of(self, position: int) -> int | None:
        """Return the last position of the code block that begins here, in a list or not."""
        line = self.lines[position]
        if "```" not in line and "~~~" not in line:
            return None
        opening = read_fence(without_markers(line))
        return self.after(position, opening[0]) if opening else None


def code_block(code: str, info: str, *, plain: bool = False) -> str:
    """Return the HTML of a code block.

    Args:
        code: the code as typed.
        info: what stands behind the opening fence: a language, which gives colours when it is a
            known one, and a file name or title, which becomes the caption.
        plain: leave out the colours.
    """
    html = _coloured(code, "" if plain else info)
    if caption := _caption(info):
        shown = escape(caption, quote=False)
        return f'<figure class="code"><figcaption>{shown}</figcaption>{html}</figure>'
    return html


def _caption(info: str) -> str:
    info = _LINES.sub("", info)
    if name := _NAME.fullmatch(info):
        return name["file"].strip()
    title = _TITLE.search(info)
    return (title[1] or title[2] or title[3] or "").strip() if title else ""


def _coloured(code: str, info: str) -> str:
    match = _LANGUAGE.match(info)
    language = match[0].lower() if match else ""
    if language in _LANGUAGES and len(code) <= _LONGEST_COLOURED:
        return str(highlight(code, _lexer(language), _formatter())).rstrip("\n")
    return f'<div class="codehilite"><pre><code>{escape(code, quote=False)}\n</code></pre></div>'


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False)


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(cssclass="codehilite", wrapcode=True)

"""Fenced code blocks, coloured by Pygments through classes.

Python-Markdown's own extension looks for each fence with one regular expression that takes
minutes on a page of unclosed fences; this reads line by line.
"""

import re
from functools import cache
from html import escape

import markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

from .nodes import words

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,}) *(?P<info>[^`]*)$")
_LANGUAGE = re.compile(r"[\w+#.-]*")
# Lexers are regular expressions of many hands: known names only, and no endless listings.
_LANGUAGES = words(
    "bash c c++ cpp c# csharp css diff docker dockerfile go graphql html http ini java javascript"
    " js json jsx kotlin make makefile markdown md nginx objective-c perl php powershell python py"
    " r ruby rb rust rs scala sh shell sql swift toml tsx typescript ts xml yaml yml"
)
_LONGEST_COLOURED = 20_000


class Fences(Extension):
    """Register the reading of ``` and ~~~ blocks."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Read fences after the white space is settled and before raw HTML is looked for."""
        md.preprocessors.register(_FencePreprocessor(md), "fences", 25)


class _FencePreprocessor(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        result: list[str] = []
        position = 0
        closings = _Closings(lines)
        while position < len(lines):
            opening = _FENCE.match(lines[position])
            end = closings.after(position, opening["fence"]) if opening else None
            if opening is None or end is None:
                result.append(lines[position])
                position += 1
                continue
            html = code_block("\n".join(lines[position + 1 : end]), opening["info"])
            result += ["", self.md.htmlStash.store(html), ""]
            position = end + 1
        return result


class _Closings:
    """Finds the line that closes a fence; looks at each line once for a fence of each length."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        # No fence of this kind is closed behind the last line that searched in vain.
        self.unclosed: set[str] = set()

    def after(self, position: int, fence: str) -> int | None:
        if fence in self.unclosed or len(self.unclosed) > 50:
            return None
        for index in range(position + 1, len(self.lines)):
            line = self.lines[index].rstrip()
            if line.startswith(fence) and not line.strip(fence[0]):
                return index
        self.unclosed.add(fence)
        return None


def code_block(code: str, info: str) -> str:
    """Return the HTML of a code block.

    Args:
        code: the code as typed.
        info: what stands behind the opening fence; a known language there gets colours.
    """
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

"""Inline notation, in the order in which it is read."""

import re
from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    BACKTICK_RE,
    ESCAPE_RE,
    HTML_RE,
    BacktickInlineProcessor,
    EscapeInlineProcessor,
    HtmlInlineProcessor,
    InlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.util import AtomicString

from posts.text.budget import Budget
from posts.text.html.urls import BARE, bare_address, readable

from .brackets import register_brackets
from .emphasis import Emphasis
from .meter import InlineMeter, SourceMeter, TextMeter
from .rawhtml import is_html, is_left_open
from .ruby import DOTTED, RUBY, Dotted, Ruby

# What a backslash may stand before, besides Python-Markdown's own: the rest of ASCII, and ruby.
_ESCAPED = "\"$%&',/:;<=>?@^|~《｜"
_NEWLINE, _TWO_SPACES, _BACKSLASH = r" *\n", r" {2,}\n", r"\\\n"
# 5*3*2 is arithmetic.
_TIMES = r"(?<=\d)\*(?=\d)"
# kramdown's attribute lists, behind a link, a picture, emphasis; not the id of a heading.
_ATTRIBUTES = (
    r"(?<=[\x03*_~])(?!\{:[^{}]*#[^{}]*\}\s*$)"
    r"""\{:(?: *(?:[.#][\w-]+|[\w-]+=(?:"[^"{}]*"|'[^'{}]*'|[^\s{}"']+)))+ *\}"""
)
# Python-Markdown's own that stay, with their priorities.
_OWN = {"autolink": 120, "automail": 110, "entity": 80}
_TICKS = re.compile("`+")


class Inlines(Extension):
    """Register the inline notation."""

    def __init__(self, budget: Budget, *, breaks: bool = False) -> None:
        """Spend from this budget; with ``breaks``, every newline is a line break."""
        super().__init__()
        self.budget = budget
        self.breaks = breaks

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Read ruby behind code and before everything that could cut it in two."""
        md.ESCAPED_CHARS.extend(_ESCAPED)
        for name, priority, processor in self._processors(md):
            md.inlinePatterns.register(InlineMeter(processor, self.budget), name, priority)
        register_brackets(md, self.budget)
        md.preprocessors.register(SourceMeter(self.budget), "source_meter", 100)
        md.treeprocessors.register(TextMeter(self.budget), "text_meter", 21)

    def _processors(self, md: markdown.Markdown) -> Iterator[tuple[str, int, InlineProcessor]]:
        for name, priority in _OWN.items():
            yield name, priority, md.inlinePatterns[name]  # type: ignore[misc]  # all of that style
        yield "backtick", 190, _Code(BACKTICK_RE)
        yield "dotted", 186, Dotted(DOTTED, md)
        for name, pattern in RUBY.items():
            yield name, 185, Ruby(pattern, md)
        yield "backslash_break", 181, SubstituteTagInlineProcessor(_BACKSLASH, "br")
        yield "escape", 180, _Escape(ESCAPE_RE, md)
        line_break = _NEWLINE if self.breaks else _TWO_SPACES
        yield "linebreak", 100, SubstituteTagInlineProcessor(line_break, "br")
        yield "html", 90, _Html(HTML_RE, md, self.budget)
        yield "bare_address", 85, _Bare(BARE, md, self.budget)
        yield "attributes", 82, _Nothing(_ATTRIBUTES, md)
        yield "times", 65, _Literal(_TIMES, md)
        yield "em_strong", 60, Emphasis()


class _Code(BacktickInlineProcessor):
    """Code between rows of as many backquotes; the closing row is searched for, not walked to."""

    def find_code_spans(  # type: ignore[override]  # the stubs are of another version
        self, start: int, text: str
    ) -> tuple[int, int | None]:
        """Return where the code begins and ends; None where no row closes it (CommonMark 6.1)."""
        opening = _TICKS.match(text, start)
        if opening is None:
            return start + 1, None
        closing = _closing(len(opening[0])).search(text, opening.end())
        return opening.end(), closing.start() if closing else None


@cache
def _closing(ticks: int) -> re.Pattern[str]:
    return re.compile(f"(?<!`)`{{{ticks}}}(?!`)")


class _Escape(EscapeInlineProcessor):
    """A backslash before any mark of ASCII; ``\\&copy;`` shows how the © is written."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        if m[1] == "&" and self.md:
            return self.md.htmlStash.store("&amp;"), m.start(), m.end()
        return super().handleMatch(m, data)


class _Literal(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return m[0], m.start(), m.end()


class _Nothing(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return "", m.start(), m.end()


class _Html(HtmlInlineProcessor):
    """Raw HTML in a line.

    What is no HTML, as Vec<T>, or would swallow the rest, is text; what is never closed in its
    paragraph has no effect.
    """

    def __init__(self, pattern: str, md: markdown.Markdown, budget: Budget) -> None:
        super().__init__(pattern, md)
        self.budget = budget

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        self.budget.spend((len(data) - m.end()) // 16)
        if not is_html(m[1], data[m.end() :]):
            return None, None, None
        if is_left_open(m[1], data[m.end() :]):
            return "", m.start(), m.end()
        return super().handleMatch(m, data)


class _Bare(InlineProcessor):
    """An address in a sentence becomes a link, except inside a link or code."""

    ANCESTOR_EXCLUDES = ("a", "code")
    _raw = re.compile("\x02wzxhzdk:([0-9]+)\x03")
    _tag = re.compile(r"<(/?)(?:a|code|kbd|samp)\b", re.IGNORECASE)

    def __init__(self, pattern: str, md: markdown.Markdown, budget: Budget) -> None:
        super().__init__(pattern, md)
        self.budget = budget

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        address = bare_address(m[0])
        if not address or self._inside_raw(data[: m.start()]):
            return None, None, None
        link = Element("a", {"href": address})
        link.text = AtomicString(readable(address))
        return link, m.start(), m.start() + len(address)

    def _inside_raw(self, before: str) -> bool:
        """Say whether the last tag of a link or of code that was typed as HTML opens one."""
        stash = self.md.htmlStash.rawHtmlBlocks if self.md else []
        if not stash:
            return False
        self.budget.spend(len(before) // 2)
        for raw in reversed(self._raw.findall(self.unescape(before))):
            if tag := self._tag.match(str(stash[int(raw)])):
                return not tag[1]
        return False

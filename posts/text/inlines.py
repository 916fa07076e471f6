"""Inline notation: ruby, strike-through, and brackets read within a budget."""

import re
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.util import AtomicString

from .budget import Budget

_HAN = "\u3005-\u3007\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaffヶ\U00020000-\U000323af" + (
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"
)
_READING = r"\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe・ 　"
_PLAIN = r"《》｜\\\n\x02\x03"
# ｜base《reading》 (青空文庫). The bar says that 《》 is no book title, so any reading will do.
_BARRED = rf"(?<!\\)｜([^{_PLAIN}]{{1,50}})《([^{_PLAIN}]{{1,50}})》"
# Han straight before 《kana》; other 《》 are real brackets.
_BARE = rf"([{_HAN}]{{1,50}})《([{_READING}]{{1,50}})》"
# {base|reading} and {東京|とう|きょう} (でんでんマークダウン); a table needs \| for the bar.
_BAR = r"\\?\|"
_PART = r"[^{}|\\\n\x02\x03]{1,50}"
_BRACED = rf"(?<!\\)\{{({_PART})((?:{_BAR}{_PART}){{1,50}})\}}"
# 5*3*2 is arithmetic.
_TIMES = r"(?<=\d)\*(?=\d)"


class Inlines(Extension):
    """Register the inline notation."""

    def __init__(self, budget: Budget, *, breaks: bool = False) -> None:
        """Spend from this budget; with ``breaks``, every newline is a line break."""
        super().__init__()
        self.budget = budget
        self.breaks = breaks

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Read ruby behind code and before everything that could cut it in two."""
        md.ESCAPED_CHARS.extend("~|《｜")
        for name, pattern in (("barred", _BARRED), ("bare", _BARE), ("braced", _BRACED)):
            md.inlinePatterns.register(_Ruby(pattern, md), f"ruby_{name}", 185)
        line_break = r" *\n" if self.breaks else r" {2,}\n"
        md.inlinePatterns.register(
            SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 181
        )
        md.inlinePatterns.register(SubstituteTagInlineProcessor(line_break, "br"), "linebreak", 100)
        md.inlinePatterns.register(_Literal(_TIMES, md), "times", 65)
        if md.delimiters is not None:
            md.delimiters.add("~", "s", double=True)
        for name, (pattern, processor, priority) in _BRACKETS.items():
            instance = processor(pattern, md)
            instance.budget = self.budget
            md.inlinePatterns.register(instance, name, priority)


class _Ruby(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # as the base class of this style does
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        base, readings = m[1], [part for part in re.split(_BAR, m[2]) if part]
        parts = list(base) if len(base) == len(readings) > 1 else [base]
        if len(parts) != len(readings):
            readings = ["".join(readings)]
        return _ruby(parts, readings), m.start(), m.end()


def _ruby(parts: list[str], readings: list[str]) -> Element:
    """Return the ruby element; rp shows brackets where ruby is unknown (feeds, plain text)."""
    ruby = Element("ruby")
    ruby.text = AtomicString(parts[0])
    for index, reading in enumerate(readings):
        texts = (("rp", "（"), ("rt", reading.strip()), ("rp", "）"))
        for name, text in texts:
            SubElement(ruby, name).text = AtomicString(text)
        if index + 1 < len(parts):
            ruby[-1].tail = AtomicString(parts[index + 1])
    return ruby


class _Literal(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return m[0], m.start(), m.end()


class _Metered(LinkInlineProcessor):
    """Brackets, found in one go, each character looked at taken off the budget.

    The base class walks character by character to the end of the paragraph for every bracket that
    is never closed: seconds for a few thousand.
    """

    budget: Budget
    _bracket = re.compile(r"[\[\]]")

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        depth = 1
        for bracket in self._bracket.finditer(data, index):
            depth += 1 if bracket[0] == "[" else -1
            self.budget.spend(10)
            if depth == 0:
                self.budget.spend(bracket.start() - index + len(data) // 32)
                return data[index : bracket.start()], bracket.end(), True
        self.budget.spend(len(data) - index)
        return data[index:], len(data), False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        href, title, end, handled = super().getLink(data, index)
        self.budget.spend(max(0, end - index) * 4)
        return href, title, end, handled


class _Link(_Metered, LinkInlineProcessor): ...


class _Reference(_Metered, ReferenceInlineProcessor): ...


class _ShortReference(_Metered, ShortReferenceInlineProcessor): ...


class _Image(_Metered, ImageInlineProcessor): ...


class _ImageReference(_Metered, ImageReferenceInlineProcessor): ...


class _ShortImageReference(_Metered, ShortImageReferenceInlineProcessor): ...


# The names and priorities of Python-Markdown, so that these take the place of its own.
_BRACKETS: dict[str, tuple[str, type[_Metered], int]] = {
    "reference": (REFERENCE_RE, _Reference, 170),
    "link": (LINK_RE, _Link, 160),
    "image_link": (IMAGE_LINK_RE, _Image, 150),
    "image_reference": (IMAGE_REFERENCE_RE, _ImageReference, 140),
    "short_reference": (REFERENCE_RE, _ShortReference, 130),
    "short_image_ref": (IMAGE_REFERENCE_RE, _ShortImageReference, 125),
}

# The patterns that do not measure themselves, with their priorities.
_UNMETERED = {
    "backtick": 190,
    "ruby_barred": 185,
    "ruby_bare": 185,
    "ruby_braced": 185,
    "backslash_break": 181,
    "escape": 180,
    "autolink": 120,
    "automail": 110,
    "linebreak": 100,
    "html": 90,
    "entity": 80,
    "times": 65,
    "em_strong": 60,
}


def meter_matches(parser: markdown.Markdown, budget: Budget) -> None:
    """Take every match of the other patterns off the budget."""
    for name, priority in _UNMETERED.items():
        wrapped = parser.inlinePatterns[name]
        if isinstance(wrapped, InlineProcessor):
            parser.inlinePatterns.register(_Meter(wrapped, budget), name, priority)


class _Meter(InlineProcessor):
    """Another pattern, with each match taken off: a match copies the paragraph."""

    def __init__(self, wrapped: InlineProcessor, budget: Budget) -> None:
        self.wrapped, self.budget = wrapped, budget

    def getCompiledRegExp(self) -> re.Pattern[str]:
        return self.wrapped.getCompiledRegExp()

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        node: Element | str | None
        node, start, end = self.wrapped.handleMatch(m, data)
        if start is None or end is None or node is None:
            self.budget.spend(20 + len(data) - m.start())  # it may have looked to the end
        else:
            # Python-Markdown looks each child up among its sisters.
            children = 0 if isinstance(node, str) else len(node)
            self.budget.spend(20 + len(data) // 32 + children * children // 8)
        return node, start, end

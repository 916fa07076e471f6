"""Inline notation: ruby, 圏点, strike-through, bare addresses, brackets read within a budget."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    ESCAPE_RE,
    HTML_RE,
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    EscapeInlineProcessor,
    HtmlInlineProcessor,
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
from .graphemes import graphemes
from .rawhtml import is_html, is_left_open
from .urls import BARE, bare_address, readable

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
# 圏点 (カクヨム).
_DOTTED = r"(?<!\\)《《((?:[^《》\n]|《[^《》\n]{1,50}》){1,200}?)》》"
# __強調__ without a space beside kana: only around Japanese, so that __init__ stays a name.
_WIDE = "\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U000323af"
_UNDERSCORED = rf"(?<![_\\])__(?=[{_WIDE}])([^_\x02\x03]{{1,500}})(?<=[{_WIDE}])__(?!_)"
# 5*3*2 is arithmetic.
_TIMES = r"(?<=\d)\*(?=\d)"
# kramdown's attribute lists, behind a link, a picture, emphasis; not the id of a heading.
_ATTRIBUTES = (
    r"(?<=[\x03*_~])(?!\{:[^{}]*#[^{}]*\}\s*$)"
    r"""\{:(?: *(?:[.#][\w-]+|[\w-]+=(?:"[^"{}]*"|'[^'{}]*'|[^\s{}"']+)))+ *\}"""
)
# Zenn's width of a picture: ![図](a.png =250x)
_WIDTH = re.compile(r" =(\d{1,4})x\d{0,4}$")


class Inlines(Extension):
    """Register the inline notation."""

    def __init__(self, budget: Budget, *, breaks: bool = False) -> None:
        """Spend from this budget; with ``breaks``, every newline is a line break."""
        super().__init__()
        self.budget = budget
        self.breaks = breaks

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Read ruby behind code and before everything that could cut it in two."""
        md.ESCAPED_CHARS.extend("\"$%&',/:;<=>?@^~|《｜")
        md.inlinePatterns.register(_Escape(ESCAPE_RE, md), "escape", 180)
        for name, pattern in (("barred", _BARRED), ("bare", _BARE), ("braced", _BRACED)):
            md.inlinePatterns.register(_Ruby(pattern, md), f"ruby_{name}", 185)
        register = md.inlinePatterns.register
        register(_Dotted(_DOTTED, md), "dotted", 186)
        register(_Html(HTML_RE, md), "html", 90)
        register(_Bare(BARE, md, self.budget), "bare_address", 85)
        register(_Nothing(_ATTRIBUTES, md), "attributes", 82)
        register(_Strong(_UNDERSCORED, md), "underscored", 62)
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


class _Escape(EscapeInlineProcessor):
    """A backslash before any mark of ASCII; ``\\&copy;`` shows how the © is written."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        if m[1] == "&" and self.md:
            return self.md.htmlStash.store("&amp;"), m.start(), m.end()
        return super().handleMatch(m, data)


class _Ruby(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # as the base class of this style does
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        base, readings = m[1], [part for part in re.split(_BAR, m[2]) if part]
        characters = graphemes(base)
        parts = characters if len(characters) == len(readings) > 1 else [base]
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


class _Dotted(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        dotted = Element("em", {"class": "kenten"})
        dotted.text = m[1]
        return dotted, m.start(), m.end()


class _Strong(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        strong = Element("strong")
        strong.text = m[1]
        return strong, m.start(), m.end()


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

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
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

    _mark = re.compile(r"[()]|\s(?=\s*[\"'])")
    _pointed = re.compile(r"\(\s*<([^<>\n]{0,2000})>")
    _title = re.compile(r"""\s*(?:"([^"]{0,1000})"|'([^']{0,1000})'|)\s*\)""")

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """Return address, title, end and success of ``(address "title")`` at ``index``.

        Brackets in the address may be paired; a title stands behind a space.
        """
        if not data.startswith("(", index):
            return "", None, index, False
        if pointed := self._pointed.match(data, index):
            return self._with_title(data, pointed[1], pointed.end()) or ("", None, index, False)
        depth = 0
        for mark in self._mark.finditer(data, index + 1):
            self.budget.spend(10)
            if mark[0] == "(":
                depth += 1
            elif depth == 0 or mark[0] != ")":
                address = data[index + 1 : mark.start()].strip()
                if found := self._with_title(data, address, mark.start()):
                    return found
            else:
                depth -= 1
        self.budget.spend(len(data) - index)
        return "", None, index, False

    def _with_title(
        self, data: str, address: str, position: int
    ) -> tuple[str, str | None, int, bool] | None:
        self.budget.spend(20)
        match = self._title.match(data, position)
        if match is None:
            return None
        title = match[1] if match[1] is not None else match[2]
        self.budget.spend(match.end() - position)
        return self._plain(address), self._plain(title) if title else None, match.end(), True

    def _plain(self, text: str) -> str:
        return " ".join(self.unescape(text).split())


class _Link(_Metered, LinkInlineProcessor): ...


class _Reference(_Metered, ReferenceInlineProcessor): ...


class _ShortReference(_Metered, ShortReferenceInlineProcessor): ...


class _Image(_Metered, ImageInlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        image, start, end = super().handleMatch(m, data)
        if isinstance(image, Element) and (width := _WIDTH.search(image.get("src", ""))):
            image.set("src", image.get("src", "")[: width.start()].strip())
            image.set("width", width[1])
        return image, start, end


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
    "dotted": 186,
    "ruby_barred": 185,
    "ruby_bare": 185,
    "ruby_braced": 185,
    "backslash_break": 181,
    "escape": 180,
    "autolink": 120,
    "automail": 110,
    "linebreak": 100,
    "html": 90,
    "bare_address": 85,
    "attributes": 82,
    "entity": 80,
    "times": 65,
    "underscored": 62,
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

    @property
    def ANCESTOR_EXCLUDES(self) -> Collection[str]:  # type: ignore[override]
        return self.wrapped.ANCESTOR_EXCLUDES

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

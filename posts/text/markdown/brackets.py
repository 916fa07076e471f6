"""Links and pictures in brackets, read within a budget, and the addresses they refer to."""

import re
from xml.etree.ElementTree import Element

import markdown
from markdown.blockprocessors import ReferenceProcessor
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)

from posts.text.budget import Budget

# What a definition may lead to; any other line of that form, as "[メモ]: あとで直す", is text.
# "TODO:直す" names no scheme, "3.5" and "1/2" no file.
_ADDRESS = (
    r"(?:<[^<>\s]+>(?!\S)|\.{0,2}/|#|post:|[A-Za-z][A-Za-z0-9+.-]+:[!-~]"
    r"|(?=[!-~]++(?!\S))(?=[!-~]*[A-Za-z])[!-~]*?(?:\.[A-Za-z0-9]|/))"
)
# {{ site.baseurl }}/a.png, {% link a.md %}: for a program that is not ours, so no address.
_LIQUID = re.compile(r"\(\s*<?[^\s()<>{]{0,500}\{[{%]")
# Zenn's width of a picture: ![図](a.png =250x)
_WIDTH = re.compile(r" =(\d{1,4})x\d{0,4}$")


class _Metered(LinkInlineProcessor):
    """Brackets, found in one go, each character looked at taken off the budget.

    The base class walks character by character to the end of the paragraph for every bracket that
    is never closed: seconds for a few thousand.
    """

    budget: Budget

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        node, start, end = super().handleMatch(m, data)
        if node is not None:
            self.budget.spend(len(data) // 64)  # a match copies the paragraph
        return node, start, end

    _bracket = re.compile(r"[\[\]]")

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        depth = 1
        for bracket in self._bracket.finditer(data, index):
            depth += 1 if bracket[0] == "[" else -1
            self.budget.spend(10)
            if depth == 0:
                self.budget.spend(20 + bracket.start() - index)
                return data[index : bracket.start()], bracket.end(), True
        self.budget.spend(len(data) - index)
        return data[index:], len(data), False

    _mark = re.compile(r"[()]|\s(?=\s*[\"'])")
    _pointed = re.compile(r"\(\s*<([^<>\n]{0,2000})>")
    _title = re.compile(r"""\s*(?:"([^"]{0,1000})"|'([^']{0,1000})'|)\s*\)""")

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """Return address, title, end and success of ``(address "title")`` at ``index``.

        Brackets in the address may be paired; a title stands behind a space. Liquid is no address.
        """
        if not data.startswith("(", index) or _LIQUID.match(data, index):
            return "", None, index, False
        if pointed := self._pointed.match(data, index):
            address = slice(*pointed.span(1))
            return self._with_title(data, address, pointed.end()) or ("", None, index, False)
        depth = 0
        for mark in self._mark.finditer(data, index + 1):
            self.budget.spend(10)
            if mark[0] == "(":
                depth += 1
            elif depth == 0 or mark[0] != ")":
                if found := self._with_title(data, slice(index + 1, mark.start()), mark.start()):
                    return found
            else:
                depth -= 1
        self.budget.spend(len(data) - index)
        return "", None, index, False

    def _with_title(
        self, data: str, address: slice, position: int
    ) -> tuple[str, str | None, int, bool] | None:
        self.budget.spend(60)
        match = self._title.match(data, position)
        if match is None:
            return None
        title = match[1] if match[1] is not None else match[2]
        self.budget.spend(match.end() - position)
        return self._plain(data[address]), self._plain(title) if title else None, match.end(), True

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


class _Definitions(ReferenceProcessor):
    """The addresses of references, each on a line of its own: [白書]: /paper/ "題"."""

    RE = re.compile(
        rf"^ {{0,3}}\[([^\[\]]+)\]: *(?:\n *)?(?={_ADDRESS})(\S++) *(?:\n *)?"
        r"""((["'])(.*)\4 *|\((.*)\) *)?$""",
        re.MULTILINE,
    )


# The names and priorities of Python-Markdown, so that these take the place of its own.
_BRACKETS: dict[str, tuple[str, type[_Metered], int]] = {
    "reference": (REFERENCE_RE, _Reference, 170),
    "link": (LINK_RE, _Link, 160),
    "image_link": (IMAGE_LINK_RE, _Image, 150),
    "image_reference": (IMAGE_REFERENCE_RE, _ImageReference, 140),
    "short_reference": (REFERENCE_RE, _ShortReference, 130),
    "short_image_ref": (IMAGE_REFERENCE_RE, _ShortImageReference, 125),
}


def register_brackets(md: markdown.Markdown, budget: Budget) -> None:
    """Put these in the place of Python-Markdown's own."""
    for name, (pattern, processor, priority) in _BRACKETS.items():
        instance = processor(pattern, md)
        instance.budget = budget
        md.inlinePatterns.register(instance, name, priority)
    md.parser.blockprocessors.register(_Definitions(md.parser), "reference", 15)

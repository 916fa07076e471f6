"""Block notation: Japanese white space, tables, lists, and limits on depth and work."""

import re
from xml.etree.ElementTree import Element

import markdown
from markdown.blockprocessors import BlockProcessor, BlockQuoteProcessor
from markdown.extensions import Extension
from markdown.extensions.def_list import DefListProcessor
from markdown.extensions.sane_lists import SaneOListProcessor, SaneUListProcessor
from markdown.extensions.tables import TableProcessor
from markdown.htmlparser import HTMLExtractor
from markdown.preprocessors import HtmlBlockPreprocessor, Preprocessor

from .budget import Budget, TooComplexError

_DEEPEST = 30
_MOST_CELLS = 50_000


class Blocks(Extension):
    """Register the block notation, each under the name that it has in Python-Markdown."""

    def __init__(self, budget: Budget) -> None:
        """Spend from this budget."""
        super().__init__()
        self.budget = budget

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Measure first; settle white space when code and raw HTML are out of the way."""
        parser = md.parser
        md.preprocessors.register(_RawHtml(md, self.budget), "html_block", 20)
        md.preprocessors.register(_WhiteSpace(md), "white_space", 15)
        md.ESCAPED_CHARS.append("|")
        register = parser.blockprocessors.register
        register(_Meter(parser, self.budget), "meter", 200)
        register(_Table(parser, {"use_align_attribute": False}), "table", 75)
        register(_OrderedList(parser), "olist", 40)
        register(_BulletList(parser), "ulist", 30)
        register(_Definitions(parser), "deflist", 25)
        register(_Quotation(parser), "quote", 20)


class _WhiteSpace(Preprocessor):
    """Full-width spaces as writers mean them.

    A line of nothing but spaces is blank. A line that is indented by U+3000 begins a paragraph,
    also right under a line of prose; the indent itself goes, the style sheet has it.
    """

    _prose = re.compile(r"(?!\s|[-*+>#|:\x02]|\d+\.|\[\^)")

    def run(self, lines: list[str]) -> list[str]:
        result: list[str] = []
        first = ""  # the line that the block began with
        for line in lines:
            text = line.strip()
            if line.startswith("\u3000") and text:
                if first and self._prose.match(first):
                    result.append("")
                    first = ""
                line = line.lstrip("\u3000")
            result.append(line if text else "")
            first = (first or line) if text else ""
        return result


class _Meter(BlockProcessor):
    """Takes each block off the budget before any processor looks at it; processes nothing."""

    def __init__(self, parser: markdown.blockparser.BlockParser, budget: Budget) -> None:
        super().__init__(parser)
        self.budget = budget

    def test(self, parent: Element, block: str) -> bool:
        return True

    def run(self, parent: Element, blocks: list[str]) -> bool:
        # The list of blocks moves up by one for each: cheap, but not for a hundred thousand.
        self.budget.spend(len(blocks[0]) + len(blocks) // 8)
        return False


class _OrderedList(SaneOListProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) < _DEEPEST and super().test(parent, block)


class _BulletList(SaneUListProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) < _DEEPEST and super().test(parent, block)


class _Definitions(DefListProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) < _DEEPEST and super().test(parent, block)


class _Quotation(BlockQuoteProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return len(self.parser.state) < _DEEPEST and super().test(parent, block)


class _Table(TableProcessor):
    """A table that says alignment by class and refuses to fill a memory with empty cells."""

    _style = re.compile(r"text-align: (left|center|right);")

    def run(self, parent: Element, blocks: list[str]) -> None:
        if len(self.separator) * (blocks[0].count("\n") + 1) > _MOST_CELLS:
            raise TooComplexError
        super().run(parent, blocks)
        for cell in parent[-1].iter():
            if style := self._style.fullmatch(cell.attrib.pop("style", "")):
                cell.set("class", f"align-{style[1]}")

    def _split(self, row: str) -> list[str]:
        # Pairing backticks takes the square of their number.
        if row.count("`") > 1_000:
            raise TooComplexError
        cells: list[str] = super()._split(row)  # type: ignore[misc]  # the stubs leave it out
        return cells


class _RawHtml(HtmlBlockPreprocessor):
    def __init__(self, md: markdown.Markdown, budget: Budget) -> None:
        super().__init__(md)
        self.budget = budget

    def run(self, lines: list[str]) -> list[str]:
        extractor = _Extractor(self.md, self.budget)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


class _Extractor(HTMLExtractor):
    """Finds raw HTML; searches that run to the end of the source come off the budget."""

    def __init__(self, md: markdown.Markdown, budget: Budget) -> None:
        self.budget = budget
        super().__init__(md)

    def check_for_whole_start_tag(self, i: int) -> int:
        end: int = super().check_for_whole_start_tag(i)
        if end < 0:
            self.budget.spend(4 * (len(self.rawdata) - i))
        return end

    def parse_endtag(self, i: int) -> int:
        end = self.rawdata.find(">", i)
        self.budget.spend(10 + ((end if end >= 0 else len(self.rawdata)) - i) // 16)
        return int(super().parse_endtag(i))

    def parse_pi(self, i: int) -> int:
        self.budget.spend((len(self.rawdata) - i) // 16)
        return super().parse_pi(i)

    def parse_html_declaration(self, i: int) -> int:
        self.budget.spend((len(self.rawdata) - i) // 16)
        return super().parse_html_declaration(i)

    def handle_data(self, data: str) -> None:
        self.budget.spend(50)
        super().handle_data(data)

    def close_inline_tag(self, tag: str) -> None:
        self.budget.spend(len(self.inline_stack))
        super().close_inline_tag(tag)

    def handle_comment(self, data: str) -> None:
        self.budget.spend(len(self.inline_stack) * (100 + len(self.rawdata) // 16))
        super().handle_comment(data)

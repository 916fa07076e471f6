"""Leaf blocks: what Python-Markdown reads between two blank lines, within a budget."""

from xml.etree.ElementTree import Element

import markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from .budget import Budget


class Blocks(Extension):
    """Register the limit on work."""

    def __init__(self, budget: Budget) -> None:
        """Spend from this budget."""
        super().__init__()
        self.budget = budget

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Measure first."""
        md.ESCAPED_CHARS.append("|")
        md.parser.blockprocessors.register(_Meter(md.parser, self.budget), "meter", 200)


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

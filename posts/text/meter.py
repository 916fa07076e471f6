"""What Python-Markdown does, taken off the budget: each block and each inline match."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import InlineProcessor

from .budget import Budget


class BlockMeter(BlockProcessor):
    """Takes each block off the budget before any processor looks at it; processes nothing."""

    def __init__(self, parser: BlockParser, budget: Budget) -> None:
        """Spend from this budget."""
        super().__init__(parser)
        self.budget = budget

    def test(self, parent: Element, block: str) -> bool:
        """Look at every block."""
        return True

    def run(self, parent: Element, blocks: list[str]) -> bool:
        """Take the first block off, and leave it to the others."""
        # The list of blocks moves up by one for each: cheap, but not for a hundred thousand.
        self.budget.spend(len(blocks[0]) + len(blocks) // 8)
        return False


class InlineMeter(InlineProcessor):
    """Another pattern, with each match taken off: a match copies the paragraph."""

    def __init__(self, wrapped: InlineProcessor, budget: Budget) -> None:
        """Spend from this budget for this pattern."""
        self.wrapped, self.budget = wrapped, budget

    @property
    def ANCESTOR_EXCLUDES(self) -> Collection[str]:  # type: ignore[override]
        """Return the elements inside which the pattern is not looked for."""
        return self.wrapped.ANCESTOR_EXCLUDES

    def getCompiledRegExp(self) -> re.Pattern[str]:
        """Return the pattern."""
        return self.wrapped.getCompiledRegExp()

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        """Return what the pattern makes of a match, and where it was."""
        node: Element | str | None
        node, start, end = self.wrapped.handleMatch(m, data)
        if start is None or end is None or node is None:
            self.budget.spend(20 + len(data) - m.start())  # it may have looked to the end
        else:
            # Python-Markdown looks each child up among its sisters.
            children = 0 if isinstance(node, str) else len(node)
            self.budget.spend(20 + len(data) // 32 + children * children // 8)
        return node, start, end

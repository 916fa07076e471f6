"""What Python-Markdown does, taken off the budget: each block and each inline match."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from posts.text.budget import Budget, TooComplexError

# Long runs of spaces within a line: half of all patterns look at the rest of such a run from each
# of its spaces. And rows of backquotes: each length is looked for to the end of the text.
_SPACES = re.compile(r"(?<=\S)[^\S\n]{100,}|(?<![^\S\n])[^\S\n]{100,}(?=\S)")
_TICKS = re.compile("`+")
# Without any of these a text holds no inline notation.
_MARKS = re.compile(r"[`\\\[<&{｜《*_~\n]|://")
# Characters of the budget for an element, and for a text that every pattern is tried on.
_ELEMENT, _TEXT = 200, 800
_MOST_BLOCKS = 50_000  # in one container


class SourceMeter(Preprocessor):
    """Takes off what patterns of others spend on a source that is made for them."""

    def __init__(self, budget: Budget) -> None:
        """Spend from this budget."""
        super().__init__()
        self.budget = budget

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines as they are."""
        source = "\n".join(lines)
        self.budget.spend(sum(len(spaces) ** 2 for spaces in _SPACES.findall(source)) // 8)
        self.budget.spend(len(set(_TICKS.findall(source))) * len(source) // 2)
        return lines


class TextMeter(Treeprocessor):
    """Takes each element off, and keeps texts without notation from being searched for it.

    Python-Markdown tries some twenty patterns on every text: as long as for a page when a hundred
    thousand items of a list say "a".
    """

    def __init__(self, budget: Budget) -> None:
        """Spend from this budget."""
        super().__init__()
        self.budget = budget

    def run(self, root: Element) -> None:
        """Mark the texts in the tree that hold no notation."""
        for element in root.iter():
            self.budget.spend(_ELEMENT)
            if element.text and _MARKS.search(element.text):
                self.budget.spend(_TEXT)
            elif element.text:
                element.text = AtomicString(element.text)


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
        if len(blocks) > _MOST_BLOCKS:
            raise TooComplexError
        self.budget.spend(len(blocks[0]) + len(blocks) // 128)
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
        if start is None:
            self.budget.spend(20 + len(data) - m.start())  # it may have looked to the end
        elif node is None:
            self.budget.spend(20 + (len(data) - m.start()) // 16)
        else:
            # Python-Markdown looks each child up among its sisters.
            children = 0 if isinstance(node, str) else len(node)
            self.budget.spend(20 + len(data) // 64 + children * children // 2)
        return node, start, end

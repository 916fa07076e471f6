"""Blocks that hold blocks: a list, a quotation, a box; built into the tree where they stand.

The lines of a container are laid out before Markdown reads them. In the text it is one line, a
placeholder that no typed text can hold; here the placeholder becomes elements.
"""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.blockprocessors import BlockProcessor

_PLACEHOLDER = re.compile("\x02container:([0-9]+)\x03")


@dataclass(slots=True)
class Container:
    """An element and what it holds: inline text, or blocks as lines, or parts.

    Attributes:
        tag: the element's name.
        attributes: its attributes.
        text: Markdown that is read as inline notation only.
        lines: Markdown that is read as blocks.
        parts: elements of its own, a list's items.
        tight: paragraphs in ``lines`` get no element of their own.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    lines: list[str] = field(default_factory=list)
    parts: list["Container"] = field(default_factory=list)
    tight: bool = False


class Containers(BlockProcessor):
    """Holds the containers of an article and builds each where its placeholder stands."""

    def __init__(self, parser: markdown.blockparser.BlockParser) -> None:
        """Begin without any."""
        super().__init__(parser)
        self.kept: list[Container] = []

    def keep(self, container: Container) -> str:
        """Return the line that stands for this container."""
        self.kept.append(container)
        return f"\x02container:{len(self.kept) - 1}\x03"

    def kept_as(self, line: str) -> Container | None:
        """Return the container that this line stands for."""
        match = _PLACEHOLDER.match(line)
        return self.kept[int(match[1])] if match else None

    def test(self, parent: Element, block: str) -> bool:
        """Say whether this block is a placeholder."""
        return block.startswith("\x02container:")

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Build the container that the first block stands for."""
        container = self.kept_as(blocks.pop(0))
        if container:
            self._build(parent, container)

    def _build(self, parent: Element, container: Container) -> None:
        element = SubElement(parent, container.tag, container.attributes)
        element.text = container.text or None
        for part in container.parts:
            self._build(element, part)
        if container.lines:
            self.parser.state.set("list" if container.tight else "container")
            self.parser.parseChunk(element, "\n".join(container.lines))
            self.parser.state.reset()

"""Tables: where one begins, and cells that may hold ruby."""

import re
from xml.etree.ElementTree import Element

from markdown.extensions.tables import TableProcessor

from posts.text.budget import TooComplexError

from .layout import DELIMITER

_MOST_CELLS = 50_000
_RUBY = re.compile(r"\{[^{}|\\\n]{1,50}(?:\|[^{}|\\\n]{1,50}){1,50}\}")
_CODE = re.compile(r"`[^`]*`")
_STYLE = re.compile(r"text-align: (left|center|right);")


class Table(TableProcessor):
    """A table that says alignment by class and refuses to fill a memory with empty cells."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Build the table that the first block is."""
        if len(self.separator) * (blocks[0].count("\n") + 1) > _MOST_CELLS:
            raise TooComplexError
        headed_only = "\n" not in blocks[0].strip("\n").partition("\n")[2]
        super().run(parent, blocks)
        if headed_only:
            parent[-1].remove(parent[-1][1])  # a body of empty cells
        for cell in parent[-1].iter():
            if style := _STYLE.fullmatch(cell.attrib.pop("style", "")):
                cell.set("class", f"align-{style[1]}")

    def take(self, lines: list[str], position: int) -> int | None:
        """Return where the table that begins at ``position`` ends, or None if none does.

        It ends at a line without a bar: what stands right below is a paragraph.
        """
        if position + 1 >= len(lines) or not DELIMITER.match(lines[position + 1]):
            return None
        delimiter = lines[position + 1].strip()
        if "|" not in delimiter + lines[position]:
            return None
        if not self.test(Element("div"), f"{lines[position].strip()}\n{delimiter}"):
            return None
        end = position + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        return end

    def _split(self, row: str) -> list[str]:
        # Pairing backticks takes the square of their number.
        if row.count("`") > 1_000:
            raise TooComplexError
        row = _RUBY.sub(lambda ruby: ruby[0].replace("|", "\\|"), row)
        cells: list[str] = super()._split(row)  # type: ignore[misc]  # the stubs leave it out
        return [_CODE.sub(lambda code: code[0].replace("\\|", "|"), cell) for cell in cells]

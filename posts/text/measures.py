"""What an article says without its markup: plain text, counts, reading time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from .graphemes import count_graphemes
from .html.nodes import BLOCKS, HEADINGS, VOID, Node, Tag, opens, parts_lines

_NOT_COUNTED = re.compile(r"[\s\u200b\u2060]+")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# What no writer typed as text: marks, boxes of tasks, the words that stand for an embed.
_SILENT_CLASSES = ("footnote-ref", "footnote-backref", "task-box", "embed", "link-card")


@dataclass(slots=True)
class Block:
    """A run of text between two borders: its text, how it counts, and where it stands."""

    text: str
    characters: int
    tags: tuple[str, ...]

    @property
    def is_paragraph(self) -> bool:
        """Say whether this is prose of the article itself: not a list, a quotation, a note."""
        return self.tags == ("p",)

    @property
    def is_heading(self) -> bool:
        """Say whether this is a heading."""
        return not HEADINGS.isdisjoint(self.tags)

    @property
    def is_prose(self) -> bool:
        """Say whether this could begin a description when there is no paragraph."""
        return not HEADINGS.union(("pre", "figcaption")).intersection(self.tags)


def read_blocks(nodes: list[Node]) -> list[Block]:
    """Return the article's blocks of text in order, without those that are empty.

    Left out: ruby readings and their brackets, footnote marks. In the text but not counted (the
    editors' 字数): code blocks, addresses that are their own link text, all spaces.
    """
    reader = _Reader()
    for index, node in enumerate(nodes):
        if isinstance(node, str):
            reader.text(node)
        elif node.closing:
            reader.close(node)
        else:
            reader.open(node, bare=_is_bare_link(nodes, index))
    reader.finish()
    return reader.blocks


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.counted: list[str] = []
        self.tags: list[str] = []
        # How many open elements silence their text, or keep it out of the count.
        self.silent: list[bool] = []
        self.uncounted: list[bool] = []

    def text(self, text: str) -> None:
        if any(self.silent):
            return
        self.parts.append(text)
        if not any(self.uncounted):
            self.counted.append(text)

    def open(self, tag: Tag, *, bare: bool) -> None:
        if parts_lines(tag):
            self.finish()
        if tag.name in VOID:
            return
        self.tags.append(tag.name)
        silenced = tag.name in {"rp", "rt"} or any(map(tag.has_class, _SILENT_CLASSES))
        self.silent.append(silenced)
        self.uncounted.append(bare or tag.name == "pre" or tag.has_class("code"))

    def close(self, tag: Tag) -> None:
        if tag.name in BLOCKS:
            self.finish()
        for stack in (self.tags, self.silent, self.uncounted):
            if stack:
                stack.pop()

    def finish(self) -> None:
        text = "".join(self.parts)
        text = text.strip("\n") if "pre" in self.tags else _SPACES.sub(" ", text).strip()
        if text:
            tags = tuple(name for name in self.tags if name in BLOCKS)
            self.blocks.append(Block(text, count_characters("".join(self.counted)), tags))
        self.parts, self.counted = [], []


def _is_bare_link(nodes: list[Node], index: int) -> bool:
    """Say whether a link's text is only an address: https://…, or its own mail address."""
    text = nodes[index + 1] if index + 2 < len(nodes) else None
    if not opens(nodes[index], "a") or not isinstance(text, str):
        return False
    following, tag = nodes[index + 2], nodes[index]
    if not (isinstance(tag, Tag) and isinstance(following, Tag) and following.name == "a"):
        return False
    href = unquote(tag.attributes.get("href", "")).removeprefix("mailto:")
    return _ADDRESS.fullmatch(text) is not None or unquote(text) == href


def count_characters(text: str) -> int:
    """Count the 字数 of plain text: grapheme clusters, without spaces of any kind."""
    return count_graphemes(_NOT_COUNTED.sub("", text))


def first_paragraphs(blocks: list[Block]) -> Iterator[str]:
    """Return the texts from which a description is made, the first real paragraph first.

    They end at a heading, and at a line of marks (――――, ＊＊＊): what follows is another subject.
    """
    paragraphs = [
        index for index, block in enumerate(blocks) if block.is_paragraph and _says(block)
    ]
    if not paragraphs:
        yield from (block.text for block in blocks if block.is_prose and block.characters)
        return
    for block in blocks[paragraphs[0] :]:
        if block.is_heading or (block.is_paragraph and not _says(block)):
            return
        if block.is_paragraph:
            yield block.text


def _says(block: Block) -> bool:
    return block.characters > 0 and any(map(str.isalnum, block.text))


def reading_minutes(characters: int, rate: int = 400) -> int:
    """Return the minutes that reading takes, at least 1.

    Args:
        characters: the count that ``Rendered.characters`` gives.
        rate: characters a minute, above 0.
    """
    return max(1, -(-characters // rate))

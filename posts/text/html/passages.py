"""The passages of an article, for those who remark on them: the blocks at the top of its body.

A passage has HTML, which stands on the page, and a text, in which a remark is anchored. Both come
from the same nodes, so that what was found in the text can be marked in the HTML.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from .nodes import VOID, Node, Tag, opens, parts_lines, read_nodes, write_nodes
from .sanitise import sanitise

# What is no word of the article: readings, the numbers of notes, boxes of tasks.
_ASIDE = frozenset({"rp", "rt"})
_ASIDE_CLASSES = ("footnote-ref", "footnote-backref", "task-box")
_SPACES = " \t\n\r\f"


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an article.

    Attributes:
        html: sanitised.
        text: its words, a line for each line of the page; of a picture alone, what it shows.
        start: where its text begins in the text of the whole article.
    """

    html: str
    text: str
    start: int


class Letter(NamedTuple):
    """A letter of a passage's text: in which node it is, and where there; a border is in none."""

    letter: str
    node: int = -1
    place: int = 0


def passages(html: str) -> tuple[Passage, ...]:
    """Return the passages of rendered ``html``; joined, their HTML is the article's."""
    found, start = [], 0
    for nodes in _blocks(read_nodes(html)):
        text = "".join(one.letter for one in _letters(nodes)) or _picture(nodes)
        found.append(Passage(write_nodes(nodes), text, start))
        start += len(text) + 1
    return tuple(found)


def whole_text(parts: Iterable[Passage]) -> str:
    """Return the text of an article, in which anchors are."""
    return "\n".join(part.text for part in parts)


def mark(passage: Passage, marks: Iterable[tuple[int, int, str]]) -> str:
    """Return the HTML of a passage with stretches of its text in ``<mark>``, sanitised again.

    Args:
        passage: of an article.
        marks: where a stretch begins and ends in the passage's text, and the id of its mark.
    """
    wanted = sorted(marks)
    nodes = read_nodes(passage.html)
    covered: dict[int, dict[int, tuple[str, ...]]] = {}
    for place, one in enumerate(_letters(nodes)):
        names = tuple(name for start, end, name in wanted if start <= place < end)
        if names and one.node >= 0:
            covered.setdefault(one.node, {})[one.place] = names
    seen: set[str] = set()
    result: list[Node] = []
    for index, node in enumerate(nodes):
        if isinstance(node, str) and index in covered:
            result += _marked(node, covered[index], seen)
        else:
            result.append(node)
    return sanitise(write_nodes(result))


def _marked(text: str, covered: dict[int, tuple[str, ...]], seen: set[str]) -> Iterator[Node]:
    """Yield a text with its covered letters in marks; the first of a name carries it as id."""
    start = 0
    while start < len(text):
        names, end = covered.get(start, ()), start + 1
        while end < len(text) and covered.get(end, ()) == names:
            end += 1
        for name in names:
            yield Tag("mark", {} if name in seen else {"id": name})
        yield text[start:end]
        yield from (Tag("mark", closing=True) for _ in names)
        seen.update(names)
        start = end


def _blocks(nodes: list[Node]) -> Iterator[list[Node]]:
    """Yield the elements at the top; what stands beside them in no block of its own is one."""
    depth, part = 0, list[Node]()
    for node in nodes:
        begins = isinstance(node, Tag) and parts_lines(node) and not node.closing
        if not depth and begins and _says_something(part):
            yield part
            part = []
        part.append(node)
        if isinstance(node, Tag) and node.name not in VOID:
            depth += -1 if node.closing else 1
        if not depth and isinstance(node, Tag) and parts_lines(node):
            yield part
            part = []
    if part:
        yield part


def _says_something(nodes: list[Node]) -> bool:
    return any(isinstance(node, Tag) or node.strip() for node in nodes)


def _letters(nodes: list[Node]) -> Iterator[Letter]:
    """Yield the letters of a passage: spaces as the page shows them, a line end at each border."""
    silent, begun = list[bool](), False
    waiting: Letter | None = None
    for index, node in enumerate(nodes):
        if isinstance(node, Tag):
            if parts_lines(node):
                waiting = Letter("\n")
            _follow(node, silent)
            continue
        if any(silent):
            continue
        for place, letter in enumerate(node):
            if letter in _SPACES:
                waiting = waiting or Letter(" ", index, place)
                continue
            if waiting and begun:
                yield waiting
            yield Letter(letter, index, place)
            waiting, begun = None, True


def _follow(tag: Tag, silent: list[bool]) -> None:
    if tag.name in VOID:
        return
    if not tag.closing:
        silent.append(tag.name in _ASIDE or any(map(tag.has_class, _ASIDE_CLASSES)))
    elif silent:
        silent.pop()


def _picture(nodes: list[Node]) -> str:
    """Return what stands for a passage that is a picture without a word, "" for other ones."""
    for node in nodes:
        if opens(node, "img") and isinstance(node, Tag):
            source = unquote(node.attributes.get("src", "").rpartition("/")[2])
            return f"［画像：{node.attributes.get('alt') or source}］"
    return ""

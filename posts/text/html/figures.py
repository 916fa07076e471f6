"""Figures: a picture alone in its paragraph, with its caption; an address alone, embedded."""

import re
from collections.abc import Iterator, Mapping

from .embeds import card, frame
from .nodes import Node, Tag, closes, opens
from .pictures import Picture

_LONGEST = 60  # nodes of a paragraph that is only a picture and its caption
_LONGEST_CREDIT = 300  # characters
_CREDIT = re.compile(
    r"(?:（(?:撮影|写真|提供|出典|画像|図版|イラスト|作図)[：＝:=]|（?©)(?![^（）]*）.)", re.DOTALL
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def with_figures(nodes: list[Node], pictures: Mapping[str, Picture]) -> list[Node]:
    """Return the nodes with figures in place of paragraphs that hold nothing but one.

    Args:
        nodes: the article; its images still have the addresses of the source.
        pictures: the stored images, which bring captions and credits.
    """
    return list(_with_figures(nodes, pictures))


def _with_figures(nodes: list[Node], pictures: Mapping[str, Picture]) -> Iterator[Node]:
    index = 0
    while index < len(nodes):
        end = _end_of_paragraph(nodes, index) if opens(nodes[index], "p") else None
        figure = _figure(_trimmed(nodes[index + 1 : end]), pictures) if end else None
        if end and figure:
            yield from figure
            index = end + 1
        else:
            yield nodes[index]
            index += 1


def _end_of_paragraph(nodes: list[Node], index: int) -> int | None:
    for end in range(index + 1, min(index + _LONGEST, len(nodes))):
        if closes(nodes[end], "p"):
            return end
    return None


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Return the nodes without white space and line breaks at both ends."""
    start, end = 0, len(nodes)
    while start < end and _is_space(nodes[start]):
        start += 1
    while end > start and _is_space(nodes[end - 1]):
        end -= 1
    return nodes[start:end]


def _is_space(node: Node) -> bool:
    return opens(node, "br") if isinstance(node, Tag) else not node.strip()


def _figure(content: list[Node], pictures: Mapping[str, Picture]) -> list[Node] | None:
    size = _picture_size(content)
    if size:
        caption = _typed_caption(_trimmed(content[size:]))
        return None if caption is None else _picture(content[:size], caption, pictures)
    if len(content) == 3 and opens(content[0], "a") and closes(content[2], "a"):
        return _embed(content[0], str(content[1]))
    return None


def _picture_size(content: list[Node]) -> int:
    """Return how many nodes at the start are a picture, linked or not; 0 for none."""
    if content and opens(content[0], "img"):
        return 1
    if len(content) > 2 and opens(content[0], "a"):
        inside = [node for node in content[1:6] if isinstance(node, Tag) or node.strip()]
        if len(inside) > 1 and opens(inside[0], "img") and closes(inside[1], "a"):
            return content.index(inside[1]) + 1
    return 0


def _typed_caption(rest: list[Node]) -> list[Node] | None:
    """Return the caption that a line in ``*…*`` below the picture is; None when it is prose."""
    if not rest:
        return []
    ends = [index for index, node in enumerate(rest) if closes(node, "em")]
    if opens(rest[0], "em") and ends[:1] == [len(rest) - 1]:
        return rest[1:-1]
    return None


def _picture(
    content: list[Node], caption: list[Node], pictures: Mapping[str, Picture]
) -> list[Node]:
    image = next(node for node in content if isinstance(node, Tag) and node.name == "img")
    stored = pictures.get(image.attributes.get("src", ""))
    title = image.attributes.pop("title", "").strip()
    caption, credit = _split_credit(caption or ([title] if title else []))
    if stored:
        if stored.caption and not (caption or credit):
            caption = [stored.caption]
        if stored.credit and not credit:
            credit = [stored.credit]
    result: list[Node] = [Tag("figure"), *content]
    if caption or credit:
        result += [Tag("figcaption"), *caption, *_credit(credit), Tag("figcaption", closing=True)]
    return [*result, Tag("figure", closing=True)]


def _split_credit(caption: list[Node]) -> tuple[list[Node], list[Node]]:
    """Return the caption without the credit that it ends with, and the credit.

    A credit is （写真：…） with any inline notation in it, or begins with ©.
    """
    for index in range(len(caption) - 1, -1, -1):
        node = caption[index]
        start = max(0, len(node) - _LONGEST_CREDIT) if isinstance(node, str) else 0
        found = _CREDIT.search(node, start) if isinstance(node, str) else None
        if isinstance(node, str) and found:
            credit: list[Node] = [node[found.start() :].rstrip(), *caption[index + 1 :]]
            whole = not found[0].startswith("（") or str(credit[-1]).rstrip().endswith("）")
            rest = node[: found.start()].rstrip()
            before = [*caption[:index], *([rest] if rest else [])]
            return (before, credit) if whole else (caption, [])
    return caption, []


def _credit(credit: list[Node]) -> list[Node]:
    if not credit:
        return []
    return [Tag("span", {"class": "credit"}), *credit, Tag("span", closing=True)]


def _embed(link: Node, text: str) -> list[Node] | None:
    address = link.attributes.get("href", "") if isinstance(link, Tag) else ""
    if not _ADDRESS.fullmatch(text):
        return None
    if framed := frame(address):
        source, label = framed
        anchor = Tag("a", {"href": address, "data-frame": source})
        return _wrapped(Tag("figure", {"class": "embed"}), anchor, label)
    if words := card(address):
        return _wrapped(Tag("p", {"class": "link-card"}), Tag("a", {"href": address}), words)
    return None


def _wrapped(block: Tag, link: Tag, label: str) -> list[Node]:
    return [block, link, label, Tag("a", closing=True), Tag(block.name, closing=True)]

"""Setting the sanitised article: figures, pictures with sizes, readings, tables that scroll."""

import re
from collections.abc import Iterator, Mapping

from .figures import with_figures
from .languages import set_languages
from .nodes import Node, Tag, closes, opens
from .pictures import Picture
from .urls import encode_address
from .vertical import set_upright

_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def typeset(nodes: list[Node], pictures: Mapping[str, Picture]) -> list[Node]:
    """Return the nodes with figures, images, links, ruby and tables as the site shows them."""
    nodes = with_figures(list(_without_empty_paragraphs(nodes)), pictures)
    for node in nodes:
        if opens(node, "img"):
            _show_picture(node, pictures)
        elif opens(node, "a"):
            _point(node)
    nodes = list(_with_scrolling_tables(list(_with_brackets(nodes))))
    return set_upright(set_languages(nodes))


def _without_empty_paragraphs(nodes: list[Node]) -> Iterator[Node]:
    """Leave out paragraphs from which the allow-list took everything."""
    index = 0
    while index < len(nodes):
        between = nodes[index + 1 : index + 3]
        if opens(nodes[index], "p") and between and closes(between[0], "p"):
            index += 2
        elif (
            opens(nodes[index], "p")
            and len(between) == 2
            and isinstance(between[0], str)
            and not between[0].strip()
            and closes(between[1], "p")
        ):
            index += 3
        else:
            yield nodes[index]
            index += 1


def first_picture(nodes: list[Node]) -> str:
    """Return the address of the article's first picture, or ""."""
    images = (_attributes(node) for node in nodes if opens(node, "img"))
    return next((image["src"] for image in images if image.get("src")), "")


def without_more(nodes: list[Node]) -> tuple[list[Node], int | None]:
    """Return the nodes without what <!--more--> left, and where the first of it was."""
    marks = [index for index, node in enumerate(nodes) if _is_more(node)]
    if not marks:
        return nodes, None
    return [node for node in nodes if not _is_more(node)], marks[0]


def _is_more(node: Node) -> bool:
    return isinstance(node, Tag) and node.name == "hr" and node.has_class("more")


def _show_picture(node: Node, pictures: Mapping[str, Picture]) -> None:
    attributes = _attributes(node)
    source = attributes.get("src", "")
    if picture := pictures.get(source):
        attributes["src"] = source = picture.url
        attributes["alt"] = attributes.get("alt") or picture.alt
        width, height = _size(picture, attributes.get("width", ""))
        attributes["width"], attributes["height"] = str(width), str(height)
    if source:
        attributes["src"] = encode_address(source)
    attributes["loading"], attributes["decoding"] = "lazy", "async"


def _size(picture: Picture, wanted: str) -> tuple[int, int]:
    """Return the size in CSS pixels at which a picture is shown: its own, or a smaller one."""
    if not wanted.isdecimal() or not 0 < int(wanted) < picture.width:
        return picture.width, picture.height
    return int(wanted), max(1, round(picture.height * int(wanted) / picture.width))


def _point(node: Node) -> None:
    attributes = _attributes(node)
    if "href" not in attributes:
        return
    attributes["href"] = encode_address(attributes["href"])
    if _ELSEWHERE.match(attributes["href"]):
        relations = attributes.get("rel", "").split()
        attributes["rel"] = " ".join(dict.fromkeys(["noopener", *relations]))


def _attributes(node: Node) -> dict[str, str]:
    return node.attributes if isinstance(node, Tag) else {}


def _with_scrolling_tables(nodes: list[Node]) -> Iterator[Node]:
    """Put each table into a region that scrolls sideways and that a keyboard reaches."""
    for node in nodes:
        if opens(node, "table"):
            region = {"class": "table-scroll", "role": "region", "tabindex": "0"}
            yield Tag("div", region | {"aria-label": "表"})
        yield node
        if closes(node, "table"):
            yield Tag("div", closing=True)


def _with_brackets(nodes: list[Node]) -> Iterator[Node]:
    """Give each reading the brackets that are shown where ruby is unknown: feeds, plain text."""
    bracketed = False
    for index, node in enumerate(nodes):
        if opens(node, "rt"):
            bracketed = index > 0 and closes(nodes[index - 1], "rp")
            yield from () if bracketed else _bracket("（")
        yield node
        if closes(node, "rt") and not bracketed:
            yield from _bracket("）")


def _bracket(bracket: str) -> tuple[Node, ...]:
    return Tag("rp"), bracket, Tag("rp", closing=True)

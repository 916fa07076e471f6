"""Setting the sanitised article: headings with ids, figures with sizes, tables that scroll."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .nodes import HEADINGS, Node, Tag, closes, opens
from .pictures import Picture
from .slugs import slugify

_SPACES = re.compile(r"\s+")
# What an address may hold as it is (RFC 3986), and "%" for what is encoded already.
_ADDRESS = "!#$%&'()*+,/:;=?@[]~"
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body: its level (2 to 6), its id and its text without ruby."""

    level: int
    id: str
    text: str


def typeset(nodes: list[Node], pictures: Mapping[str, Picture]) -> list[Node]:
    """Return the nodes with figures, images, links and tables as the site shows them."""
    nodes = list(_with_figures(nodes))
    for node in nodes:
        if opens(node, "img"):
            _show_picture(node, pictures)
        elif opens(node, "a"):
            _point(node)
    return list(_with_scrolling_tables(nodes))


def first_picture(nodes: list[Node]) -> str:
    """Return the address of the article's first picture, or ""."""
    images = (_attributes(node) for node in nodes if opens(node, "img"))
    return next((image["src"] for image in images if image.get("src")), "")


def _with_figures(nodes: list[Node]) -> Iterator[Node]:
    """Make a figure of each paragraph that holds an image, linked or not, and nothing else."""
    index = 0
    while index < len(nodes):
        end = _end_of_picture_paragraph(nodes, index)
        if end is None:
            yield nodes[index]
            index += 1
        else:
            yield from _figure(nodes[index + 1 : end])
            index = end + 1


def _end_of_picture_paragraph(nodes: list[Node], index: int) -> int | None:
    """Return where the paragraph that starts here ends, if an image is all it holds."""
    if not opens(nodes[index], "p"):
        return None
    images = 0
    # Longest: p, space, a, space, img, space, /a, space, /p.
    for end in range(index + 1, min(index + 9, len(nodes))):
        node = nodes[end]
        if closes(node, "p"):
            return end if images == 1 else None
        images += opens(node, "img")
        allowed = not node.strip() if isinstance(node, str) else node.name in {"a", "img"}
        if not allowed:
            return None
    return None


def _figure(content: list[Node]) -> Iterator[Node]:
    yield Tag("figure")
    caption = ""
    for node in content:
        if isinstance(node, Tag):
            if node.name == "img":
                caption = node.attributes.pop("title", "").strip()
            yield node
    if caption:
        yield from (Tag("figcaption"), caption, Tag("figcaption", closing=True))
    yield Tag("figure", closing=True)


def _show_picture(node: Node, pictures: Mapping[str, Picture]) -> None:
    attributes = _attributes(node)
    source = attributes.get("src", "")
    if picture := pictures.get(source):
        attributes["src"] = source = picture.url
        attributes["alt"] = attributes.get("alt") or picture.alt
        attributes["width"], attributes["height"] = str(picture.width), str(picture.height)
    if source:
        attributes["src"] = encode_address(source)
    attributes["loading"], attributes["decoding"] = "lazy", "async"


def _point(node: Node) -> None:
    attributes = _attributes(node)
    if "href" not in attributes:
        return
    attributes["href"] = encode_address(attributes["href"])
    if _ELSEWHERE.match(attributes["href"]):
        relations = attributes.get("rel", "").split()
        attributes["rel"] = " ".join(dict.fromkeys(["noopener", *relations]))


def encode_address(address: str) -> str:
    """Percent-encode what an address may not hold; what is encoded already stays."""
    return quote(address, safe=_ADDRESS, errors="replace")


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


def name_headings(nodes: list[Node]) -> tuple[Heading, ...]:
    """Give every heading, in place, its level and an id; return the table of contents.

    The page's h1 is the title: where the body has an h1, all its headings go down one level. Ids
    are Unicode slugs of the text; a repeated one gets "-2". An id that stands twice is dropped.
    """
    _lower_headings(nodes)
    used = _unique_ids(nodes)
    toc = []
    for index, node in enumerate(nodes):
        if isinstance(node, Tag) and not node.closing and node.name in HEADINGS:
            text = _heading_text(nodes, index)
            if "id" not in node.attributes:
                node.attributes["id"] = _free_id(slugify(text) or "section", used)
            toc.append(Heading(int(node.name[1]), node.attributes["id"], text))
    return tuple(toc)


def _lower_headings(nodes: list[Node]) -> None:
    if any(opens(node, "h1") for node in nodes):
        for node in nodes:
            if isinstance(node, Tag) and node.name in HEADINGS:
                node.name = f"h{min(6, int(node.name[1]) + 1)}"


def _unique_ids(nodes: list[Node]) -> dict[str, int]:
    """Drop ids that stand a second time; return those that are taken."""
    used: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, Tag) and "id" in node.attributes:
            if node.attributes["id"] in used:
                del node.attributes["id"]
            else:
                used[node.attributes["id"]] = 1
    return used


def _free_id(wanted: str, used: dict[str, int]) -> str:
    """Return the wanted id, or the first of wanted-2, wanted-3… that is free; take it.

    ``used`` remembers the last number tried, so that a thousand equal headings stay cheap.
    """
    name = wanted = wanted[:180].strip("-")
    while name in used:
        used[wanted] += 1
        name = f"{wanted}-{used[wanted]}"
    used[name] = 1
    return name


def _heading_text(nodes: list[Node], start: int) -> str:
    parts, readings, mark = [], 0, False
    for index in range(start + 1, len(nodes)):
        node = nodes[index]
        if isinstance(node, str):
            parts.append("" if readings or mark else node)
        elif node.name in HEADINGS:
            break
        elif node.name in {"rp", "rt"}:
            readings += -1 if node.closing else 1
        elif node.name == "a":
            mark = node.has_class("footnote-ref")
    return _SPACES.sub(" ", "".join(parts)).strip()

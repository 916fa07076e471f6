"""Headings: their levels under the page's title, and ids that links from outside can trust."""

import re
from dataclasses import dataclass

from posts.text.names.slugs import slugify

from .nodes import HEADINGS, Node, Tag, opens

# The ids of the page around an article: a heading may not take them.
PAGE_IDS = frozenset({"main", "series", "related", "latest", "confirm", "orphans"})
# And those that a page counts: comments, and the passages that they are on.
COUNTED_IDS = re.compile(r"(?:c|passage-)\d+")
_SPACES = re.compile(r"\s+")
# ## 題 {#id}, and kramdown's ## 題 {: #id}
_OWN_ID = re.compile(r"(?<!\s)\s*\{:? *#([\w.:-]{1,180})[^{}]*\}\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body: its level (2 to 6), its id and its text without ruby."""

    level: int
    id: str
    text: str


def name_headings(nodes: list[Node]) -> tuple[Heading, ...]:
    """Give every heading, in place, its level and an id; return the table of contents.

    The page's h1 is the title: where the body has an h1, all its headings go down one level. Ids
    are Unicode slugs of the text; a repeated one gets "-2". An id that stands twice is dropped.
    """
    _lower_headings(nodes)
    _take_own_ids(nodes)
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


def _take_own_ids(nodes: list[Node]) -> None:
    """Turn the id that a writer set behind a heading into its attribute."""
    start: Tag | None = None
    for index, node in enumerate(nodes):
        if not (isinstance(node, Tag) and node.name in HEADINGS):
            continue
        text = nodes[index - 1]
        own = _OWN_ID.search(text) if node.closing and isinstance(text, str) else None
        if own and start:
            start.attributes["id"] = own[1]
            nodes[index - 1] = str(text)[: own.start()]
        start = None if node.closing else node


def _unique_ids(nodes: list[Node]) -> dict[str, int]:
    """Drop ids that stand a second time; return those that are taken."""
    used = dict.fromkeys(PAGE_IDS, 1)
    for node in nodes:
        if isinstance(node, Tag) and "id" in node.attributes:
            if node.attributes["id"] in used or COUNTED_IDS.fullmatch(node.attributes["id"]):
                del node.attributes["id"]
            else:
                used[node.attributes["id"]] = 1
    return used


def _free_id(wanted: str, used: dict[str, int]) -> str:
    """Return the wanted id, or the first of wanted-2, wanted-3… that is free; take it.

    ``used`` remembers the last number tried, so that a thousand equal headings stay cheap.
    """
    wanted = wanted[:180].strip("-")
    name = wanted = f"{wanted}-1" if COUNTED_IDS.fullmatch(wanted) else wanted
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

"""Links between articles: ``[題](post:slug)``, and the links that an article holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from posts.text.names.slugs import canonical_slug

from .nodes import Node, Tag, closes, opens

_SCHEME = "post:"
_MENTIONED = re.compile(r"post:([^\s()<>\"'\]#]{1,600})", re.IGNORECASE)
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Linked:
    """An article that another one names: its address and its title."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link as readers get it: where it leads and what it says."""

    href: str
    text: str


def post_slugs(source: str) -> tuple[str, ...]:
    """Return the slugs that this Markdown may link to as ``post:slug``, in order, each once.

    More than the links: what stands in code is among them.
    """
    # No slug has a backslash: one stands before what Markdown would read (foo\_bar).
    found = (_slug(match[1].replace("\\", "")) for match in _MENTIONED.finditer(source))
    return tuple(dict.fromkeys(found))[:_MOST]


def resolve_links(
    nodes: list[Node], posts: Mapping[str, Linked]
) -> tuple[list[Node], tuple[str, ...]]:
    """Point links at the articles that they name.

    Args:
        nodes: the article, before anything looks at its addresses.
        posts: the articles that may be linked to, by slug.

    Returns:
        The nodes, where a link that leads nowhere is its bare text, and the slugs that no article
        has.
    """
    broken: dict[str, None] = {}
    return list(_leading(_pointed(nodes, posts, broken))), tuple(broken)


def _pointed(
    nodes: list[Node], posts: Mapping[str, Linked], broken: dict[str, None]
) -> Iterator[Node]:
    """Yield the nodes with addresses for slugs, and a title in each link without a text.

    The title is there before headings are named: the id of ``## [](post:x)`` is made of what
    readers see, as every other. A new title there, once this article is rendered anew, is a new
    wording of the heading here, with a new id; a heading below that says the same takes or loses
    its "-2". An id that has to last is set with ``{#id}``.
    """
    for index, node in enumerate(nodes):
        title = _point(node, posts, broken) if isinstance(node, Tag) else ""
        yield node
        if title and closes(nodes[index + 1], "a"):
            yield title


def _point(link: Tag, posts: Mapping[str, Linked], broken: dict[str, None]) -> str:
    """Point a link at the article that it names and return that one's title; "" for others.

    Where there is no such article the link loses its address, and ``broken`` learns the slug.
    """
    slug, place = _named(link)
    if slug is None:
        return ""
    linked = posts.get(slug)
    if linked is None:
        broken[slug] = None
        del link.attributes["href"]
        return ""
    link.attributes["href"] = linked.url + place
    return linked.title


def _leading(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes without the tags of links that lead nowhere; their texts stay."""
    nowhere = False
    for node in nodes:
        if opens(node, "a") and isinstance(node, Tag):
            nowhere = "href" not in node.attributes
        if not (nowhere and isinstance(node, Tag) and node.name == "a"):
            yield node


def _named(link: Tag) -> tuple[str | None, str]:
    """Return the slug that a link names, if it names one, and the place in that article."""
    href = link.attributes.get("href", "") if opens(link, "a") else ""
    if not href.lower().startswith(_SCHEME):
        return None, ""
    slug, mark, place = href[len(_SCHEME) :].partition("#")
    return _slug(slug), mark + place


def _slug(address: str) -> str:
    return canonical_slug(unquote(address))


def list_links(nodes: list[Node]) -> tuple[Link, ...]:
    """Return the links of an article in order, without those between a note and its mark."""
    links: list[Link] = []
    for index, node in enumerate(nodes):
        if not (opens(node, "a") and isinstance(node, Tag)):
            continue
        href = node.attributes.get("href", "")
        if href and not (node.has_class("footnote-ref") or node.has_class("footnote-backref")):
            links.append(Link(href, _text(nodes, index)))
    return tuple(links)


def _text(nodes: list[Node], start: int) -> str:
    parts: list[str] = []
    for index in range(start + 1, len(nodes)):
        node = nodes[index]
        if closes(node, "a"):
            break
        if isinstance(node, str):
            parts.append(node)
        elif opens(node, "img"):
            parts.append(node.attributes.get("alt", ""))
    return " ".join("".join(parts).split())

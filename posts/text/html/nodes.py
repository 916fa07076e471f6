"""HTML as a flat list of tags and texts.

Only for HTML that the sanitiser has written: every attribute in double quotes, every tag closed.
Passes over such a list are linear, need no recursion and see Markdown's HTML and the writer's own
HTML alike.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(text.split())


VOID = frozenset({"br", "col", "hr", "img", "wbr"})
BLOCKS = words(
    "blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li"
    " ol p pre section summary table tbody td tfoot th thead tr ul"
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s="<>]+="[^"]*")*)>|[^<]+')
_ATTRIBUTE = re.compile(r' ([^\s="<>]+)="([^"]*)"')


@dataclass(slots=True)
class Tag:
    """A start or end tag; attribute values are unescaped."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    closing: bool = False

    def has_class(self, name: str) -> bool:
        """Say whether the tag carries this class."""
        return name in self.attributes.get("class", "").split()


Node = Tag | str


def opens(node: Node, *names: str) -> bool:
    """Say whether the node is a start tag of one of these names."""
    return isinstance(node, Tag) and not node.closing and node.name in names


def closes(node: Node, *names: str) -> bool:
    """Say whether the node is an end tag of one of these names."""
    return isinstance(node, Tag) and node.closing and node.name in names


def parts_lines(tag: Tag) -> bool:
    """Say whether what stands before the tag and behind it is on different lines."""
    return tag.name in BLOCKS or tag.name == "br"


def read_nodes(html: str) -> list[Node]:
    """Read sanitised HTML into nodes; texts are unescaped."""
    return [_node(token) for token in _TOKEN.finditer(html)]


def _node(token: re.Match[str]) -> Node:
    closing, name, attributes = token.groups()
    if name is None:
        return unescape(token[0])
    pairs = _ATTRIBUTE.findall(attributes)
    return Tag(name, {key: unescape(value) for key, value in pairs}, closing=bool(closing))


def write_nodes(nodes: Iterable[Node]) -> str:
    """Write the nodes as HTML, everything escaped."""
    return "".join(escape(n, quote=False) if isinstance(n, str) else _tag(n) for n in nodes)


def _tag(tag: Tag) -> str:
    if tag.closing:
        return f"</{tag.name}>"
    attributes = (f' {key}="{escape(value)}"' for key, value in tag.attributes.items())
    return f"<{tag.name}{''.join(attributes)}>"

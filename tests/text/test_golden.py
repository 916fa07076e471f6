"""Golden pairs: Markdown as people type it, and the HTML that readers must get.

Each pair in golden/ is one concern, written by hand: ``name.md`` beside ``name.html``, and
``name.breaks.md`` for texts whose newlines are line breaks. White space between blocks, the order
of attributes and the number in the ids of footnotes are left out of the comparison.
"""

import re
from pathlib import Path

import pytest

from posts.text import Linked, render
from posts.text.html.nodes import BLOCKS, Tag, read_nodes, write_nodes

GOLDEN = Path(__file__).parent / "golden"
SOURCES = sorted(GOLDEN.rglob("*.md"))
POSTS = {
    "known": Linked("/posts/known/", "知られた記事"),
    "日本語": Linked("/posts/日本語/", "日本語の題"),
}
_NOTE = re.compile(r"\b(fn|fnref\d*):(?:\d+|N)-")


def comparable(html):
    """Return the HTML with one spelling for what browsers and readers cannot tell apart."""
    nodes = read_nodes(_NOTE.sub(r"\1:N-", html.strip()))
    pre = 0
    for index, node in enumerate(nodes):
        if isinstance(node, Tag):
            node.attributes = dict(sorted(node.attributes.items()))
            pre += (-1 if node.closing else 1) * (node.name == "pre")
        elif not pre:
            nodes[index] = _trimmed(node, nodes[index - 1 : index], nodes[index + 1 : index + 2])
    return write_nodes(nodes)


def _trimmed(text, before, behind):
    if not before or _parts(before[0]):
        text = text.lstrip(" \n")
    if not behind or _parts(behind[0], breaks=False):
        text = text.rstrip(" \n")
    return text


def _parts(node, *, breaks=True):
    return isinstance(node, Tag) and (node.name in BLOCKS or (breaks and node.name == "br"))


def test_there_are_enough_pairs_and_none_is_half():
    assert len(SOURCES) >= 150
    assert {path.with_suffix(".html") for path in SOURCES} == set(GOLDEN.rglob("*.html"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(GOLDEN)))
def test_a_pair(source):
    expected = source.with_suffix(".html").read_text(encoding="utf-8")
    breaks = source.stem.endswith(".breaks")
    rendered = render(source.read_text(encoding="utf-8"), posts=POSTS, breaks=breaks)
    assert comparable(rendered.html) == comparable(expected)

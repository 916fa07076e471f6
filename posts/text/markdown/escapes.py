"""Asterisks that a writer escaped, kept apart from those that no emphasis took."""

from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from posts.text.html.leftovers import ESCAPED

_PLACEHOLDER = f"\x02{ord('*')}\x03"  # Python-Markdown's, until the text is written


class Escapes(Extension):
    """Register the marking."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Mark escaped asterisks right before Python-Markdown puts them back."""
        md.treeprocessors.register(_Marked(md), "escaped_asterisks", 1)


class _Marked(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text:
                element.text = element.text.replace(_PLACEHOLDER, ESCAPED)
            if element.tail:
                element.tail = element.tail.replace(_PLACEHOLDER, ESCAPED)

"""Footnotes: Python-Markdown's, with Japanese back-links and ids that are cheap and never clash."""

import re
from hashlib import blake2s
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.footnotes import (
    NBSP_PLACEHOLDER,
    FootnoteExtension,
    FootnoteInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor

from posts.text.budget import Budget

_BACKLINK_TITLE = "本文の注{}の位置に戻る"
# Characters of the budget for a note or a mark: an article has dozens, an attack myriads.
_COST = 2_500
# Python-Markdown's own looks from each bracket to the end of the paragraph for the other one.
_MARK = r"\[\^([^\[\]\n]{1,200})\]"

# A note on the spot (Zenn): ^[…], in which other brackets may be paired; not in code.
_ON_THE_SPOT = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|(?<!\\)\^\[(?P<note>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]",
    re.DOTALL,
)


class Footnotes(FootnoteExtension):
    """Footnotes whose ids carry a mark of the article, so that lists of articles may show them.

    The number in an id counts definitions: labels may hold anything, ids may not.
    """

    def __init__(self, source: str, budget: Budget) -> None:
        """Take the mark from the source, so that rendering it again gives the same ids."""
        self.budget = budget
        self.numbers: dict[str, int] = {}
        super().__init__(UNIQUE_IDS=True)
        self.unique_prefix = int.from_bytes(blake2s(source.encode(), digest_size=3).digest())

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        """Register marks and notes; definitions are found with the structure of the article."""
        super().extendMarkdown(md)
        md.parser.blockprocessors.deregister("footnote")
        md.inlinePatterns.register(FootnoteInlineProcessor(_MARK, self), "footnote", 175)
        md.treeprocessors.register(_InOrder(self), "footnote-duplicate", 15)

    def reset(self) -> None:
        """Start a document; keep the mark, which the base class would count up."""
        prefix = self.unique_prefix
        super().reset()
        self.unique_prefix = prefix

    def setFootnote(self, id: str, text: str) -> None:
        """Store a footnote under its label, the first that has it, and number it."""
        self.budget.spend(_COST)
        if id not in self.numbers:
            self.numbers[id] = len(self.numbers) + 1
            super().setFootnote(id, text)

    def take_notes(self, text: str) -> str:
        """Return the text with each note that was written on the spot made a mark."""
        return _ON_THE_SPOT.sub(self._take, text) if "^[" in text else text

    def _take(self, match: re.Match[str]) -> str:
        text = match["note"] or ""
        if not text.strip():
            return match[0]
        label = f"\x03{len(self.numbers) + 1}"  # which nobody can type
        self.setFootnote(label, text)
        return f"[^{label}]"

    def makeFootnoteId(self, id: str) -> str:
        """Return the id of a footnote."""
        return f"fn:{self.unique_prefix}-{self.numbers[id]}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the id of a mark in the text; the second mark of a note gets ``fnref2:…``."""
        if found:
            # Each mark is looked up among the notes, and the note gets a link back to it.
            self.budget.spend(_COST + len(self.numbers))
        return f"fnref:{self.unique_prefix}-{self.numbers[id]}"


class _InOrder(Treeprocessor):
    """Numbers the notes by their first marks in the text; those without a mark come last.

    Python-Markdown counts marks as it meets them, level by level of the tree, not down the page.
    """

    def __init__(self, notes: Footnotes) -> None:
        super().__init__(notes.md)
        self.notes = notes

    def run(self, root: Element) -> None:
        """Give marks and notes their numbers, and each note a link back to each of its marks."""
        marks: dict[str, list[Element]] = {}
        for mark in root.iter("sup"):
            if len(mark) and mark[0].get("class") == "footnote-ref":
                marks.setdefault(mark[0].get("href", "")[1:], []).append(mark)
        for notes in root.iterfind("div[@class='footnote']/ol"):
            order = {id: place for place, id in enumerate(marks)}
            notes[:] = sorted(notes, key=lambda note: order.get(note.get("id", ""), len(order)))
            for number, note in enumerate(notes, start=1):
                self._number(number, note, marks.get(note.get("id", ""), []))

    def _number(self, number: int, note: Element, marks: list[Element]) -> None:
        name = f"{self.notes.unique_prefix}-{number}"
        note.set("id", f"fn:{name}")
        backs = []
        for count, mark in enumerate(marks, start=1):
            mark.set("id", f"fnref{count if count > 1 else ''}:{name}")
            mark[0].set("href", f"#fn:{name}")
            mark[0].text = str(number)
            backs.append(_link_back(mark.get("id", ""), number))
        _replace_links_back(note, backs)


def _link_back(id: str, number: int) -> Element:
    title = _BACKLINK_TITLE.format(number)
    link = Element("a", {"class": "footnote-backref", "href": f"#{id}", "title": title})
    link.text = "↩"
    return link


def _replace_links_back(note: Element, links: list[Element]) -> None:
    """Put these links into the paragraph where Python-Markdown put one."""
    for paragraph in note.iter("p"):
        if len(paragraph) and paragraph[-1].get("class") == "footnote-backref":
            paragraph.remove(paragraph[-1])
            for link in links[:-1]:
                link.tail = "\u00a0"
            paragraph.extend(links)
            if not links:
                _trim(paragraph)
            return


def _trim(paragraph: Element) -> None:
    """Take off the space that was left for a link back."""
    if len(paragraph):
        paragraph[-1].tail = (paragraph[-1].tail or "").removesuffix(NBSP_PLACEHOLDER)
    else:
        paragraph.text = (paragraph.text or "").removesuffix(NBSP_PLACEHOLDER)

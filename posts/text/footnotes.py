"""Footnotes: Python-Markdown's, with Japanese back-links and ids that are cheap and never clash."""

from hashlib import blake2s

from markdown.extensions.footnotes import FootnoteExtension

from .budget import Budget

_OPTIONS = {
    "UNIQUE_IDS": True,
    "BACKLINK_TITLE": "本文の注{}の位置に戻る",
    "BACKLINK_TEXT": "↩",
}

# Characters of the budget for a note or a mark: an article has dozens, an attack myriads.
_COST = 2_500


class Footnotes(FootnoteExtension):
    """Footnotes whose ids carry a mark of the article, so that lists of articles may show them.

    The number in an id counts definitions: labels may hold anything, ids may not.
    """

    def __init__(self, source: str, budget: Budget) -> None:
        """Take the mark from the source, so that rendering it again gives the same ids."""
        self.budget = budget
        self.numbers: dict[str, int] = {}
        super().__init__(**_OPTIONS)
        self.unique_prefix = int.from_bytes(blake2s(source.encode(), digest_size=3).digest())

    def reset(self) -> None:
        """Start a document; keep the mark, which the base class would count up."""
        prefix = self.unique_prefix
        super().reset()
        self.unique_prefix = prefix

    def setFootnote(self, id: str, text: str) -> None:
        """Store a footnote under its label and number it."""
        self.budget.spend(_COST)
        self.numbers.setdefault(id, len(self.numbers) + 1)
        super().setFootnote(id, text)

    def makeFootnoteId(self, id: str) -> str:
        """Return the id of a footnote."""
        return f"fn:{self.unique_prefix}-{self.numbers[id]}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the id of a mark in the text; the second mark of a note gets ``fnref2:…``."""
        reference = f"fnref:{self.unique_prefix}-{self.numbers[id]}"
        if not found:
            return reference
        # Each mark is looked up among the notes, and the note gets a link back to it.
        self.budget.spend(_COST + len(self.numbers))
        count = self.found_refs[reference] = self.found_refs.get(reference, 0) + 1
        return reference if count == 1 else reference.replace("fnref", f"fnref{count}", 1)

"""A three-way merge for people: by paragraph, then by sentence; what disagrees is asked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from posts.text.budget import Budget

from .paragraphs import Paragraph, match, paragraphs, sentences
from .sequences import CELLS, align, spans, walk

_MARKS = re.compile(r"^(?:＜＜＜|＝＝＝|＞＞＞)(?: |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sentences that both sides changed, and differently; a side that deleted them has ""."""

    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged text in parts: what is settled (``str``), and what a person must decide."""

    parts: tuple[str | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a person must decide, in the order of the text."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    @property
    def clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.conflicts

    def text(self, ours: str = "あなたの原稿", theirs: str = "保存されている原稿") -> str:
        """Return the text; around each conflict both versions, of whole lines, between marks.

        Whole lines, so that taking one version and deleting the marks leaves no break inside a
        paragraph. The marks are the lines ``＜＜＜ ours``, ``＝＝＝`` and ``＞＞＞ theirs``.

        Args:
            ours: what to call our side.
            theirs: what to call the other side.
        """
        result: list[str] = []
        for left, right in self._lines():
            if left == right:
                result.append(left)
            else:
                marked = (f"＜＜＜ {ours}", left, "＝＝＝", right, f"＞＞＞ {theirs}")
                result += [line.removesuffix("\n") + "\n" for line in marked if line]
        return "".join(result)

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield the text of our side and of theirs, in pieces of whole lines."""
        sides: tuple[list[str], list[str]] = ([], [])
        for part in self.parts:
            if isinstance(part, Conflict):
                pieces = [(part.ours, part.theirs)]
            else:
                first, last = part.find("\n") + 1, part.rfind("\n") + 1
                cut = part[:first], part[first:last], part[last:]
                pieces = list(zip(cut, cut, strict=True))
            for piece in pieces:
                for side, text in zip(sides, piece, strict=True):
                    side += [text] if text else []
                if all(not side or side[-1].endswith("\n") for side in sides):
                    yield "".join(sides[0]), "".join(sides[1])
                    sides = ([], [])
        yield "".join(sides[0]), "".join(sides[1])


def has_marks(text: str) -> bool:
    """Say whether lines that ``Merged.text`` put around a conflict are still in the text."""
    return bool(_MARKS.search(text))


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Merge what two sides made of a text (Markdown, newlines as ``\\n``).

    Changes to different sentences are both taken, equal ones once. The same sentence changed
    differently is a conflict, as are texts added at the same place. A paragraph that one side
    moved is merged at its new place; moved by both to different places it is asked at both.
    """
    budget, start = Budget(CELLS), paragraphs(base)
    mine, other = _Side(start, paragraphs(ours), budget), _Side(start, paragraphs(theirs), budget)
    contested = mine.moved_sentences(other) | other.moved_sentences(mine)
    if mine.carried(other) or other.carried(mine):
        start, *sides = _follow_moves(mine, other)
        mine, other = (_Side(start, side, budget) for side in sides)
    edits = [list(side.edits(budget)) for side in (mine, other)]
    tokens, settled = sentences(start), 0
    contested |= _displaced(edits[0], tokens) & _displaced(edits[1], tokens)
    parts: list[str | Conflict] = []
    for group in _groups(*edits):
        parts += ["".join(tokens[settled : group.start]), group.resolve(tokens, contested)]
        settled = group.end
    parts.append("".join(tokens[settled:]))
    return Merged(tuple(_joined(parts)))


def _joined(parts: Iterable[str | Conflict]) -> Iterator[str | Conflict]:
    for settled, group in groupby(parts, lambda part: isinstance(part, str)):
        if settled:
            text = "".join(map(str, group))
            yield from [text] if text else []
        else:
            yield from group


class _Edit(NamedTuple):
    """What a side puts in the place of the base's sentences from ``start`` to ``end``.

    ``first`` and ``last`` are the slots that nobody else may change. Sentence k is slot 3k + 2;
    before it, 3k is where whole paragraphs can be added, and 3k + 1 where sentences can.
    """

    first: int
    last: int
    start: int
    end: int
    sentences: list[str]


class _Side:
    """What one side made of the base."""

    def __init__(self, base: list[Paragraph], texts: list[Paragraph], budget: Budget) -> None:
        self.base, self.texts = base, texts
        self.blocks, moved = match(base, texts, budget)
        self.moved = dict(moved)
        self.places = {i: block.d - 1 for block in self.blocks for i in range(block.a, block.b)}
        several = [block for block in self.blocks if block.b - block.a + block.d - block.c > 2]
        self.blended = {i for block in several for i in range(block.a, block.b)}

    def moved_sentences(self, other: "_Side") -> set[str]:
        """Return the sentences of the paragraphs that both sides moved."""
        both = self.moved.keys() & other.moved.keys()
        found = sentences(self.texts[self.moved[i]] for i in both)
        return {sentence for sentence in found if not sentence.isspace()}

    def carried(self, other: "_Side") -> set[int]:
        """Return the moves that the other side can follow: it neither moved nor split or joined."""
        return self.moved.keys() - other.moved.keys() - other.blended

    def anchors(self, wanted: Set[int], moved: Set[int]) -> dict[int, list[int]]:
        """Return behind which paragraph of the base (-1: none) the wanted ones stand here."""
        staying = {j: i for i, j in self.places.items() if i not in moved}
        arrived = {self.moved[i]: i for i in wanted}
        result: dict[int, list[int]] = {}
        last = -1
        for j in range(len(self.texts)):
            last = staying.get(j, last)
            if j in arrived:
                result.setdefault(last, []).append(arrived[j])
        return result

    def edits(self, budget: Budget) -> Iterator[_Edit]:
        """Yield what was changed, each sentence by itself where that can be told."""
        tokens, start = sentences(self.base), 0
        for (a, b, c, d), kept in walk(self.blocks, len(self.base), len(self.texts)):
            old, new = sentences(self.base[a:b]), sentences(self.texts[c:d])
            if old != new:
                pairs = align(old, new, budget) if kept else []
                for (i, j, k, m), _ in walk(spans(pairs), len(old), len(new)):
                    if old[i:j] != new[k:m]:
                        slots = _slots(tokens, start + i, start + j, new[k:m])
                        yield _Edit(*slots, start + i, start + j, new[k:m])
            start += len(old)


def _follow_moves(mine: _Side, other: _Side) -> tuple[list[Paragraph], ...]:
    """Carry out on the base and on the other side what each side moved: then nobody moved it.

    Returns:
        The base, ours and theirs.
    """
    my_moves, other_moves = mine.carried(other), other.carried(mine)
    moved = my_moves | other_moves
    from_mine, from_other = mine.anchors(my_moves, moved), other.anchors(other_moves, moved)
    together = {
        at: [i for group in sorted([from_mine.get(at, []), from_other.get(at, [])]) for i in group]
        for at in from_mine.keys() | from_other.keys()
    }
    itself = {i: i for i in range(len(mine.base))}
    return (
        _reordered(mine.base, itself, together, moved),
        _reordered(mine.texts, mine.places, from_other, moved),
        _reordered(other.texts, other.places, from_mine, moved),
    )


def _reordered(
    texts: list[Paragraph],
    places: Mapping[int, int],
    anchors: Mapping[int, Sequence[int]],
    moved: Set[int],
) -> list[Paragraph]:
    """Put paragraphs behind their anchors; the gaps stay where they are, like the last one.

    Args:
        texts: the paragraphs of the base or of a side.
        places: where the paragraphs of the base are in it.
        anchors: paragraphs of the base, by the one behind which they go. Where that one is
            missing, the nearest before it counts.
        moved: all paragraphs that somebody moved, which cannot be anchors.
    """
    behind: dict[int, list[int]] = {}
    near = -1
    for anchor in range(-1, max(anchors, default=-1) + 1):
        near = anchor if anchor in places and anchor not in moved else near
        present = [places[i] for i in anchors.get(anchor, ()) if i in places]
        behind.setdefault(places.get(near, -1), []).extend(present)
    gone = {j for group in behind.values() for j in group}
    order = list(behind.get(-1, []))
    for j in range(len(texts)):
        order += [j] if j not in gone else []
        order += behind.get(j, [])
    return [texts[j].before(here.gap) for j, here in zip(order, texts, strict=True)]


def _slots(tokens: Sequence[str], start: int, end: int, new: Sequence[str]) -> tuple[int, int]:
    gone = [token.isspace() for token in tokens[start:end]]
    come = [token.isspace() for token in new]
    whole = start == 0 or tokens[start - 1].isspace()
    whole = whole and all(kinds[-1] for kinds in (gone, come) if kinds)
    if start == end:
        return (3 * start, 3 * start) if whole else (3 * start + 1, 3 * start + 1)
    if whole:
        return 3 * start + 1, 3 * end - 1
    if len(new) <= 1 and (not any(gone) or gone == come):
        return 3 * start + 2, 3 * end - 1
    # Paragraphs grew together or apart: what the other side adds beside it has no clear place.
    return 3 * start, 3 * end + 1


def _displaced(edits: Iterable[_Edit], tokens: Sequence[str]) -> set[str]:
    """Return the sentences that one side took away and put elsewhere."""
    edits = list(edits)
    gone = {token for edit in edits for token in tokens[edit.start : edit.end]}
    return {s for edit in edits for s in edit.sentences if s in gone and not s.isspace()}


class _Group(NamedTuple):
    """Edits of both sides that touch the same slots."""

    start: int
    end: int
    ours: list[_Edit]
    theirs: list[_Edit]

    def resolve(self, tokens: Sequence[str], contested: Set[str]) -> str | Conflict:
        """Return the text if one side changed it, or both alike; else a conflict."""
        base = "".join(tokens[self.start : self.end])
        ours, theirs = (self._version(edits, tokens) for edits in (self.ours, self.theirs))
        if ours == theirs:
            return ours
        edits = [*self.ours, *self.theirs]
        if base not in (ours, theirs) or any(not contested.isdisjoint(e.sentences) for e in edits):
            return Conflict(base, ours, theirs)
        return theirs if ours == base else ours

    def _version(self, edits: Iterable[_Edit], tokens: Sequence[str]) -> str:
        parts, position = [], self.start
        for edit in edits:
            parts += [*tokens[position : edit.start], *edit.sentences]
            position = edit.end
        return "".join([*parts, *tokens[position : self.end]])


def _groups(ours: Sequence[_Edit], theirs: Sequence[_Edit]) -> Iterator[_Group]:
    tagged = [(edit, 0) for edit in ours] + [(edit, 1) for edit in theirs]
    tagged.sort(key=lambda one: one[0].first)
    group: list[tuple[_Edit, int]] = []
    last = -1
    for edit, side in tagged:
        if group and edit.first > last:
            yield _group(group)
            group = []
        group.append((edit, side))
        last = max(last, edit.last)
    if group:
        yield _group(group)


def _group(tagged: Sequence[tuple[_Edit, int]]) -> _Group:
    in_order = sorted(tagged, key=lambda one: (one[0].start, one[0].end))
    ours, theirs = ([edit for edit, who in in_order if who == side] for side in (0, 1))
    return _Group(in_order[0][0].start, max(edit.end for edit, _ in tagged), ours, theirs)

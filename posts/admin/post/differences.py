"""Two manuscripts beside each other, every field of them, for people."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from posts import text
from posts.models import (
    TEXTS,
    Author,
    Byline,
    Category,
    Manuscript,
    Media,
    Relations,
    Series,
    Tag,
)
from posts.templatetags.desk import moment

LABELS = {
    "title": "題",
    "deck": "リード",
    "body": "本文",
    "breaks": "改行",
    "excerpt": "要約",
    "category": "カテゴリー",
    "tags": "タグ",
    "series": "連載",
    "bylines": "署名",
    "cover": "表紙の画像",
    "slug": "スラッグ",
    "reading_minutes": "読了時間",
    "original_date": "もとの公開日時",
    "front_matter": "そのほかの項目",
}
PARTS = dict(Byline.Part.choices)


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a field: `changes` are those of `posts.text.diff`, equal ones folded."""

    name: str
    changes: tuple[text.Change | text.Fold, ...]

    @property
    def label(self) -> str:
        """What the form calls the field."""
        return LABELS[self.name]

    @property
    def is_text(self) -> bool:
        """Whether the runs are passages; else they are names beside each other."""
        return self.name in TEXTS

    @property
    def added(self) -> int:
        """How many characters came."""
        return self._count("added")

    @property
    def removed(self) -> int:
        """How many characters went."""
        return self._count("removed")

    @property
    def moved(self) -> int:
        """How many paragraphs moved."""
        return sum(change.kind == "moved_to" for change in self.changes)

    def _count(self, kind: str) -> int:
        changes = [c for c in self.changes if isinstance(c, text.Change) and c.kind != "moved_from"]
        runs = (run for change in changes for run in change.runs if run.kind == kind)
        return sum(text.count_characters(run.text) for run in runs)


class Names:
    """What the values of manuscripts are called; every row is read once."""

    def __init__(self) -> None:
        self.relations = Relations()

    def pair(self, old: Manuscript, new: Manuscript, name: str) -> tuple[list[str], list[str]]:
        """Return what both say in a field: the same words only where both mean the same.

        Of all that has a name, only pictures may share one.
        """
        items, others = self.items(old, name), self.items(new, name)
        if name == "cover" and items == others:
            one, other = (self.relations.one(Media, side.cover) for side in (old, new))
            if one != other:
                return [told(one)], [told(other)]
        return items, others

    def items(self, manuscript: Manuscript, name: str) -> list[str]:
        """Return what `manuscript` says in a field that is no text, one string for each thing."""
        value = getattr(manuscript, name)
        match name:
            case "tags":
                tags = self.relations.find(Tag, value).values()
                return list(dict.fromkeys(tag.name for tag in tags))
            case "bylines":
                authors = self.relations.find(Author, [author for author, _ in value])
                signed = [(authors[pk].name, role) for pk, role in value if pk in authors]
                return [
                    f"{name}（{PARTS.get(role, role)}）" if role else name
                    for name, role in dict.fromkeys(signed)
                ]
            case "category" | "cover" | "series":
                model: Any = {"category": Category, "cover": Media, "series": Series}[name]
                row = self.relations.one(model, value)
                part = manuscript.series_part if name == "series" else None
                return [f"{row}（第{part}回）" if part else str(row)] if row else []
            case "breaks":
                return ["改行をそのまま表示する" if value else "改行をつなげて表示する"]
            case "reading_minutes":
                return [f"{value}分"] if value is not None else []
            case "original_date":
                return [moment(value)] if value else []
            case "front_matter":
                shown = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
                return [shown] if value else []
        return [value] if value else []


def told(media: Media) -> str:
    """Return a picture as no other is called."""
    size, when = f"{media.width}×{media.height}", moment(media.uploaded_at)
    return f"{media}（{size}、{when}に登録、画像{media.pk}）"


def differences(old: Manuscript, new: Manuscript, names: Names | None = None) -> list[Difference]:
    """Return what differs between two manuscripts, in the order of the form.

    Values are compared as people see them: a tag that was merged into another is that one.
    """
    names = names or Names()
    found = []
    for name in LABELS:
        if name in TEXTS:
            one, other = getattr(old, name), getattr(new, name)
            if one != other:
                changes = map(trimmed, text.diff(one, other))
                found.append(Difference(name, text.fold_equal(changes)))
        else:
            items, others = names.pair(old, new, name)
            if items != others:
                found.append(Difference(name, (_listed(items, others),)))
    return found


def trimmed(change: text.Change) -> text.Change:
    """Return `change` without the blank lines behind its last words, which a page sets as space."""
    *others, last = change.runs
    if last.text.isspace():
        runs = others if last.kind == "equal" and others else change.runs
    else:
        runs = [*others, replace(last, text=last.text.rstrip("\n"))]
    return replace(change, runs=tuple(runs))


def _listed(old: Sequence[str], new: Sequence[str]) -> text.Change:
    """Return one change, a run for each name."""
    return text.Change("changed", tuple(_runs(old, new)))


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[text.Run]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from (text.Run("equal", item) for item in old[a:b])
        else:
            yield from (text.Run("removed", item) for item in old[a:b])
            yield from (text.Run("added", item) for item in new[c:d])

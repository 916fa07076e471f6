"""Two people saved one manuscript: what both made of it, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from posts import text
from posts.models.manuscript import TEXTS, Manuscript

NEAR = 60  # characters that are shown before and behind a passage


@dataclass(frozen=True, slots=True)
class Question:
    """What both changed, and differently: `key` is its name in a form.

    The sides are passages where `field` is a text, with what is settled `before` and `after`;
    else they are values of the manuscript.
    """

    key: str
    field: str
    base: Any
    theirs: Any
    ours: Any
    before: str = ""
    after: str = ""

    @property
    def is_text(self) -> bool:
        """Whether it is a passage; a passage can also be taken from both sides."""
        return self.field in TEXTS

    def answer(self, choice: str | None) -> Any:
        """Return what a person chose; whoever chose nothing keeps what is stored."""
        if choice == "both" and self.is_text:
            return self.theirs + self.ours
        return self.ours if choice == "ours" else self.theirs


@dataclass(frozen=True)
class Merging:
    """A merge of two manuscripts that began from `base`: `theirs` is stored, `ours` came later.

    What only one side changed is settled. `questions` are the rest.
    """

    base: Manuscript
    theirs: Manuscript
    ours: Manuscript

    @cached_property
    def texts(self) -> dict[str, text.Merged]:
        """The fields that are texts, in parts."""
        sides = (self.base, self.ours, self.theirs)
        return {name: text.merge(*(getattr(side, name) for side in sides)) for name in TEXTS}

    @cached_property
    def questions(self) -> list[Question]:
        """What a person has to decide, in the order of the form."""
        found = [one for name, merged in self.texts.items() for one in _passages(name, merged)]
        for name in VALUES:
            base, theirs, ours = (_value(side, name) for side in self._sides)
            if name != "tags" and theirs != ours and base not in (theirs, ours):
                found.append(Question(name, name, base, theirs, ours))
        return found

    @property
    def clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.questions

    def answered(self, choices: Mapping[str, str]) -> Manuscript:
        """Return the merged manuscript, each question answered with what `choices` say."""
        answers = {one.key: one.answer(choices.get(one.key)) for one in self.questions}
        settled: dict[str, Any] = {}
        for name, merged in self.texts.items():
            keys = iter(range(len(merged.parts)))
            settled[name] = "".join(
                part if isinstance(part, str) else answers[f"{name}.{next(keys)}"]
                for part in merged.parts
            )
        for name in VALUES:
            value = answers[name] if name in answers else self._settled(name)
            settled |= dict(zip(VALUES[name], value, strict=True))
        return replace(self.theirs, **settled)

    @property
    def _sides(self) -> tuple[Manuscript, Manuscript, Manuscript]:
        return self.base, self.theirs, self.ours

    def _settled(self, name: str) -> tuple[Any, ...]:
        base, theirs, ours = (_value(side, name) for side in self._sides)
        if name == "tags":
            return (_tags(base[0], theirs[0], ours[0]),)
        return theirs if ours == base else ours


def _passages(name: str, merged: text.Merged) -> Iterator[Question]:
    parts = ("", *merged.parts, "")
    places = [place for place, part in enumerate(parts) if isinstance(part, text.Conflict)]
    for number, place in enumerate(places):
        one: Any = parts[place]
        before, after = (part if isinstance(part, str) else "" for part in _around(parts, place))
        yield Question(
            f"{name}.{number}", name, one.base, one.theirs, one.ours, before[-NEAR:], after[:NEAR]
        )


def _around[T](parts: Sequence[T], place: int) -> tuple[T, T]:
    return parts[place - 1], parts[place + 1]


# What is chosen as a whole, with the fields that belong together.
VALUES: dict[str, tuple[str, ...]] = {
    "breaks": ("breaks",),
    "bylines": ("bylines",),
    "category": ("category",),
    "tags": ("tags",),
    "series": ("series", "series_part"),
    "cover": ("cover",),
    "slug": ("slug",),
    "reading_minutes": ("reading_minutes",),
}


def _value(manuscript: Manuscript, name: str) -> tuple[Any, ...]:
    return tuple(getattr(manuscript, field) for field in VALUES[name])


def _tags(base: tuple[int, ...], theirs: tuple[int, ...], ours: tuple[int, ...]) -> tuple[int, ...]:
    """Return their tags, without those that we took away, and with those that we added."""
    gone = set(base) - set(ours)
    come = [tag for tag in ours if tag not in base]
    return tuple(dict.fromkeys([*(tag for tag in theirs if tag not in gone), *come]))

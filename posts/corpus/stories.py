"""What happens to the manuscript number so-and-so: when it is begun, published, changed, ended.

A story follows from its number alone, never from how many there will be or from a clock: a larger
corpus begins with the smaller one. All dates lie before NEWEST, but those of schedules: they lie
so far ahead that they stay schedules.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from random import Random

from posts import text
from posts.corpus import words
from posts.corpus.prose import (
    FEWEST_SECTIONS,
    SEED,
    TEXTS,
    Part,
    Voice,
    joined,
    opening,
    section,
    sections,
    seeded,
)
from posts.corpus.words import THEMES
from posts.models import JST, Change, Post

NEWEST = datetime(2026, 3, 31, 21, 0, tzinfo=JST)
PLANNED = NEWEST.replace(year=2046)
YEARS = 15

# Each change is to a section of its own: no text has fewer.
MOST_CHANGES = FEWEST_SECTIONS
# A link leads to an article of an earlier group: a group is written at once.
GROUP = 20


class Fate(StrEnum):
    """How far a manuscript has come."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    READY = "approved, not published"
    SCHEDULED = "waits for its time"
    LIVE = "public as it was first published"
    UPDATED = "public, changed since"
    CORRECTED = "public, corrected since"
    CHANGING = "public, a change waits for its time"
    REWRITTEN = "public, a newer version is in review"
    WITHDRAWN = "no longer public"
    ARCHIVED = "no longer public and put away"


SHARES = {
    Fate.LIVE: 34,
    Fate.UPDATED: 8,
    Fate.CORRECTED: 4,
    Fate.WITHDRAWN: 3,
    Fate.DRAFT: 3,
    Fate.IN_REVIEW: 2,
    Fate.REWRITTEN: 2,
    Fate.READY: 1,
    Fate.SCHEDULED: 1,
    Fate.CHANGING: 1,
    Fate.ARCHIVED: 1,
}
# Any sixty in a row hold all fates in these shares; 37 has no factor in common with 60.
FATES = [fate for fate, share in SHARES.items() for _ in range(share)]
STRIDE = 37

UNPUBLISHED = {Fate.DRAFT, Fate.IN_REVIEW, Fate.READY}
ENDED = {Fate.WITHDRAWN, Fate.ARCHIVED}

# Of fifty in a row the first six are parts of one series; one in 250 is a static page.
SERIES_EVERY, SERIES_PARTS = 50, 6
PAGE_EVERY, PAGE_PLACE = 250, 48


@dataclass(frozen=True, slots=True)
class Stage:
    """A publication: its interval, and what readers are told."""

    start: datetime
    end: datetime | None = None
    change: Change = Change.UPDATE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A manuscript from its first line on.

    `due` is when it was first published, or shall be; `saves` counts its revisions.
    """

    number: int
    fate: Fate
    title: str
    deck: str
    excerpt: str
    begun: datetime
    due: datetime
    stages: tuple[Stage, ...]
    saves: int
    series: int | None  # which one, counted from 0

    @property
    def uid(self) -> uuid.UUID:
        """The identifier of its post."""
        return uid(self.number)

    @property
    def is_page(self) -> bool:
        """Whether it is a static page."""
        return self.number % PAGE_EVERY == PAGE_PLACE

    @property
    def kind(self) -> str:
        """The kind of its post."""
        return Post.Kind.PAGE if self.is_page else Post.Kind.ARTICLE

    @property
    def waits(self) -> bool:
        """Whether an edition of it waits for its time."""
        return any(stage.start > NEWEST for stage in self.stages)

    @property
    def theme(self) -> int:
        """The place of its theme in THEMES; the parts of a series have one theme."""
        return theme_of(self.number)

    @property
    def base(self) -> int:
        """The text that its own begins with."""
        return (self.number // len(THEMES) * len(THEMES) + self.theme) % texts_at(self.number)

    @property
    def slug(self) -> str:
        """Its slug for ever."""
        return f"{THEMES[self.theme].slug}-{self.number}"

    @property
    def part(self) -> int | None:
        """Which part of its series it is."""
        return None if self.series is None else self.number % SERIES_EVERY + 1

    @property
    def planned_on(self) -> date | None:
        """The planned day of what is not published yet."""
        return self.due.astimezone(JST).date() if self.fate in UNPUBLISHED else None

    def linked_at(self, at: datetime) -> text.Linked | None:
        """Return what a link to it leads to at `at`; None where it was not public."""
        if self.is_page or not any(
            one.start <= at and (one.end is None or at < one.end) for one in self.stages
        ):
            return None
        return text.Linked(f"/posts/{self.slug}/", self.title)


def uid(number: int) -> uuid.UUID:
    """Return the identifier of the post of story `number`."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.com/{SEED}/{number}")


def texts_at(number: int) -> int:
    """Return from how many texts story `number` takes its own; equally many are on each theme.

    A small corpus is made of few, because each has to be rendered.
    """
    wanted = min(max(80, number // 4), TEXTS)
    return wanted // len(THEMES) * len(THEMES)


def series_of(number: int) -> int | None:
    """Return which series story `number` is a part of."""
    return number // SERIES_EVERY if number % SERIES_EVERY < SERIES_PARTS else None


def theme_of(number: int) -> int:
    """Return the place in THEMES of what story `number` is about."""
    series = series_of(number)
    return (number if series is None else series) % len(THEMES)


@lru_cache(maxsize=4 * GROUP)
def story(number: int) -> Story:
    """Return story `number`."""
    dice = seeded("story", number)
    is_page = number % PAGE_EVERY == PAGE_PLACE
    fate = Fate.LIVE if is_page else FATES[number * STRIDE % len(FATES)]
    voice = Voice(THEMES[theme_of(number)], dice)
    due = _due(number, fate, dice)
    stages = _stages(fate, due, voice)
    return Story(
        number=number,
        fate=fate,
        title=voice.fill(dice.choice(words.PAGES if is_page else words.TITLES)),
        deck=voice.fill(dice.choice(words.DECKS)) if dice.random() < 0.6 else "",
        excerpt=voice.fill(dice.choice(words.EXCERPTS)) if dice.random() < 0.2 else "",
        begun=min(due, NEWEST) - timedelta(hours=dice.randint(30, 900)),
        due=due,
        stages=stages,
        # Ten on average: most have some, few have very many.
        saves=max(1 + int(dice.expovariate(1 / 9.5)), len(stages) + 1),
        series=series_of(number),
    )


def _due(number: int, fate: Fate, dice: Random) -> datetime:
    """Return when a manuscript is first published, or shall be."""
    if fate in UNPUBLISHED or fate == Fate.SCHEDULED:
        soon = timedelta(days=dice.randint(1, 60), hours=dice.randint(-12, 0))
        return soon + (PLANNED if fate == Fate.SCHEDULED else NEWEST)
    if (series := series_of(number)) is not None:  # a part a week
        begins = seeded("series", series)
        weeks = SERIES_PARTS - number % SERIES_EVERY
        return _day(begins) - timedelta(weeks=weeks)
    return _day(dice)


def _day(dice: Random) -> datetime:
    """Return a day of the YEARS; as many are published each month, but growing to thrice as many.

    The share of a moment falls straight from 1.5 (today) to 0.5, and this turns its sum around.
    """
    share = 1.5 - (2.25 - 2 * dice.random()) ** 0.5
    ago = timedelta(days=1 + int(YEARS * 365 * share))
    morning = time(6 + int(12 * dice.random()), dice.randrange(60), tzinfo=JST)
    return datetime.combine((NEWEST - ago).date(), morning)


def _stages(fate: Fate, due: datetime, voice: Voice) -> tuple[Stage, ...]:
    """Return the publications: each closes the one before it exactly."""
    dice = voice.dice
    if fate in UNPUBLISHED:
        return ()
    changes: list[Stage] = []
    if fate == Fate.UPDATED:
        moments = sorted({_between(due, dice) for _ in range(dice.randint(1, MOST_CHANGES))})
        kinds = (Change.UPDATE, Change.ADDITION, Change.MINOR)
        changes = [_change(dice.choice(kinds), moment, voice) for moment in moments]
    elif fate == Fate.CORRECTED:
        changes = [_change(Change.CORRECTION, _between(due, dice), voice)]
    elif fate == Fate.CHANGING:
        changes = [_change(Change.UPDATE, PLANNED + timedelta(days=dice.randint(1, 60)), voice)]
    stages = [Stage(due), *changes]
    ends: list[datetime | None] = [one.start for one in changes]
    ends.append(_between(due, dice) if fate in ENDED else None)
    return tuple(replace(one, end=end) for one, end in zip(stages, ends, strict=True))


def _between(due: datetime, dice: Random) -> datetime:
    """Return a whole minute between the first publication and NEWEST, sooner rather than later."""
    minutes = int((NEWEST - due) / timedelta(minutes=1))
    return due + timedelta(minutes=1 + int((minutes - 2) * dice.random() ** 2))


NOTES = {Change.CORRECTION: words.CORRECTIONS, Change.ADDITION: words.ADDITIONS}


def _change(change: Change, start: datetime, voice: Voice) -> Stage:
    notes = NOTES.get(change)
    return Stage(start, None, change, voice.fill(voice.dice.choice(notes)) if notes else "")


class Body:
    """The text of a story, as it was first published and after each change."""

    def __init__(self, told: Story) -> None:
        self.story = told
        dice = seeded("body", told.number)
        self.opening = opening(told.base)
        self.places = self._places(told.base, dice)
        self.related = self._related(dice)

    def _places(self, first: int, dice: Random) -> list[tuple[int, int]]:
        """Return sections of texts on the theme whose headings all differ, one more than needed."""
        wanted, used = sections(first) + 1, self.opening.ids
        texts = texts_at(self.story.number) // len(THEMES)
        found: list[tuple[int, int]] = []
        while len(found) < wanted:
            number = first % len(THEMES) + len(THEMES) * dice.randrange(texts)
            place = number, dice.randrange(sections(number))
            ids = section(*place).ids
            if ids.isdisjoint(used):
                found.append(place)
                used |= ids
        return found

    def _related(self, dice: Random) -> Story | None:
        """Return the story that this one links to; one in five does."""
        earlier = self.story.number // GROUP * GROUP
        wanted = dice.random() < 0.2 and not self.story.is_page
        return story(dice.randrange(earlier)) if earlier and wanted else None

    def posts(self, at: datetime) -> dict[str, text.Linked]:
        """Return where the links of the body lead at `at`."""
        linked = self.related and self.related.linked_at(at)
        return {self.related.slug: linked} if self.related and linked else {}

    def source(self, stage: int = 0) -> str:
        """Return the text after `stage` changes as it is typed."""
        typed = [part.source for part in self._parts(stage)]
        return "\n\n".join([*typed, self.see_also] if self.related else typed)

    def at(self, stage: int, at: datetime) -> Part:
        """Return the text after `stage` changes, its links as they lead at `at`."""
        parts = self._parts(stage)
        if self.related:
            linked = text.render(self.see_also, posts=self.posts(at))
            parts.append(Part(self.see_also, linked))
        return joined(parts)

    @property
    def see_also(self) -> str:
        """The line that leads to the related story."""
        related = self.related
        return f"あわせて読む：[{related.title}](post:{related.slug})" if related else ""

    def _parts(self, stage: int) -> list[Part]:
        """Return the opening and the sections after `stage` changes.

        The first change corrects a sentence of the first section, the second one of the next…;
        what was added stands at the end.
        """
        *kept, last = self.places
        changes = self.story.stages[1 : stage + 1]
        parts = [self.opening]
        parts += [
            section(*place, corrected=index < len(changes)) for index, place in enumerate(kept)
        ]
        if any(one.change == Change.ADDITION for one in changes):
            parts.append(section(*last))
        return parts

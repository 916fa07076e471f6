"""Fixing: an urgent correction of what readers see, while something else is under way.

The correction begins from the live edition. The manuscript takes it in, and so does an edition
that waits for its time, unless that is withdrawn: nothing undoes the correction unasked, and the
correction undoes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from posts.models.compose import Ready, Said, compose, resolve
from posts.models.edition import Change, Edition
from posts.models.manuscript import Manuscript
from posts.models.merging import Merging, Question
from posts.models.moves import Refused
from posts.models.publishing import Publishing
from posts.models.revision import Revision
from posts.models.timeline import Span, Timeline


class Way(StrEnum):
    """What becomes of an edition that waits for its time."""

    MERGE = "merge"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person who corrects had before them: three versions, 0 for none."""

    live: int = 0
    head: int = 0
    waiting: int = 0

    @classmethod
    def of(cls, timeline: Timeline) -> "Seen":
        """Return what stands there now."""
        numbers = [one.version if one else 0 for one in (timeline.live, timeline.waiting)]
        return cls(numbers[0], timeline.post.version, numbers[1])


@dataclass(frozen=True, slots=True)
class Decided:
    """How a person wants it: the way, and an answer to each question of the merges."""

    way: Way = Way.MERGE
    manuscript: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, str] = field(default_factory=dict)

    def answers(self, whose: str) -> Mapping[str, str]:
        """Return the answers to the questions of the "manuscript", or of the "waiting" edition."""
        return self.manuscript if whose == "manuscript" else self.waiting


@dataclass(frozen=True)
class Fix:
    """What a corrected text makes of all that readers do not see yet."""

    live: Edition
    head: Revision
    waiting: Edition | None
    fixed: Manuscript

    @classmethod
    def of(cls, timeline: Timeline, fixed: Manuscript | None = None) -> "Fix":
        """Return what `fixed` makes of the rest. Raises Refused when there is nothing to fix.

        A correction begins, without `fixed`, with the text that readers see.
        """
        timeline.require("fix")
        live, waiting = timeline.live, timeline.waiting
        assert live  # or it was refused
        return cls(live, timeline.post.head, waiting, fixed or _current(live.revision, live))

    @cached_property
    def base(self) -> Manuscript:
        """The text that readers see."""
        return _current(self.live.revision, self.live)

    @cached_property
    def manuscript(self) -> Merging:
        """The merge into the manuscript."""
        return Merging(self.base, _current(self.head, self.live), self.fixed)

    @cached_property
    def planned(self) -> Merging | None:
        """The merge into what waits; None where nothing does, or where it is the manuscript."""
        if self.waiting is None or self.waiting.version == self.head.number:
            return None
        return Merging(self.base, _current(self.waiting.revision, self.live), self.fixed)

    def questions(self, way: Way) -> list[tuple[str, Question]]:
        """Return what has to be decided when `way` is taken, each with whose question it is."""
        found = [("manuscript", one) for one in self.manuscript.questions]
        if self.planned and way == Way.MERGE:
            found += [("waiting", one) for one in self.planned.questions]
        return found

    def require(self, decided: Decided) -> None:
        """Raise Refused when nothing was corrected, or while a question is open."""
        if self.fixed == self.base:
            raise Refused("公開中の版と同じ文章です。直してから公開してください。")
        for whose, question in self.questions(decided.way):
            if question.key not in decided.answers(whose):
                raise Refused(
                    "訂正と食い違うところが残っています。一つずつ、どちらにするかを選んでください。"
                )


def _current(revision: Revision, live: Edition) -> Manuscript:
    """Return the content of `revision` as it may be saved now, with the address it stands at."""
    content = resolve(revision.manuscript)
    return replace(content, slug=content.slug or live.slug)


class Fixing(Publishing):
    """The verb that corrects what is live beside a manuscript that has gone on."""

    class Meta:
        abstract = True

    def fix(
        self,
        manuscript: Manuscript,
        by: Any,
        *,
        seen: Seen,
        decided: Decided = Decided(),
        kind: str = Change.CORRECTION,
        note: str = "",
        override: str = "",
        ready: Ready | None = None,
        now: datetime | None = None,
    ) -> Edition:
        """Publish `manuscript` in the place of the live edition, and merge it into the rest.

        `seen` are the versions it was decided from. The edition that waits is made anew with the
        correction in it, for the same times, or withdrawn. Raises Refused when something moved
        since, when nothing was corrected, while a question of the merges is open, and like
        `publish`.
        """
        with self._moving("fix", by, now) as now:
            timeline = self.timeline(now)
            fix = Fix.of(timeline, manuscript.cleaned())
            if seen != Seen.of(timeline):
                raise Refused(
                    "読んでいるあいだに、公開中の版か原稿か予定が変わりました。"
                    "はじめから開き直してください。"
                )
            fix.require(decided)
            revision = self._save_fix(fix, decided, by, now)
            planned = self._save_planned(fix, decided, by, now)
            if fix.waiting:
                timeline.cancel_next()
                timeline = self.timeline(now)  # the live edition has its end back
            span, said = timeline.opening(None, None), Said(Change(kind), note)
            composed = compose(self.itself, fix.fixed, span, said, timeline, ready)
            overridden = self._check(revision, composed, by, override)
            edition = self._open(composed, revision, timeline)
            self._note_ready(revision)
            if fix.waiting and planned:
                overridden |= self._open_again(fix.waiting, planned, span, by, override)
            detail = {"from": span.start, "until": span.end, "kind": kind, "base": seen.live}
            detail["manuscript"] = self.version
            detail |= _told(fix, decided, planned) | overridden
            self._log("fix", by, now, revision.number, detail, note)
        return edition

    def _save_fix(self, fix: Fix, decided: Decided, by: Any, now: datetime) -> Revision:
        """Keep the correction as a revision, and what it makes of the manuscript."""
        merged = fix.manuscript.answered(decided.manuscript)
        why, note = Revision.Why.EDIT, f"公開中の第{fix.live.version}版を直した"
        if merged == fix.fixed:
            return self._save_revision(merged, by, why, note, now)
        number = self._next_number()
        fixed = self._record(fix.fixed, number, fix.live.version, by, why, note, now)
        if merged != fix.manuscript.theirs:
            self._save_revision(merged, by, why, f"第{number}版の訂正を入れた", now)
            self._fall_back(by)
        return fixed

    def _save_planned(self, fix: Fix, decided: Decided, by: Any, now: datetime) -> Revision | None:
        """Return the revision that will wait instead of the one that waits; None: none will."""
        if fix.waiting is None or decided.way == Way.WITHDRAW:
            return None
        if fix.planned is None:
            return self.head
        content = fix.planned.answered(decided.waiting)
        if content == fix.planned.theirs:
            return fix.waiting.revision
        number, base = self._next_number(), fix.waiting.version
        note = f"公開予定の第{base}版に訂正を入れた"
        return self._record(content, number, base, by, Revision.Why.EDIT, note, now)

    def _open_again(
        self, waiting: Edition, revision: Revision, live: Span, by: Any, override: str
    ) -> dict[str, Any]:
        """Let `revision` wait for the times of `waiting`, which was taken back."""
        timeline = self.timeline(live.start)
        span = Span(waiting.visible_from, waiting.visible_until)
        said = Said(Change(waiting.change), waiting.note)
        composed = compose(self.itself, revision.manuscript, span, said, timeline)
        overridden = self._check(revision, composed, by, override)
        self._open(composed, revision, timeline)
        return overridden


def _told(fix: Fix, decided: Decided, planned: Revision | None) -> dict[str, Any]:
    """Return what the log keeps of how a correction was merged."""
    told: dict[str, Any] = {}
    asked = fix.questions(decided.way)
    if asked:
        told["answers"] = [[whose, q.key, decided.answers(whose)[q.key]] for whose, q in asked]
    if fix.waiting:
        told["way"] = decided.way
        told["planned"] = {
            "from": fix.waiting.visible_from,
            "until": fix.waiting.visible_until,
            "version": planned.number if planned else None,
        }
    return told

"""From stories to rows: posts with their revisions, editions, slugs, signatures and log."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from posts.corpus import words
from posts.corpus.prose import Part, seeded
from posts.corpus.shelves import Shelves, authors_at, rank, tags_at
from posts.corpus.stories import ENDED, NEWEST, Body, Fate, Story, story
from posts.models import Body as Rendered
from posts.models import (
    Byline,
    Composed,
    Delivery,
    Edition,
    EditionByline,
    EditionLink,
    EditionTag,
    Event,
    Manuscript,
    Post,
    Ready,
    Relations,
    Revision,
    Said,
    Slug,
    Span,
    Status,
    Tagging,
    Timeline,
    TitlePair,
    compose,
)

# A version is saved half a minute before it is published.
BEFORE = timedelta(seconds=30)

STATUS = {
    Fate.DRAFT: Status.DRAFT,
    Fate.IN_REVIEW: Status.IN_REVIEW,
    Fate.REWRITTEN: Status.IN_REVIEW,
}


@dataclass(slots=True)
class Rows:
    """The rows of some posts, none of them stored yet."""

    posts: list[Post] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    timelines: list[list[Composed]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def insert(self) -> None:
        """Store them, a table at a time; what refers to a row comes behind it."""
        Post.objects.bulk_create(self.posts)
        TitlePair.index(self.posts)
        Revision.objects.bulk_create(self.revisions)
        for editions in zip_longest(*self.timelines):  # an edition names the one before it
            Edition.objects.bulk_create(one.edition for one in editions if one)
        composed = [one for timeline in self.timelines for one in timeline]
        for one in composed:
            for row in (*one.bylines, *one.tags):
                row.copy_interval(one.edition)
                row.retired = one.edition.retired
        EditionByline.objects.bulk_create(row for one in composed for row in one.bylines)
        EditionTag.objects.bulk_create(row for one in composed for row in one.tags)
        EditionLink.objects.bulk_create(
            EditionLink(edition=one.edition, slug=slug) for one in composed for slug in one.links
        )
        Event.objects.bulk_create(self.events)


class Writer:
    """Writes stories into rows; what they are filed under is read once."""

    def __init__(self) -> None:
        self.shelves = Shelves()
        self.relations = Relations()

    def write(self, numbers: range) -> None:
        """Store the posts of the stories `numbers`."""
        self.shelves.fill(numbers.stop)
        rows, filed = Rows(), []
        for number in numbers:
            told = Telling(story(number), self)
            told.into(rows)
            filed.append(told)
        rows.insert()
        Slug.objects.bulk_create(Slug(path=one.story.slug, post=one.post) for one in filed)
        Byline.objects.bulk_create(row for one in filed for row in one.bylines())
        Tagging.objects.bulk_create(row for one in filed for row in one.taggings())
        for one in filed:
            if one.story.waits:
                Delivery.objects.follow(one.post, NEWEST)


class Telling:
    """One story, told in rows from its first line on."""

    def __init__(self, told: Story, writer: Writer) -> None:
        self.story = told
        self.writer = writer
        self.body = Body(told)
        self.post = Post(uid=told.uid, kind=told.kind, planned_on=told.planned_on)
        self.filed = self._file()
        self.by = self._by()
        self.revisions: list[Revision] = []
        self.events: list[Event] = []

    def into(self, rows: Rows) -> None:
        """Add the rows of the story to `rows`."""
        rows.posts.append(self.post)
        drafts = self._draft()
        timeline = self._publish(drafts)
        self._finish()
        self._sum_up()
        rows.revisions += self.revisions
        rows.timelines.append(timeline)
        rows.events += self.events

    def bylines(self) -> list[Byline]:
        """Return the signatures of the manuscript."""
        return [
            Byline(post=self.post, author_id=author, role=role, position=position)
            for position, (author, role) in enumerate(self.filed.bylines)
        ]

    def taggings(self) -> list[Tagging]:
        """Return the tags of the manuscript."""
        return [Tagging(content_object=self.post, tag_id=tag) for tag in self.filed.tags]

    def _file(self) -> Manuscript:
        """Return all of the manuscript that is not its text."""
        story, shelves = self.story, self.writer.shelves
        dice = seeded("files", story.number)
        authors, tags = authors_at(story.number), tags_at(story.number)
        signed = dict.fromkeys(rank(dice, authors) for _ in range(dice.choice((1, 1, 1, 2))))
        tagged = dict.fromkeys(rank(dice, tags) for _ in range(dice.randint(1, 5)))
        roles = ("", dice.choice(Byline.Part.values))
        return Manuscript(
            title=story.title,
            slug=story.slug,
            deck=story.deck,
            excerpt=story.excerpt,
            category=shelves.categories[story.theme],
            series=None if story.series is None else shelves.series[story.series],
            series_part=story.part,
            bylines=tuple(
                (shelves.authors[author], role) for author, role in zip(signed, roles, strict=False)
            ),
            tags=tuple(shelves.tags[tag] for tag in tagged),
        )

    def _by(self) -> Any:
        """Return who writes it: the writer what the writer signs, the editor the rest."""
        shelves = self.writer.shelves
        own = shelves.authors[0] in {author for author, _ in self.filed.bylines}
        return shelves.writer if own else shelves.editor

    # Before it is published

    def _draft(self) -> int:
        """Save it until it can be read, hand it in as it deserves, and return the number."""
        fate, begun = self.story.fate, self.story.begun
        last = min(self.story.due, NEWEST)
        drafts = self.story.saves - len(self.story.stages[1:]) - (fate == Fate.REWRITTEN)
        step = (last - begun) / (drafts + 1)
        whole = self.body.source()
        for draft in range(1, drafts):
            self._save(self._unfinished(whole, draft, drafts), begun + step * draft)
            if draft == drafts // 2 and self.story.number % 3 == 0:
                self._send_back(begun + step * draft, step)
        at = begun + step * drafts
        if fate == Fate.DRAFT:
            self._save(self._unfinished(whole, drafts, drafts + 1), at)
            return drafts
        self._save(replace(self.filed, body=whole), at)
        self._log("submit", self.by, at + step / 3)
        if fate != Fate.IN_REVIEW:
            self._log("approve", self.writer.shelves.editor, at + step / 2)
        return drafts

    def _unfinished(self, whole: str, draft: int, drafts: int) -> Manuscript:
        """Return the manuscript as far as it had come in one of its drafts."""
        blocks = whole.split("\n\n")
        there = blocks[: max(1, len(blocks) * draft // drafts)]
        body = "\n\n".join([*there, f"（第{draft}稿。ここから続きを書く。）"])
        deck = self.filed.deck if draft * 2 > drafts else ""
        return replace(self.filed, body=body, deck=deck, excerpt="")

    def _send_back(self, at: datetime, step: timedelta) -> None:
        note = words.REVIEWS[self.story.number // 3 % len(words.REVIEWS)]
        self._log("submit", self.by, at + step / 3)
        self._log("return_", self.writer.shelves.editor, at + step / 2, note=note)

    # To the readers

    def _publish(self, drafts: int) -> list[Composed]:
        """Return its editions; those behind the first are of versions saved for them."""
        timeline = Timeline(Post(), NEWEST)  # of no post that is stored: it reads nothing
        made = []
        for place, stage in enumerate(self.story.stages):
            body, now = self.body.at(place, stage.start), min(stage.start, NEWEST)
            if place:
                self._save(
                    replace(self.filed, body=body.source),
                    now - BEFORE,
                    by=self.writer.shelves.editor,
                    note=stage.note,
                )
            composed = self._compose(place, body, timeline)
            edition = composed.edition
            edition.revision = self.revisions[-1]
            edition.version = edition.revision.number
            edition.retired = stage.end is not None and stage.end <= NEWEST
            edition.succeeds = timeline.editions[-1] if timeline.editions else None
            timeline.editions.append(edition)
            made.append(composed)
            detail = {"from": stage.start, "until": None, "kind": stage.change}
            self._log("publish", self.writer.shelves.chief, now, detail=detail, note=stage.note)
        return made

    def _compose(self, place: int, body: Part, timeline: Timeline) -> Composed:
        stage = self.story.stages[place]
        ready = Rendered(body.rendered, posts=self.body.posts(stage.start))
        return compose(
            self.post,
            self.revisions[-1].manuscript,
            Span(stage.start, stage.end),
            Said(stage.change, stage.note),
            timeline,
            Ready(self.writer.relations, ready),
        )

    def _finish(self) -> None:
        """Tell what came behind the last publication."""
        story, shelves = self.story, self.writer.shelves
        if story.fate == Fate.REWRITTEN:
            at = story.due + (NEWEST - story.due) / 2
            body = f"{self.body.source()}\n\n（ここから先を書き直しました。）"
            self._save(replace(self.filed, body=body), at)
            self._log("submit", self.by, at + BEFORE)
        if story.fate in ENDED:
            end = story.stages[-1].end or NEWEST
            self._log("unpublish", shelves.chief, end, detail={"until": end})
            if story.fate == Fate.ARCHIVED:
                self.post.archived_at = min(end + timedelta(days=1), NEWEST)
                self._log("archive", shelves.editor, self.post.archived_at)

    # What verbs leave behind

    def _save(
        self, manuscript: Manuscript, at: datetime, *, by: Any = None, note: str = ""
    ) -> None:
        number = len(self.revisions) + 1
        revision = Revision(
            post=self.post,
            number=number,
            base=number - 1,
            by=by or self.by,
            at=at,
            note=note,
            packed=manuscript.pack(),
        )
        revision.manuscript = manuscript
        self.revisions.append(revision)
        self._log("edit" if number > 1 else "create", revision.by, at, note=note)

    def _log(
        self,
        move: str,
        by: Any,
        at: datetime,
        *,
        detail: dict[str, Any] | None = None,
        note: str = "",
    ) -> None:
        self.events.append(
            Event(
                post=self.post,
                title=self.story.title,
                move=move,
                by=by,
                at=at,
                revision=len(self.revisions),
                detail=detail or {},
                note=note,
            )
        )

    def _sum_up(self) -> None:
        """Write the newest version into the post's own columns."""
        first, newest = self.revisions[0], self.revisions[-1]
        post, manuscript = self.post, newest.manuscript
        post.status = STATUS.get(self.story.fate, Status.READY)
        post.version = newest.number
        post.created_by, post.created_at, post.edited_at = first.by, first.at, newest.at
        for name in ("title", "slug", "deck", "body", "excerpt", "series_part"):
            setattr(post, name, getattr(manuscript, name))
        post.category_id, post.series_id = manuscript.category, manuscript.series

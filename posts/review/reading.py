"""A revision laid out for remarks: its parts, and beside each the threads on it."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from posts import text, views
from posts.models import (
    Comment,
    Post,
    Ready,
    Refused,
    Revision,
    Span,
    compose,
    in_threads,
    render,
)

LABELS = {"title": "題", "deck": "リード"}  # what beside the body can be remarked on
MOST_COMMENTS = 1000  # of one manuscript on one page


@dataclass(slots=True)
class Thread:
    """A comment and its answers, as they stand on the page."""

    comment: Comment
    answers: list[Comment]
    span: text.Span | None = None
    quote: str = ""  # what it is on, where its place does not say it
    target: str = ""  # the id of the mark of that

    @property
    def key(self) -> str:
        """The id of the thread on the page."""
        return f"c{self.comment.pk}"


@dataclass(slots=True)
class Part:
    """What can be remarked on: a passage, the title, the lead, or the whole (no key)."""

    key: str
    label: str = ""
    html: str = ""
    text: str = ""
    threads: list[Thread] = field(default_factory=list)
    whole: bool = False  # remarked on as a whole: marked at its side


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed that could not be stored, where, and why not."""

    key: str = ""
    body: str = ""
    error: str = ""


class Reading:
    """A revision as readers would see it, in the parts that can be remarked on."""

    def __init__(self, post: Post, revision: Revision, now: datetime) -> None:
        """Render `revision` as the preview does."""
        manuscript = revision.manuscript
        body = render(post, manuscript, now)
        self.revision = revision
        self.composed = compose(post, manuscript, Span(now), ready=Ready(body=body))
        self.passages = text.passages(self.composed.edition.html)
        self.body = text.whole_text(self.passages)
        self.head = {name: getattr(manuscript, name) for name in LABELS}

    def place(self, key: str, quote: str, near: int) -> tuple[str, text.Anchor]:
        """Return the field and the anchor of what a form names. Raises Refused.

        A selection that is not found in the passage means the passage: the words on a screen
        are not always those of the text.
        """
        if not key:
            return "body", text.Anchor()
        if self.head.get(key):
            return key, text.anchor(self.head[key], text.Span(0, len(self.head[key])))
        passage = self._passage(key)
        span = text.select(passage.text, quote, near) or text.Span(0, len(passage.text))
        span = text.Span(passage.start + span.start, passage.start + span.end)
        return "body", text.anchor(self.body, span)

    def _passage(self, key: str) -> text.Passage:
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < 7 else -1
        if not 0 <= number < len(self.passages) or not self.passages[number].text:
            raise Refused("その段落はありません。ページを開き直して、もう一度送ってください。")
        return self.passages[number]

    def lay(self, comments: Iterable[Comment]) -> "Page":
        """Return the parts of the page with the threads of `comments` beside them."""
        page = Page(
            [Part("", "原稿全体")],
            [Part(str(n), html=one.html, text=one.text) for n, one in enumerate(self.passages)],
        )
        page.head += [Part(name, LABELS[name], text=said) for name, said in self.head.items()]
        page.head = [part for part in page.head if part.text or not part.key]
        for comment, answers in in_threads(comments):
            self._lay(Thread(comment, answers), page)
        for part, passage in zip(page.parts, self.passages, strict=True):
            part.threads.sort(key=lambda thread: (thread.span or text.Span(0, 0)).start)
            if marks := self._marks(page, passage):
                part.html = text.mark(passage, marks)
        return page

    def _lay(self, thread: Thread, page: "Page") -> None:
        """Put one thread beside what it is on."""
        comment = thread.comment
        thread.quote = comment.quote
        if comment.field in LABELS or not comment.quote:
            wanted = comment.field if comment.field in LABELS else ""
            part = next((part for part in page.head if part.key == wanted), None)
            if part and comment.quote == part.text:
                thread.quote = ""
            (part.threads if part else page.orphans).append(thread)
            return
        thread.span = text.locate(self.body, comment.place)
        if thread.span is None:
            page.orphans.append(thread)
            return
        index = bisect_right(self.passages, thread.span.start, key=lambda one: one.start) - 1
        part, passage = page.parts[index], self.passages[index]
        part.threads.append(thread)
        if thread.span.start == passage.start and thread.span.end >= _known_end(passage):
            thread.quote = ""
            part.whole = part.whole or not comment.is_resolved
        elif not comment.is_resolved:
            thread.target = f"on-{comment.pk}"
            page.marked.append(thread)

    def _marks(self, page: "Page", passage: text.Passage) -> list[tuple[int, int, str]]:
        """Return what is to be marked in a passage; a thread may reach over several."""
        end = passage.start + len(passage.text)
        return [
            (thread.span.start - passage.start, thread.span.end - passage.start, thread.target)
            for thread in page.marked
            if thread.span and thread.span.start < end and thread.span.end > passage.start
        ]


@dataclass(slots=True)
class Page:
    """The parts of a page: above the body, of the body, and what belongs nowhere any more."""

    head: list[Part]
    parts: list[Part]
    orphans: list[Thread] = field(default_factory=list)
    marked: list[Thread] = field(default_factory=list)

    @property
    def waiting(self) -> list[Thread]:
        """The threads that nobody has resolved, in the order of the page."""
        beside = [thread for part in (*self.head, *self.parts) for thread in part.threads]
        return [one for one in (*beside, *self.orphans) if not one.comment.is_resolved]


def _known_end(passage: text.Passage) -> int:
    """Return where a quotation of the whole passage ends: the longest one is cut."""
    return passage.start + min(len(passage.text), text.LONGEST)


def show(
    request: HttpRequest,
    reading: Reading,
    comments: Iterable[Comment],
    template: str,
    **context: Any,
) -> HttpResponse:
    """Render a revision with `comments`: by the function and into the template of the preview."""
    context |= {"page": reading.lay(comments), "revision": reading.revision}
    response = views.article_page(
        request, reading.composed, preview=True, template=template, **context
    )
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response

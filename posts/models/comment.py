"""Comments on a manuscript, anchored by what they quote."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from posts import text
from posts.models.moves import Refused

LONGEST = 4000  # characters


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments; for the desk and, of their own link, for readers of a revision."""

    def threads(self) -> Self:
        """Return those that begin a thread."""
        return self.filter(thread=None)

    def open(self) -> Self:
        """Return those that begin a thread which nobody has resolved."""
        return self.filter(thread=None, resolved_at=None)


class Comment(models.Model):
    """A remark on a passage of a manuscript, or an answer to one.

    The passage is known by its words and those around it, so that it is found again after an
    edit; `start` is where it was in the revision that the remark was made on. Both are of the
    text that readers see, not of its Markdown.
    """

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人"
    )
    link = models.ForeignKey("posts.ReviewLink", models.PROTECT, null=True, related_name="comments")
    at = models.DateTimeField("日時")
    body = models.TextField("コメント")
    revision = models.PositiveIntegerField("版")
    field = models.CharField("欄", max_length=20, default="body")
    quote = models.TextField("引用", blank=True)  # empty: on the whole manuscript
    before = models.CharField(max_length=100, blank=True)
    after = models.CharField(max_length=100, blank=True)
    start = models.PositiveIntegerField(default=0)
    resolved_at = models.DateTimeField("解決", null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "コメント"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["post"],
                name="comment_open",
                condition=models.Q(thread__isnull=True, resolved_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.body

    @classmethod
    def on(cls, place: text.Anchor | None, body: str, **fields: Any) -> Self:
        """Return a comment on `place` (the whole), not stored yet. Raises Refused: says nothing."""
        place = place or text.Anchor()
        anchored = {
            "quote": place.quote,
            "before": place.before,
            "after": place.after,
            "start": place.start,
        }
        return cls(body=_said(body), **anchored, **fields)

    @property
    def place(self) -> text.Anchor:
        """What the comment was made on."""
        return text.Anchor(self.quote, self.before, self.after, self.start)

    @property
    def reader(self) -> str:
        """The name of who read by a link; "" when it is somebody of the desk."""
        return self.link.reader if self.link else ""

    @property
    def is_resolved(self) -> bool:
        """Whether the thread that this comment begins is resolved."""
        return self.resolved_at is not None

    def answer(self, by: Any, body: str, *, now: datetime | None = None) -> "Comment":
        """Answer in the thread of this comment, and return the answer. Raises Refused."""
        root = self.thread or self
        with root.post._moving("comment", by, now) as now:
            answer = Comment(
                post=root.post, thread=root, by=by, at=now, body=_said(body), field=root.field
            )
            answer.revision = root.post.version
            answer.save()
            root._log("answer", by, now, answer)
        return answer

    def resolve(self, by: Any, *, now: datetime | None = None) -> None:
        """Say that what the comment asks for is done. Raises Refused."""
        with self.post._moving("comment", by, now) as now:
            if self._held().is_resolved:
                return
            self.resolved_at, self.resolved_by = now, by
            self.save(update_fields=["resolved_at", "resolved_by"])
            self._log("resolve", by, now, self)

    def reopen(self, by: Any, *, now: datetime | None = None) -> None:
        """Say that the comment asks for something after all. Raises Refused."""
        with self.post._moving("comment", by, now) as now:
            if not self._held().is_resolved:
                return
            self.resolved_at = self.resolved_by = None
            self.save(update_fields=["resolved_at", "resolved_by"])
            self._log("reopen", by, now, self)

    def _held(self) -> Self:
        """Return this comment as it stands now that its manuscript is locked. Raises Refused."""
        if self.thread_id:
            raise Refused("返信だけを解決することはできません。もとのコメントを解決してください。")
        self.refresh_from_db(fields=["resolved_at", "resolved_by"])
        return self

    def _log(self, move: str, by: Any, now: datetime, said: "Comment") -> None:
        detail = {"comment": said.pk}
        if said.thread_id:
            detail["thread"] = said.thread_id
        self.post._log(move, by, now, self.post.version, detail, words=said.body)


def _said(body: str) -> str:
    """Return what somebody typed. Raises Refused when it is nothing, or too much."""
    said = text.clean(body)[0].strip()
    if not said:
        raise Refused("コメントが空です。気づいたことを書いてください。")
    if len(said) > LONGEST:
        raise Refused(
            f"コメントが長すぎます（{len(said):,}字。上限は{LONGEST:,}字）。分けて書いてください。"
        )
    return said


def in_threads(comments: Iterable[Comment]) -> list[tuple[Comment, list[Comment]]]:
    """Return each comment that begins a thread with its answers, oldest first."""
    threads: dict[int, tuple[Comment, list[Comment]]] = {}
    answers = []
    for one in comments:
        if one.thread_id is None:
            threads[one.pk] = (one, [])
        else:
            answers.append(one)
    for one in answers:
        if one.thread_id in threads:
            threads[one.thread_id][1].append(one)
    return list(threads.values())

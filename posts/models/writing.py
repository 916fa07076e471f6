"""Writing: the verbs that save a manuscript, each as a revision before it is anything else."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from posts.models.compose import follow, resolve
from posts.models.manuscript import Manuscript
from posts.models.moves import Refused, Status, may, permitted
from posts.models.revision import Revision
from posts.models.turns import while_no_merge
from posts.models.verbs import Verbs

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from posts.models.post import Post

HOUR = timedelta(hours=1)
COPY = "（複製）"  # behind the title
LONGEST = 200  # characters of a title, and of the note of a revision


class Writing(Verbs):
    """The history of a manuscript, and the verbs that add to it."""

    _head: Revision | None = None

    class Meta:
        abstract = True

    revisions: "RelatedManager[Revision]"

    @property
    def head(self) -> Revision:
        """The revision that the manuscript's rows were written from."""
        if self._head is None or self._head.number != self.version:
            self._head = self.revisions.get(number=self.version)
        return self._head

    @classmethod
    def begin(
        cls,
        manuscript: Manuscript,
        *,
        by: Any,
        kind: str = Verbs.Kind.ARTICLE,
        uid: uuid.UUID | None = None,
        why: str = Revision.Why.EDIT,
        now: datetime | None = None,
    ) -> Self:
        """Make a new post whose first revision is `manuscript`, and return it.

        `by` is the user, None for a command. Raises Refused when `by` may not write, or
        the slug is taken.
        """
        if by is not None and not may(by, "write"):
            raise Refused("原稿を作る権限がありません。")
        now = now or timezone.now()
        with transaction.atomic():
            while_no_merge()
            post = cls(kind=kind, created_by=by, created_at=now, uid=uid or uuid.uuid4())
            post._save_revision(manuscript.cleaned(), by, why, "", now)
            post._log("import" if why == Revision.Why.IMPORT else "create", by, now)
        return post

    def write(
        self,
        manuscript: Manuscript,
        *,
        by: Any,
        base: int | None = None,
        why: str = Revision.Why.EDIT,
        note: str = "",
        now: datetime | None = None,
    ) -> Revision:
        """Save `manuscript` as a revision and, unless it is stale, as the post's content.

        `base` is the version the writer began from. When somebody saved since, the text is
        kept as a revision (why KEPT) and the post stays as it is: compare the returned
        revision's number with `version`. What changes nothing makes no revision.
        Raises Refused when `by` may not edit, or the slug is another post's.
        """
        manuscript = manuscript.cleaned()
        with self._moving("edit", by, now) as now:
            same = self._holds(manuscript)
            # What was saved by itself and is saved on purpose now is a revision to be kept.
            if same and self.head.why != Revision.Why.AUTOSAVE:
                return self.head
            if base is not None and base != self.version and not same:
                return self._keep(manuscript, by, base, note, now)
            revision = self._save_revision(manuscript, by, why, note, now)
            self._fall_back(by)
            self._log("import" if why == Revision.Why.IMPORT else "edit", by, now, note=note)
        return revision

    def autosave(
        self, manuscript: Manuscript, *, by: Any, base: int, now: datetime | None = None
    ) -> Revision:
        """Save what `by` is typing, as `write` does, and return the revision.

        A stale one lies beside the manuscript, as an autosave. Of autosaves that follow each
        other the log names the first of an hour. Raises Refused.
        """
        manuscript, why = manuscript.cleaned(), Revision.Why.AUTOSAVE
        with self._moving("edit", by, now) as now:
            if self._holds(manuscript):
                return self.head
            if base != self.version:
                number = self._next_number()
                revision = self._record(manuscript, number, base, by, why, "", now)
            else:
                revision = self._save_revision(manuscript, by, why, "", now)
                self._fall_back(by)
            last = self.itself.events.first()
            if not last or (last.move, last.by) != ("autosave", by) or now - last.at > HOUR:
                self._log("autosave", by, now, revision.number)
        return revision

    def restore(self, revision: Revision, *, by: Any, now: datetime | None = None) -> Revision:
        """Make the content of an older `revision` the newest one. Raises Refused.

        Relations that were merged or deleted since are followed or left out.
        """
        with self._moving("restore", by, now) as now:
            note = f"{revision}から"
            content = resolve(self._own(revision).manuscript)
            restored = self._save_revision(content, by, Revision.Why.RESTORE, note, now)
            self._fall_back(by)
            self._log("restore", by, now, detail={"source": revision.number}, note=note)
        return restored

    def copy(self, by: Any, *, now: datetime | None = None) -> "Post":
        """Begin a draft with the content as it stands, and return it. Raises Refused.

        It is `by`'s own: another identifier, no slug and no date. Both histories name the other.
        """
        with self._moving("copy", by, now) as now:
            content = replace(
                resolve(self.manuscript),
                title=self.title[: LONGEST - len(COPY)] + COPY,
                slug="",
                original_date=None,
                front_matter={},
            )
            copy = type(self)(kind=self.kind, created_by=by, created_at=now).itself
            whence = f"「{self.title}」第{self.version}版の複製"
            copy._save_revision(content, by, Revision.Why.EDIT, whence[:LONGEST], now)
            copy._log("create", by, now, detail={"copy_of": self.pk}, note=whence)
            self._log("copy", by, now, detail={"copy": copy.pk})
        return copy

    def arrange(
        self,
        *,
        by: Any,
        planned_on: date | EllipsisType | None = ...,
        kind: str | None = None,
        now: datetime | None = None,
    ) -> None:
        """Set the planned date (for the calendar), and whether it is an article or a page.

        What is not given stays as it is. Neither is part of the text, so no revision holds them;
        the log does. Raises Refused: what readers have seen stays the kind it is.
        """
        with self._moving("edit", by, now) as now:
            kind = kind or self.kind
            planned_on = self.planned_on if planned_on is ... else planned_on
            if (self.planned_on, self.kind) == (planned_on, kind):
                return
            if kind != self.kind and self.editions.exists():
                raise Refused("公開したことのある原稿の種類は変えられません。")
            if kind != self.kind:
                self._fall_back(by)
            self.planned_on, self.kind = planned_on, kind
            self.save(update_fields=["planned_on", "kind"])
            self._log("arrange", by, now, detail={"planned_on": planned_on, "kind": kind})

    def _holds(self, manuscript: Manuscript) -> bool:
        """Return whether it is what the newest revision says."""
        known = self.head.manuscript
        # A post that was published without a slug was given one.
        return manuscript == replace(known, slug=known.slug or self.slug)

    def _save_revision(
        self, manuscript: Manuscript, by: Any, why: str, note: str, now: datetime
    ) -> Revision:
        """Write the content into the post's rows and keep it as the next revision.

        What was merged since the manuscript was read is followed: nothing else would be.
        """
        manuscript = follow(manuscript)
        self.version, base = self._next_number(), self.version
        self.edited_at = now
        self._take(manuscript)
        self._head = self._record(manuscript, self.version, base, by, why, note, now)
        return self._head

    def _keep(
        self, manuscript: Manuscript, by: Any, base: int, note: str, now: datetime
    ) -> Revision:
        """Keep a stale save beside the post's content."""
        number = self._next_number()
        kept = self._record(manuscript, number, base, by, Revision.Why.KEPT, note, now)
        self._log("keep", by, now, number, {"base": base})
        return kept

    def _record(
        self,
        manuscript: Manuscript,
        number: int,
        base: int,
        by: Any,
        why: str,
        note: str,
        now: datetime,
    ) -> Revision:
        revision = Revision(post=self.itself, number=number, base=base, by=by, at=now)
        revision.why, revision.note = why, note
        revision.pack(manuscript)
        revision.save()
        return revision

    def _next_number(self) -> int:
        if not self.pk:
            return 1
        return (self.revisions.aggregate(last=Max("number"))["last"] or 0) + 1

    def _fall_back(self, by: Any) -> None:
        """Undo an approval when somebody who may not approve changed what was approved."""
        if (
            self.status == Status.READY
            and by is not None
            and not permitted(by, "approve", self.itself)
        ):
            self.status = Status.DRAFT
            self.save(update_fields=["status"])

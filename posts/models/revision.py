"""Revisions: every state a manuscript was ever saved in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db import models

from posts.models.edition import JST
from posts.models.manuscript import Manuscript

# So many revisions are packed against one that stands alone; any is unpacked from two rows.
CHAIN = 32


class Revision(models.Model):
    """A whole manuscript at one moment: number, who, when, why. Never changed."""

    class Why(models.TextChoices):
        """What made the revision."""

        EDIT = "edit", "編集"
        IMPORT = "import", "取り込み"
        RESTORE = "restore", "復元"
        AUTOSAVE = "autosave", "自動保存"
        KEPT = "kept", "退避"  # a stale save: kept, but not the manuscript's newest state

    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("版")
    base = models.PositiveIntegerField("もとの版", default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="保存した人",
    )
    at = models.DateTimeField("日時")
    why = models.CharField("きっかけ", max_length=10, choices=Why, default=Why.EDIT)
    note = models.CharField("メモ", max_length=200, blank=True)
    # The revision whose content helped to pack this one; None: it stands alone.
    against = models.PositiveIntegerField(null=True, editable=False)
    packed = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "履歴"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"

    @cached_property
    def manuscript(self) -> Manuscript:
        """The manuscript that was saved."""
        whole = None
        if self.against is not None:
            whole = Revision.objects.get(post=self.post_id, number=self.against).manuscript
        return Manuscript.unpack(bytes(self.packed), whole)

    def pack(self, manuscript: Manuscript) -> None:
        """Hold `manuscript`, packed against the last revision that stands alone if that pays.

        Hundreds of revisions of one article differ little: packed each by itself, a history
        would be several times the rest of the database.
        """
        self.manuscript = manuscript
        whole = Revision.objects.filter(post=self.post_id, against=None).first()
        if whole and self.number - whole.number < CHAIN:
            self.against, self.packed = whole.number, manuscript.pack(whole.manuscript)
            if len(self.packed) * 2 < len(whole.packed):
                return
        self.against, self.packed = None, manuscript.pack()


class Autosaved(NamedTuple):
    """What the rule of thinning knows of an autosave."""

    number: int
    at: datetime
    by: int | None


def superfluous(autosaves: Iterable[Autosaved], now: datetime) -> set[int]:
    """Return the numbers of the autosaves of one manuscript that are kept no longer at `now`.

    The rule, for each person:

    - of the last 24 hours all are kept;
    - of the week before that, the last of each hour;
    - of what is older, the last of each day (in Japan), for ever.

    Which autosaves may go at all is not decided here (`posts.models.thinning`).
    """
    last: dict[tuple[object, ...], Autosaved] = {}
    ordered = sorted(autosaves, key=lambda one: (one.at, one.number))
    for one in ordered:
        last[_stretch(one, now)] = one
    kept = {one.number for one in last.values()}
    return {one.number for one in ordered} - kept


def _stretch(one: Autosaved, now: datetime) -> tuple[object, ...]:
    """Return what names the stretch of time of which one autosave is kept."""
    age, there = now - one.at, one.at.astimezone(JST)
    if age < timedelta(hours=24):
        return (one.number,)
    if age < timedelta(days=8):
        return one.by, there.date(), there.hour
    return one.by, there.date()

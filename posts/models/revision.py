"""Revisions: every state a manuscript was ever saved in."""

from functools import cached_property

from django.conf import settings
from django.db import models

from posts.models.manuscript import Manuscript


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
        return Manuscript.unpack(bytes(self.packed))

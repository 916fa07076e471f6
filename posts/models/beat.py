"""Beats: the categories that an editor is restricted to."""

from typing import Any

from django.conf import settings
from django.db import models


class Beat(models.Model):
    """A category (with those below it) that an editor answers for.

    An editor without any answers for all; one with some edits what stands under them, what has
    no category yet, and their own manuscripts.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="beats")
    category = models.ForeignKey(
        "posts.Category", models.CASCADE, related_name="beats", verbose_name="カテゴリー"
    )

    class Meta:
        verbose_name = verbose_name_plural = "担当"
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="beat_once")]

    def __str__(self) -> str:
        return f"{self.user}：{self.category}"

    @classmethod
    def of(cls, user: Any) -> frozenset[int] | None:
        """Return the categories that `user` answers for, with those below; None for all."""
        named = list(cls.objects.filter(user=user).select_related("category"))
        if not named:
            return None
        return frozenset(pk for beat in named for pk in beat.category.branch())

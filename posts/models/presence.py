"""Presence: who has a manuscript open."""

from django.conf import settings
from django.db import models


class Presence(models.Model):
    """A tab of a browser in which a person has a manuscript open, and when it last said so."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tab = models.CharField(max_length=36)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "編集中の人"
        constraints = [models.UniqueConstraint(fields=["post", "tab"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user}：{self.post_id}"

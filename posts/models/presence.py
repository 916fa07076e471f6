"""Presence: who has a manuscript open."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from posts.models.post import Post

# A tab says every ten seconds that it is there. With the ten until another one asks again,
# somebody whose computer died is gone after thirty.
SILENCE = timedelta(seconds=20)
FORGOTTEN = timedelta(days=1)


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Tabs."""

    def current(self, now: datetime) -> Self:
        """Return the tabs that are open at `now`, those of one person together."""
        open_now = self.filter(seen_at__gt=now - SILENCE)
        return open_now.select_related("user").order_by("user", "pk")

    def forget(self, now: datetime) -> int:
        """Delete the tabs that were closed long ago."""
        return self.filter(seen_at__lt=now - FORGOTTEN).delete()[0]


class Presence(models.Model):
    """A tab of a browser in which a person has a manuscript open, and when it last said so."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tab = models.CharField(max_length=36)
    seen_at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "編集中の人"
        constraints = [models.UniqueConstraint(fields=["post", "tab"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user}：{self.post_id}"

    @staticmethod
    def ping(post: "Post", user: Any, tab: str, now: datetime) -> None:
        """Note that `user` has `post` open in `tab`: one row a tab, however often it says so."""
        row = Presence(post=post, user=user, tab=tab, seen_at=now)
        Presence.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["post", "tab"],
            update_fields=["user", "seen_at"],
        )

    @staticmethod
    def leave(post: "Post", user: Any, tab: str) -> None:
        """Note that the tab was closed."""
        Presence.objects.filter(post=post, user=user, tab=tab).delete()

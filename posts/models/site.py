"""The settings of the site that its people change; one row."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from posts.models.removal import Shown
from posts.pages import SITE


class SiteSettings(Shown):
    """Name and habits of the paper. `load()` gives the one row."""

    name = models.CharField("サイト名", max_length=60, default="原稿")
    tagline = models.CharField("キャッチコピー", max_length=120, blank=True)
    publisher = models.CharField("発行者", max_length=100, blank=True)
    reading_rate = models.PositiveSmallIntegerField(
        "読む速さ（字/分）", default=400, help_text="「約8分」の計算に使います。"
    )
    editors_publish = models.BooleanField(
        "編集者も公開できる",
        default=False,
        help_text="編集長がいない小さな編集部のための設定です。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "サイトの設定"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_site")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a speed at which nobody reads; publications divide by it."""
        if not 50 <= (self.reading_rate or 0) <= 5000:
            raise ValidationError({"reading_rate": "50から5000までの数にしてください。"})

    def shown_as(self) -> set[str]:
        """Return the names under which pages show the settings: all do."""
        return {SITE}

    @classmethod
    def load(cls) -> "SiteSettings":
        """Return the row, or its defaults while nobody has saved any."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


@lru_cache(maxsize=8192)
def address(view: str, *arguments: str | int) -> str:
    """Return the address of what a view shows, as `reverse` does, which takes ten times as long."""
    return reverse(view, args=arguments)


def absolute(path: str) -> str:
    """Return the absolute address of `path`: from SITE_URL, never from a request's Host."""
    return f"{settings.SITE_URL}{path}"

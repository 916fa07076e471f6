"""The settings of the site that its people change; one row."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from posts import colours
from posts.models.prepared import Prepared
from posts.models.removal import Shown
from posts.pages import SITE


def is_colour(written: str) -> None:
    """Refuse what is no colour as #rrggbb. Raises ValidationError."""
    try:
        colours.parse(written)
    except ValueError as error:
        raise ValidationError("色は #b3301a のように、# と6桁の英数字で書いてください。") from error


def is_https(address: str) -> None:
    """Refuse an address that a page may not load a script from. Raises ValidationError."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc, re.ASCII):
        raise ValidationError("https:// で始まる住所を書いてください。")


class SiteSettings(Shown):
    """Name, look and habits of the paper. `load()` gives the one row."""

    class Face(models.TextChoices):
        """What titles are set in."""

        MINCHO = "mincho", "明朝"
        GOTHIC = "gothic", "ゴシック"

    name = models.CharField("サイト名", max_length=60, default="原稿")
    tagline = models.CharField("キャッチコピー", max_length=120, blank=True)
    publisher = models.CharField("発行者", max_length=100, blank=True)
    logo = models.ForeignKey(
        "posts.Media",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="題字の画像",
        help_text="選ばなければ、サイト名を文字で組みます。",
    )
    face = models.CharField("見出しの書体", max_length=10, choices=Face, default=Face.MINCHO)
    accent = models.CharField(
        "差し色",
        max_length=7,
        default="#b3301a",
        validators=[is_colour],
        help_text="明るい画面と暗い画面のどちらでも読める濃さに、自動で直します。",
    )
    menu = models.JSONField(
        "メニュー",
        default=list,
        blank=True,
        help_text="一行に一つ、「名前 住所」の順に書きます。例：会社概要 /about/",
    )
    footer = models.TextField(
        "フッターの文",
        max_length=500,
        blank=True,
        help_text="どのページの最後にも出る、短い説明です。",
    )
    lead = models.ForeignKey(
        "posts.Post",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="トップの一本",
        help_text="公開中の記事を選ぶと、トップの先頭に置きます。選ばなければ、いちばん新しい記事です。",
    )
    analytics = models.URLField(
        "解析のスクリプト",
        blank=True,
        validators=[is_https],
        help_text="外部の解析サービスを使うときだけ、スクリプトの住所（https://…）を書きます。",
    )
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
        return next(iter(_site()), None) or cls(pk=1)


_site = Prepared(lambda: SiteSettings.objects.select_related("logo").filter(pk=1)[:1])


@lru_cache(maxsize=8192)
def address(view: str, *arguments: str | int) -> str:
    """Return the address of what a view shows, as `reverse` does, which takes ten times as long."""
    return reverse(view, args=arguments)


def absolute(path: str) -> str:
    """Return the absolute address of `path`: from SITE_URL, never from a request's Host."""
    return f"{settings.SITE_URL}{path}"

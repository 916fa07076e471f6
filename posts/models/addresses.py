"""Addresses: every slug a post ever had, and the addresses of the site before."""

import re
import unicodedata
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models

from posts.formats.addresses import plain_path
from posts.models.edition import SLUG_LENGTH, Edition


class Slug(models.Model):
    """A slug, reserved for its post for ever: an old link never leads to another article."""

    path = models.CharField(max_length=SLUG_LENGTH, unique=True)
    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="slugs")

    class Meta:
        verbose_name = verbose_name_plural = "スラッグ"

    def __str__(self) -> str:
        return self.path


class Redirect(models.Model):
    """An address of the site before (imported), answered with 301.

    It leads to a post while that is visible, to a picture, or to another address.
    """

    LONGEST = 500  # characters

    path = models.CharField("もとの住所", max_length=LONGEST, unique=True)
    post = models.ForeignKey(
        "posts.Post", models.CASCADE, null=True, blank=True, related_name="redirects"
    )
    media = models.ForeignKey(
        "posts.Media", models.CASCADE, null=True, blank=True, related_name="redirects"
    )
    target = models.CharField("移転先", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "移転"

    def __str__(self) -> str:
        return self.path

    def clean(self) -> None:
        """Refuse what is no address, and a way that leads to nothing or to two things."""
        self.path = plain_path(self.path)
        if not self.path:
            raise ValidationError({"path": "「/」で始まる住所を書いてください。"})
        if self.target and not re.match(r"https?://[^/]|/(?![/\\])", self.target):
            raise ValidationError({"target": "「/」か「https://」で始まる住所を書いてください。"})
        if sum(map(bool, (self.post_id, self.media_id, self.target))) != 1:
            raise ValidationError("原稿・画像・移転先のうち、一つを選んでください。")

    @classmethod
    def find(cls, path: str, at: datetime | None = None) -> str | None:
        """Return where `path` (decoded, with its leading slash) leads now, None if nowhere."""
        if "\0" in path:  # PostgreSQL takes none into a query
            return None
        row = (
            cls.objects.select_related("media")
            .filter(path=unicodedata.normalize("NFC", path))
            .first()
        )
        return row.leads_to(at) if row else None

    def leads_to(self, at: datetime | None = None) -> str | None:
        """Return the address that answers now; None while its post is not visible."""
        if self.post_id:
            edition = Edition.objects.public(at).filter(post=self.post_id).first()
            return edition.get_absolute_url() if edition else None
        if self.media:
            # A picture of a draft is as secret as the draft.
            shown = Edition.objects.public(at).filter(pictures=self.media).exists()
            return self.media.url if shown else None
        return self.target or None

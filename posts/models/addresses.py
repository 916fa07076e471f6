"""Addresses: every slug a post ever had, and the addresses of the site before."""

import re
import unicodedata
from datetime import datetime
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.encoding import punycode

from posts.formats.addresses import plain_path
from posts.models.edition import SLUG_LENGTH, Edition
from posts.models.turns import in_turn


class Slug(models.Model):
    """A slug, reserved for its post for ever: an old link never leads to another article."""

    path = models.CharField(max_length=SLUG_LENGTH, unique=True)
    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="slugs")

    class Meta:
        verbose_name = verbose_name_plural = "スラッグ"

    def __str__(self) -> str:
        return self.path


class Redirect(models.Model):
    """An address of before, answered with 301.

    It leads to a post while that is visible, to a picture, to the list of an author, a category,
    a tag or a series while that has articles, or to another address.
    """

    LONGEST = 500  # characters
    HOPS = 20

    path = models.CharField("もとの住所", max_length=LONGEST, unique=True)
    post = models.ForeignKey(
        "posts.Post",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name="原稿",
    )
    media = models.ForeignKey(
        "posts.Media",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name="画像",
    )
    category = models.ForeignKey(
        "posts.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name="カテゴリー",
    )
    tag = models.ForeignKey(
        "posts.Tag",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name="タグ",
    )
    series = models.ForeignKey(
        "posts.Series",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name="連載",
    )
    author = models.ForeignKey(
        "posts.Author",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name="著者",
    )
    target = models.CharField("移転先の住所", max_length=500, blank=True)

    SUBJECTS = ("category", "tag", "series", "author")
    NOWHERE: Final = {"post": None, "media": None, "target": "", **dict.fromkeys(SUBJECTS)}

    class Meta:
        verbose_name = verbose_name_plural = "移転"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; what led here leads to where this leads, in one step."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._take_along()

    def _take_along(self) -> None:
        goal = {name: getattr(self, name) for name in self.NOWHERE}
        here = {self.path, quote(self.path)}
        Redirect.objects.filter(target__in=here).exclude(path=self.path).update(**goal)

    @staticmethod
    def lead(path: str, **goal: Any) -> None:
        """Let `path` lead to `goal`, wherever it led before."""
        row, columns = Redirect(path=path, **Redirect.NOWHERE | goal), list(Redirect.NOWHERE)
        Redirect.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["path"], update_fields=columns
        )
        row._take_along()

    def clean(self) -> None:
        """Refuse what is no address, and a way that leads to nothing, to two things or back."""
        self.path = plain_path(self.path)
        if not self.path:
            raise ValidationError({"path": "「/」で始まる住所を書いてください。"})
        self.target = without_host(unicodedata.normalize("NFC", self.target.strip()))
        if self.target and not is_address(self.target):
            raise ValidationError({"target": "「/」か「https://」で始まる住所を書いてください。"})
        if sum(bool(getattr(self, name)) for name in self._goals()) != 1:
            raise ValidationError("移転先を、一つだけ選んでください。")
        if self.target.startswith("/"):
            if connection.in_atomic_block:  # two at once must not make a circle
                in_turn("redirects")
            self._refuse_detour()

    def _refuse_detour(self) -> None:
        """Refuse a target that leads back here, or on to somewhere else."""
        if plain_path(self.target) == self.path:
            raise ValidationError({"target": "もとの住所と同じです。"})
        following = self.following(self.target)
        if self.path in {plain_path(one) for one in following if one.startswith("/")}:
            raise ValidationError({"target": f"「{self.target}」は、この住所へ戻ってきます。"})
        if len(following) > 1:
            raise ValidationError(
                {
                    "target": f"「{self.target}」も移転しています。"
                    f"その先の「{following[-1]}」を移転先にしてください。"
                }
            )

    @classmethod
    def _goals(cls) -> list[str]:
        return ["target", *(f"{name}_id" for name in cls.NOWHERE if name != "target")]

    @classmethod
    def following(cls, address: str) -> list[str]:
        """Return `address` and those that it leads to, by rows whose target is an address."""
        found = [address]
        while len(found) <= cls.HOPS and found[-1].startswith("/"):
            row = cls.objects.filter(path=plain_path(found[-1])).exclude(target="").first()
            if row is None or without_host(row.target) in found:
                return found
            found.append(without_host(row.target))
        return found

    @property
    def subject(self) -> Any:
        """The author, category, tag or series whose list it leads to, if it does."""
        return next(filter(None, (getattr(self, name) for name in self.SUBJECTS)), None)

    @classmethod
    def find(cls, path: str, at: datetime | None = None) -> str | None:
        """Return where `path` (decoded, with its leading slash) leads now, None if nowhere."""
        if "\0" in path:  # PostgreSQL takes none into a query
            return None
        path = unicodedata.normalize("NFC", path)
        rows = cls.objects.select_related("media", *cls.SUBJECTS)
        if row := rows.filter(path=path).first():
            return row.leads_to(at)
        if match := _BELOW.fullmatch(path):  # the further pages and the feeds of a list
            row = rows.filter(path=match["list"]).first()
            goal = row.leads_to(at) if row and row.subject else None
            return goal + match["rest"] if goal else None
        return None

    def leads_to(self, at: datetime | None = None) -> str | None:
        """Return the address that answers now; None while readers would find nothing there."""
        if self.post_id:
            edition = Edition.objects.public(at).filter(post=self.post_id).first()
            return edition.get_absolute_url() if edition else None
        if self.media:
            # A picture of a draft is as secret as the draft.
            shown = Edition.objects.public(at).filter(pictures=self.media).exists()
            return self.media.url if shown else None
        if subject := self.subject:
            shown = subject.listed().public(at).exists()
            return str(subject.get_absolute_url()) if shown else None
        return self.target or None


def is_address(written: str) -> bool:
    """Return whether a link may lead there: to a path of this site, or to another host."""
    return bool(_ADDRESS.fullmatch(written))


def without_host(address: str) -> str:
    """Return an address of this site without its host, by whichever scheme; any other as it is."""
    try:
        parts = urlsplit(address)
        ours = parts.hostname and _host(parts) == _host(urlsplit(settings.SITE_URL))
    except ValueError:  # not a host at all
        return address
    return urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment)) if ours else address


def _host(parts: SplitResult) -> tuple[str, int | None]:
    return punycode(parts.hostname or ""), None if parts.port in {80, 443} else parts.port


_ADDRESS = re.compile(r"(?:https?://[^/\s\\]|/(?![/\\]))[^\s\x00-\x1f\x7f]*|/")
_BELOW = re.compile(
    r"(?P<list>/[^/]+/[^/]+/)(?P<rest>page/[1-9][0-9]*/|feed\.xml|atom\.xml|feed\.json)"
)

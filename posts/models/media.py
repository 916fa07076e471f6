"""Pictures: one row a picture, kept once however often it is uploaded."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models

from posts import images, text
from posts.formats.addresses import plain_path
from posts.models.removal import Shown


def stored_name(media: "Media", filename: str) -> str:
    """Return where a picture is stored: from its content, never from an uploaded name."""
    return f"{media.digest[:2]}/{media.digest[2:]}.{images.EXTENSIONS[media.format]}"


class Media(Shown):
    """A picture as it was uploaded, upright and without what its camera wrote into it."""

    original = models.FileField("画像", upload_to=stored_name, max_length=100)
    format = models.CharField("形式", max_length=10, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField("元のファイル名", max_length=255, editable=False)
    width = models.PositiveIntegerField("幅", editable=False)
    height = models.PositiveIntegerField("高さ", editable=False)
    size = models.PositiveIntegerField("バイト数", editable=False)
    alt = models.CharField(
        "代替文",
        max_length=300,
        blank=True,
        help_text="写真を見られない人のために、何が写っているかを一文で書きます。",
    )
    caption = models.CharField("キャプション", max_length=300, blank=True)
    credit = models.CharField("クレジット", max_length=100, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField("登録日時", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "画像"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, data: bytes, name: str, *, by: Any = None, **described: str) -> "Media":
        """Store the picture `data` and return its row; the same bytes are kept once.

        `described` may give alt, caption and credit; they fill a row that has none.
        Raises `images.Refused` when the bytes are no picture that we take.
        """
        picture = images.clean(data)
        media, made = cls.objects.get_or_create(
            digest=picture.digest,
            defaults={
                "format": picture.format,
                "name": text.clean(name)[0][-255:],
                "width": picture.width,
                "height": picture.height,
                "size": len(picture.data),
                "uploaded_by": by,
                **described,
            },
        )
        if made:
            media.original.save(name, ContentFile(picture.data))
        else:
            media._describe(described)
        return media

    def _describe(self, described: dict[str, str]) -> None:
        """Fill the words that the picture has none of yet."""
        new = {name: value for name, value in described.items() if value}
        new = {name: value for name, value in new.items() if not getattr(self, name)}
        if new:
            self.__dict__.update(new)
            self.save(update_fields=list(new))

    @classmethod
    def named(cls, paths: Iterable[str]) -> dict[str, "Media"]:
        """Return the pictures that the addresses `paths` in a body stand for.

        An address is that of a picture here, or one that an imported picture had before.
        """
        from posts.models.addresses import Redirect

        # What is written in the body, and the address it says: decoded, without a query.
        ours = [path for path in paths if path.startswith("/") and not path.startswith("//")]
        plain = {path: plain_path(path) for path in ours}
        if not plain:
            return {}
        found = {}
        for media in Media.objects.filter(original__in=_names(plain.values())):
            found[media.url] = media
        moved = Redirect.objects.filter(path__in=plain.values(), media__isnull=False)
        for row in moved.select_related("media"):
            found[row.path] = row.media  # type: ignore[assignment]
        return {path: found[to] for path, to in plain.items() if to in found}

    @property
    def picture(self) -> text.Picture:
        """The picture as the renderer of bodies places it."""
        return text.Picture(self.url, self.width, self.height, self.alt)

    @property
    def url(self) -> str:
        """The address of the picture on this site."""
        return str(self.original.url)


def _names(urls: Iterable[str]) -> list[str]:
    """Return the stored names of the addresses under /media/."""
    start = settings.MEDIA_URL
    return [url.removeprefix(start) for url in urls if url.startswith(start)]

"""Where an imported manuscript came from, so that a second import changes nothing."""

import zlib

from django.db import models


class ImportedFile(models.Model):
    """A file that was imported: its key, its bytes, and the revision it last became."""

    key = models.CharField("ファイル", max_length=255, unique=True)
    post = models.OneToOneField("posts.Post", models.CASCADE, related_name="imported")
    version = models.PositiveIntegerField("取り込んだ版")
    published = models.BooleanField("公開とあった", default=True)
    digest = models.CharField(max_length=64)
    packed = models.BinaryField()
    notes = models.JSONField("取り込みのメモ", default=list)
    imported_at = models.DateTimeField("取り込んだ日時")

    class Meta:
        verbose_name = verbose_name_plural = "取り込んだファイル"

    def __str__(self) -> str:
        return self.key

    @property
    def raw(self) -> bytes:
        """The file as it came, byte for byte."""
        return zlib.decompress(self.packed)

"""Bylines: who signs a manuscript, and as what."""

from django.db import models


class Byline(models.Model):
    """An author of a manuscript, in order, with the role."""

    class Part(models.TextChoices):
        """What the author did."""

        TEXT = "", "文"
        REPORT = "report", "取材"
        PHOTO = "photo", "写真"
        FIGURE = "figure", "図版"
        TRANSLATION = "translation", "翻訳"
        SUPERVISION = "supervision", "監修"
        EDITING = "editing", "編集"

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        "posts.Author", models.PROTECT, related_name="bylines", verbose_name="著者"
    )
    role = models.CharField("役割", max_length=20, choices=Part, blank=True, default=Part.TEXT)
    position = models.PositiveSmallIntegerField("順", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "署名"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.author)

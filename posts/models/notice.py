"""Notices: what a person of the desk is told, in the admin and by mail."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Notice(models.Model):
    """Something that happened to a manuscript and concerns one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    post = models.ForeignKey("posts.Post", models.CASCADE, null=True, related_name="notices")
    kind = models.CharField("種類", max_length=30)
    key = models.CharField("鍵", max_length=200, unique=True)  # told once
    detail = models.JSONField("詳細", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("日時")
    read_at = models.DateTimeField("既読", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "お知らせ"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at", "-at"], name="notice_of_user")]

    def __str__(self) -> str:
        return self.key


class Preferences(models.Model):
    """What a person of the desk wants to be told, and how."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences"
    )
    unwanted = models.JSONField("受け取らないお知らせ", default=list, blank=True)
    unmailed = models.JSONField("メールにしないお知らせ", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "お知らせの設定"

    def __str__(self) -> str:
        return str(self.user)

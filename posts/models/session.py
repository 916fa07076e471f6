"""Sessions on the desk: Django's, with whose they are, so that they can be listed and ended."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A session of the desk."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    begun_at = models.DateTimeField("ログイン")
    seen_at = models.DateTimeField("最後の操作")
    agent = models.CharField("ブラウザー", max_length=200, blank=True)
    address = models.GenericIPAddressField("IPアドレス", null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "ログイン中の端末"

    def __str__(self) -> str:
        return self.agent


class LoginFailure(models.Model):
    """A login that failed: who guesses too often waits. Keyed digests, no names or addresses."""

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "失敗したログイン"
        indexes = [
            models.Index(fields=["account", "at"], name="failure_of_account"),
            models.Index(fields=["address", "at"], name="failure_of_address"),
        ]

    def __str__(self) -> str:
        return self.account

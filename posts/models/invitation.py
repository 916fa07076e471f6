"""Invitations: how a person comes to the desk."""

from django.conf import settings
from django.db import models

from posts.models.moves import GROUPS


class Invitation(models.Model):
    """An offer, by mail, to make oneself an account with a role. Used once, and for a time.

    The secret of the address in the mail is not kept, only its digest.
    """

    email = models.EmailField("メールアドレス")
    name = models.CharField("名前", max_length=100, blank=True)
    role = models.CharField("役割", max_length=20, choices=[(str(one), str(one)) for one in GROUPS])
    author = models.ForeignKey(
        "posts.Author",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="署名",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="招いた人"
    )
    at = models.DateTimeField("招いた日時")
    expires_at = models.DateTimeField("期限")
    revoked_at = models.DateTimeField("取り消し", null=True)
    used_at = models.DateTimeField("応じた日時", null=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invitation"
    )

    class Meta:
        verbose_name = verbose_name_plural = "招待"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.email

"""Invitations: how a person comes to the desk."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from posts.models.delivery import Delivery
from posts.models.event import Event
from posts.models.moves import GROUPS, Refused, may

OPEN_FOR = timedelta(hours=72)
GONE = "この招待は使えません。もう一度招いてもらってください。"


class InvitationQuerySet(models.QuerySet[Any]):
    """Invitations, as the desk asks for them."""

    def open(self, now: datetime | None = None) -> Self:
        """Return those that can still be accepted."""
        now = now or timezone.now()
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)

    def to(self, secret: str) -> "Invitation | None":
        """Return the open invitation with this secret; None when there is none."""
        found: Invitation | None = self.open().filter(digest=_digest(secret)).first()
        return found


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

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "招待"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.used_at:
            return "応じた"
        if self.revoked_at:
            return "取り消した"
        return "待っている" if self.is_open() else "期限切れ"

    def is_open(self, now: datetime | None = None) -> bool:
        """Return whether it can still be accepted."""
        lasts = self.expires_at > (now or timezone.now())
        return lasts and self.used_at is None and self.revoked_at is None

    @classmethod
    def send(
        cls, email: str, role: str, *, by: Any, name: str = "", author: Any = None
    ) -> "Invitation":
        """Invite somebody by mail; an earlier invitation to the same address ends.

        Raises Refused when `by` may not, or when who has this address is here already.
        """
        if not may(by, "settle") or role not in GROUPS:
            raise Refused("招待できるのは、編集長と管理者だけです。")
        if User.objects.filter(email__iexact=email, is_active=True).exists():
            raise Refused("このメールアドレスの人は、もう編集部にいます。「人」の一覧で探せます。")
        with transaction.atomic():
            for earlier in cls.objects.open().filter(email__iexact=email):
                earlier.revoke(by)
            now = timezone.now()
            made = cls(email=email, role=role, name=name, author=author, by=by)
            made.at, made.expires_at = now, now + OPEN_FOR
            made.digest = _digest(secrets.token_urlsafe(32))  # until the mail is written
            made.save()
            Event.record("invite", by=by, title=str(made), note=role)
            key = f"invitation:{made.pk}"
            payload = {"invitation": made.pk}
            Delivery.objects.plan(
                [Delivery(kind="invitation", key=key, payload=payload, due_at=now)]
            )
        return made

    def secret(self) -> str:
        """Return a new secret for the mail that is being written; an older one opens nothing."""
        made = secrets.token_urlsafe(32)
        Invitation.objects.open().filter(pk=self.pk).update(digest=_digest(made))
        return made

    def revoke(self, by: Any) -> None:
        """End it. Raises Refused when it has ended already."""
        now = timezone.now()
        with transaction.atomic():
            if not Invitation.objects.open(now).filter(pk=self.pk).update(revoked_at=now):
                raise Refused("この招待は、もう終わっています。")
            Event.record("uninvite", by=by, title=str(self))
        self.revoked_at = now

    def accept(
        self, *, username: str, password: str, family: str = "", given: str = "", sign: bool = False
    ) -> User:
        """Make the account and return it; `sign` links it to the author of the invitation.

        Raises Refused when the invitation has ended or somebody else has the user name.
        """
        with transaction.atomic():
            row = Invitation.objects.select_for_update().get(pk=self.pk)
            if not row.is_open():
                raise Refused(GONE)
            user = _make(username, password, row.email, last_name=family, first_name=given)
            user.groups.add(Group.objects.get(name=row.role))
            row.used_at, row.user = timezone.now(), user
            row.save()
            author = row.free_author
            if sign and author:
                author.user = user
                author.save()
            Event.record("accept", by=user, title=f"{family} {given}".strip(), note=row.role)
        return user

    @property
    def free_author(self) -> Any:
        """The author whose name is offered; None when there is none, or somebody has it."""
        author: Any = self.author and (self.author.merged_into or self.author)
        return author if author and author.user_id is None else None


def _make(username: str, password: str, email: str, **names: str) -> User:
    try:
        with transaction.atomic():
            made = get_user_model().objects.create_user(username, email, password, **names)
    except IntegrityError as error:
        raise Refused("このユーザー名は使われています。ほかの名前にしてください。") from error
    return made


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""Notices: what a person of the desk is told, in the admin and by mail.

A verb tells in its own transaction. Whether the person may know is asked twice: when the notice
is written, and when it is shown or mailed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone

from posts.models.comment import Comment
from posts.models.delivery import Delivery
from posts.models.event import Event
from posts.models.moves import ALL, CHIEF, DESK, Role, beat_of, can, permitted, roles
from posts.models.review_link import ReviewLink

if TYPE_CHECKING:
    from posts.models.post import Post

KEPT_READ = timedelta(days=90)
KEPT_UNREAD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: what the desk calls it, when it comes, and how it comes by default."""

    label: str
    when: str
    roles: frozenset[Role] = ALL  # whom it may concern
    mailed: bool = True


NOTICES = {
    "submit": Kind("確認の依頼", "原稿が確認に出されたとき", DESK),
    "return_": Kind("差し戻し", "自分の原稿が差し戻されたとき"),
    "approve": Kind("承認", "自分の原稿が承認されたとき"),
    "live": Kind("公開", "自分の原稿が公開されたとき", mailed=False),
    "comment": Kind("コメント", "自分の原稿や自分のコメントに、だれかが書いたとき"),
    "late": Kind("配信の遅れ", "外への知らせが遅れたか、届かなかったとき", CHIEF),
}

# What the log says that somebody waits for, and the kind of notice that it is.
TOLD = {
    **{move: move for move in ("submit", "return_", "approve", "comment")},
    **dict.fromkeys(("answer", "confirm"), "comment"),
}


class NoticeQuerySet(models.QuerySet[Any]):
    """Notices, as they are read and forgotten."""

    def unread(self) -> Self:
        """Return those that nobody has read."""
        return self.filter(read_at=None)

    def read(self, now: datetime) -> int:
        """Mark as read what is not, and return how many."""
        return self.unread().update(read_at=now)

    def forget(self, now: datetime) -> int:
        """Delete old ones, those that were read sooner, and return how many."""
        old = Q(at__lt=now - KEPT_UNREAD) | Q(at__lt=now - KEPT_READ, read_at__isnull=False)
        return self.filter(old).delete()[0]


class Notice(models.Model):
    """Something that happened to a manuscript and concerns one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    post = models.ForeignKey("posts.Post", models.CASCADE, null=True, related_name="notices")
    kind = models.CharField("種類", max_length=30)
    key = models.CharField("鍵", max_length=200, unique=True)  # told once
    detail = models.JSONField("詳細", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("日時")
    read_at = models.DateTimeField("既読", null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "お知らせ"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at", "-at"], name="notice_of_user")]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """What the desk calls its kind."""
        return NOTICES[self.kind].label if self.kind in NOTICES else self.kind

    @classmethod
    def about(cls, event: Event, words: str) -> None:
        """Tell of what `event` logs, if it is of TOLD, and what was said: those it concerns."""
        kind, post = TOLD.get(event.move), event.post
        if kind is None or post is None:
            return
        said = {"move": event.move, "who": event.detail.get("reader"), "note": words}
        to = concerned(kind, post)
        if kind == "comment":
            to = list(dict.fromkeys([*to, *talking(event)]))
        key = f"{event.move}:{event.pk}"
        cls.tell(kind, post, key=key, by=event.by, to=to, now=event.at, **said)

    @classmethod
    def tell(
        cls,
        kind: str,
        post: "Post | None" = None,
        *,
        key: str,
        by: Any = None,
        to: Iterable[Any] | None = None,
        now: datetime | None = None,
        **detail: Any,
    ) -> None:
        """Tell those whom a `kind` of NOTICES concerns, or the users `to`, what `by` did to `post`.

        Nobody is told of what they did themselves, may not see, or do not want to hear; a `key`
        is told once. `detail` is what the notice says beside: `note`, and `who` where somebody
        without a login did it. Call it in the transaction of what it tells of.
        """
        now = now or timezone.now()
        users = [user for user in (concerned(kind, post) if to is None else to) if user != by]
        if kind == "submit" and post:
            users = answering(users, post)
        said = {"by": by.pk if by else None, **{name: one for name, one in detail.items() if one}}
        wishes = Preferences.of(users)
        told: list[Any] = [
            cls(user=user, post=post, kind=kind, key=f"{key}:{user.pk}", detail=said, at=now)
            for user in users
            if may_know(user, kind, post) and wishes[user.pk].wants(kind)
        ]
        cls.objects.bulk_create(told, ignore_conflicts=True)
        Delivery.objects.plan(one.mail(now) for one in told if one.goes_by_mail(wishes))

    def mail(self, now: datetime) -> Delivery:
        """Return the delivery that brings it by mail."""
        key, payload = f"mail:{self.key}", {"notice": self.key}
        return Delivery(kind="mail", key=key, payload=payload, post=self.post, due_at=now)

    def goes_by_mail(self, wishes: "dict[int, Preferences] | None" = None) -> bool:
        """Return whether the person may know it, wants it by mail, and has an address."""
        wish = (wishes or Preferences.of([self.user]))[self.user_id]
        known = may_know(self.user, self.kind, self.post)
        return known and wish.mails(self.kind) and reachable(self.user)


def may_know(user: Any, kind: str, post: "Post | None") -> bool:
    """Return whether `user` may be told of `post`; without one, whether the kind concerns them."""
    if post is not None:
        return can(user, "view", post)
    return bool(roles(user) & NOTICES[kind].roles)


def reachable(user: Any) -> bool:
    """Return whether `user` has an address that mail can reach: none ends in .invalid."""
    try:
        validate_email(user.email)
    except ValidationError:
        return False
    return not user.email.lower().endswith(".invalid")


def concerned(kind: str, post: "Post | None") -> list[Any]:
    """Return the active users whom a notice of `kind` concerns."""
    if kind == "submit" and post:
        return [user for user in holders(DESK) if permitted(user, "approve", post)]
    return writers(post) if post else holders(NOTICES[kind].roles)


def talking(event: Event) -> list[Any]:
    """Return the active users in the thread of a comment, and who made the link it came by."""
    thread, link = event.detail.get("comment"), event.detail.get("link")
    thread = event.detail.get("thread", thread)
    said = Comment.objects.filter(Q(pk=thread) | Q(thread=thread)).values("by")
    shared = ReviewLink.objects.filter(pk=link).values("by")
    return list(_active().filter(Q(pk__in=said) | Q(pk__in=shared)))


def answering(users: list[Any], post: "Post") -> list[Any]:
    """Return those whose beat holds the category of `post`; where nobody's does, all."""
    named = [user for user in users if post.category_id and beat_of(user)]
    return named or users


def writers(post: "Post") -> list[Any]:
    """Return the active users who began `post` or sign it."""
    own = Q(pk=post.created_by_id) | Q(author__bylines__post=post)
    return list(_active().filter(own).distinct())


def holders(held: Iterable[Role]) -> list[Any]:
    """Return the active users in the groups of these roles; where they are empty, 管理者."""
    people = list(_active().filter(groups__name__in=[*held]).distinct())
    return people or list(_active().filter(is_superuser=True))


def _active() -> models.QuerySet[Any]:
    return get_user_model()._default_manager.filter(is_active=True).order_by("pk")


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

    @classmethod
    def of(cls, users: Iterable[Any]) -> dict[int, Self]:
        """Return by user id what these users want: their row, or the habit of the house."""
        people = list(users)
        known = {one.user_id: one for one in cls.objects.filter(user__in=people)}
        quiet = [name for name, kind in NOTICES.items() if not kind.mailed]
        return {one.pk: known.get(one.pk) or cls(user=one, unmailed=quiet) for one in people}

    def wants(self, kind: str) -> bool:
        """Return whether the person wants to be told of `kind` at all."""
        return kind not in self.unwanted

    def mails(self, kind: str) -> bool:
        """Return whether the person wants to be told of `kind` by mail too."""
        return self.wants(kind) and kind not in self.unmailed

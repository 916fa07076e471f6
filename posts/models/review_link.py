"""Links by which somebody without an account reads one revision, remarks on it and confirms it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from posts import text
from posts.models.comment import Comment
from posts.models.moves import Refused

SALT = "genko.review-link"  # a signature for another purpose opens no link
DAYS, MOST_DAYS = 7, 60
MOST_TOKEN = 200  # characters: what is longer is not even looked at
AN_HOUR, COMMENTS_AN_HOUR = timedelta(hours=1), 30


class ReviewLink(models.Model):
    """An address by which somebody without an account reads one revision and remarks on it."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="review_links")
    revision = models.ForeignKey("posts.Revision", models.PROTECT, related_name="review_links")
    reader = models.CharField("読む人", max_length=100)
    secret = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("作成日時")
    expires_at = models.DateTimeField("期限")
    revoked_at = models.DateTimeField("取り消し", null=True)
    seen_at = models.DateTimeField("最初に開いた日時", null=True)
    confirmed_at = models.DateTimeField("確認した日時", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "確認用リンク"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reader}：{self.revision}"

    def get_absolute_url(self) -> str:
        """Return the address that the reader is sent."""
        return reverse("review", args=[self.token])

    @classmethod
    def to(cls, reader: str, *, days: int, now: datetime, **fields: Any) -> Self:
        """Return a link for `reader`, not stored yet. Raises Refused."""
        name = " ".join(text.clean(reader)[0].split())
        if not name or len(name) > 100:
            raise Refused("読む人の名前を、100字までで入れてください。履歴とコメントに出ます。")
        if not 1 <= days <= MOST_DAYS:
            raise Refused(f"期限は、1日から{MOST_DAYS}日までで決めてください。")
        secret = secrets.token_urlsafe(24)
        return cls(
            reader=name, secret=secret, at=now, expires_at=now + timedelta(days=days), **fields
        )

    @classmethod
    def find(cls, token: str, now: datetime | None = None) -> "ReviewLink | None":
        """Return the link that `token` opens at `now`; None for any other token."""
        if len(token) > MOST_TOKEN:
            return None
        try:
            pk, _, secret = _signer().unsign(token).partition(".")
        except signing.BadSignature:
            return None
        links = cls._default_manager.select_related("post", "revision")
        link = links.filter(pk=int(pk)).first()
        if link is None or not constant_time_compare(link.secret, secret):
            return None
        return link if link.is_open(now) else None

    @property
    def token(self) -> str:
        """What opens the link: who it is and its secret, signed for this purpose alone."""
        return _signer().sign(f"{self.pk}.{self.secret}")

    def is_open(self, now: datetime | None = None) -> bool:
        """Return whether the link leads to its revision at `now`."""
        now = now or timezone.now()
        return not self.revoked_at and now < self.expires_at and not self.post.archived_at

    def open(self, now: datetime | None = None) -> None:
        """Remember that the reader opened the link: the first time, and never again."""
        now = now or timezone.now()
        with transaction.atomic():
            unseen = type(self)._default_manager.filter(pk=self.pk, seen_at=None)
            if unseen.update(seen_at=now):
                self.seen_at = now
                self._log("seen", now)

    def remark(
        self,
        body: str,
        *,
        on: text.Anchor | None = None,
        field: str = "body",
        now: datetime | None = None,
    ) -> Comment:
        """Store what the reader remarks. Raises Refused: shut meanwhile, empty, far too many."""
        with self._reading(now) as now:
            lately = self.comments.filter(at__gt=now - AN_HOUR)
            if lately.count() >= COMMENTS_AN_HOUR:
                raise Refused(
                    f"1時間に送れるコメントは{COMMENTS_AN_HOUR}件までです。"
                    "しばらくしてから、もう一度送ってください。"
                )
            comment = Comment.on(on, body, post=self.post, link=self, field=field, at=now)
            comment.revision = self.revision.number
            comment.save()
            self._log("comment", now, comment.body, comment=comment.pk)
        return comment

    def confirm(self, now: datetime | None = None) -> None:
        """Store that the reader has read the revision and agrees. Raises Refused."""
        with self._reading(now) as now:
            if self.confirmed_at is None:
                self.confirmed_at = now
                self.save(update_fields=["confirmed_at"])
                self._log("confirm", now)

    def revoke(self, by: Any, now: datetime | None = None) -> None:
        """Shut the link for good. Raises Refused."""
        with self.post._moving("share", by, now) as now:
            self.refresh_from_db(fields=["revoked_at"])
            if self.revoked_at is None:
                self.revoked_at = now
                self.save(update_fields=["revoked_at"])
                self._log("revoke", now, by=by)

    @contextmanager
    def _reading(self, now: datetime | None) -> Iterator[datetime]:
        """Lock the manuscript, and refuse what comes by a link that was shut meanwhile."""
        with self.post._moving("comment", None, now) as now:
            self.refresh_from_db(fields=["revoked_at", "expires_at", "confirmed_at"])
            if not self.is_open(now):
                raise Refused("この確認用リンクは、もう使えません。編集部にお問い合わせください。")
            yield now

    def _log(
        self, move: str, now: datetime, words: str = "", by: Any = None, **detail: Any
    ) -> None:
        detail = {"reader": self.reader, "link": self.pk, **detail}
        self.post._log(move, by, now, self.revision.number, detail, words=words)


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")

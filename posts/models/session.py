"""Sessions on the desk: Django's, with whose they are, so that they can be listed and ended."""

import hashlib
import ipaddress
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Self

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

# What a browser calls itself, in the order in which one pretends to be another.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}

# How often somebody may guess in WINDOW; an office has one address for all its people.
PER_ACCOUNT, PER_ADDRESS = 10, 50
WINDOW = timedelta(hours=1)
KEPT = timedelta(days=1)


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

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the engine that reads these rows."""
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def handle(self) -> str:
        """What a page calls it: whoever reads the page learns no key."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:20]

    @property
    def device(self) -> str:
        """The browser and the system, as people call them."""
        found = [
            next((name for mark, name in names.items() if mark in self.agent), "")
            for names in (BROWSERS, SYSTEMS)
        ]
        return "・".join(filter(None, found)) or "不明なブラウザー"

    @classmethod
    def of(cls, user: Any) -> "list[Session]":
        """Return the sessions in which `user` is logged in now, the last used first."""
        rows = Session._default_manager.filter(user=user, expire_date__gt=timezone.now())
        return list(rows.order_by("-seen_at", "session_key"))

    @classmethod
    def end(cls, user: Any, *, keep: str | None = None) -> int:
        """End the sessions of `user`, except the one with the key `keep`; return how many."""
        return cls._default_manager.filter(user=user).exclude(session_key=keep or "").delete()[0]


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

    @classmethod
    def guess(
        cls, account: str, address: str | None, *, what: str = "login", now: datetime | None = None
    ) -> Self | None:
        """Count a guess as failed before it is made; None: there were too many already.

        A row comes first and is counted with the others, so that of many guesses at once no
        more get through. Who guesses right says `forgive`.
        """
        now = now or timezone.now()
        guess = cls(
            account=_digest(what, account.casefold()),
            address=_digest(what, _network(address)),
            at=now,
        )
        guess.save()
        recent = cls.objects.filter(at__gt=now - WINDOW)
        of_account = recent.filter(account=guess.account).count()
        of_address = recent.filter(address=guess.address).count() if address else 0
        if of_account <= PER_ACCOUNT and of_address <= PER_ADDRESS:
            return guess
        guess.delete()  # who goes on asking does not wait longer for it
        return None

    def forgive(self) -> None:
        """Forget what this address guessed for this account: it knew the password after all.

        What others guessed elsewhere stays, or they could go on whenever the owner logs in.
        """
        LoginFailure.objects.filter(account=self.account, address=self.address).delete()

    @classmethod
    def forget(cls, now: datetime) -> int:
        """Delete what counts no more and return how many."""
        return cls.objects.filter(at__lt=now - KEPT).delete()[0]

    @classmethod
    def pardon(cls, account: str) -> None:
        """Let an account be logged into again: its owner was reached by mail."""
        cls.objects.filter(account=_digest("login", account.casefold())).delete()


def _digest(what: str, value: str) -> str:
    return salted_hmac(f"posts.guess.{what}", value, algorithm="sha256").hexdigest()


def _network(address: str | None) -> str:
    """Return what one customer of a provider has: an IPv4 address, or 64 bits of IPv6."""
    if address and ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address or ""

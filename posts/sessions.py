"""The sessions of the desk: Django's in the database, with whose, where, and how long.

SESSION_ENGINE and the middleware. A session ends IDLE after its last use, and in any case with
its cookie (SESSION_COOKIE_AGE) after the login.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest
from django.utils import timezone

from posts.models import Session

IDLE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)  # reading a page writes no oftener


class SessionStore(db.SessionStore):
    """A session in our table."""

    begun_at: datetime | None = None
    agent = ""
    address: str | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of the rows."""
        return Session

    def load(self) -> dict[str, Any]:
        """Return what is stored, and note that it was used; empty when it has ended."""
        now = timezone.now()
        key = (self.session_key or "").replace("\0", "")  # which PostgreSQL takes into no query
        found = Session._default_manager.filter(pk=key, expire_date__gt=now).first()
        if found is None:
            self._session_key = None
            return {}
        self.begun_at = found.begun_at
        self.agent, self.address = self.agent or found.agent, self.address or found.address
        if now - found.seen_at >= SEEN_EVERY:
            Session._default_manager.filter(pk=found.pk).update(**self._seen(now))
        return self.decode(found.session_data)

    def create(self) -> None:
        """Begin a new row, under a new key: at a login, and when the password changes."""
        self.begun_at = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row as it is to be stored."""
        now = timezone.now()
        self.begun_at = self.begun_at or now
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            begun_at=self.begun_at,
            user_id=data.get(SESSION_KEY),
            **self._seen(now),
        )

    def _seen(self, now: datetime) -> dict[str, Any]:
        last = (self.begun_at or now) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return {
            "seen_at": now,
            "expire_date": min(now + IDLE, last),
            "agent": self.agent[:200],
            "address": self.address,
        }


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, which also tells the session which browser asks, and from where."""

    def process_request(self, request: HttpRequest) -> None:
        """Begin with the session that the cookie names."""
        super().process_request(request)
        agent = request.headers.get("User-Agent", "").replace("\0", "")
        request.session.agent = agent  # type: ignore[attr-defined]
        request.session.address = address_of(request)  # type: ignore[attr-defined]


def address_of(request: HttpRequest) -> str | None:
    """Return the IP address that a request comes from; None when it is not known.

    Behind a front (SITE_URL with https) it is what the front saw: the last one it wrote.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or said
    try:
        return str(ipaddress.ip_address(said.partition("%")[0]))
    except ValueError:
        return None

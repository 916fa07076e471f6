"""The letters about logins: invitations, new passwords, what was changed. The worker sends them.

A secret is made when its letter is written, so that no table holds one. A second letter, when
the first was sent and the worker died behind it, makes the first one's secret useless.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from posts.models import Delivery, Invitation, LoginFailure, SiteSettings, name_of
from posts.notices import one_line

STALE = timedelta(hours=1)  # nobody waits longer for a new password
PAUSE = 15  # minutes between two letters for a new password to one mail address


class ResetTokens(PasswordResetTokenGenerator):
    """Django's, and for nobody who was shut out meanwhile."""

    key_salt = "posts.letters.reset"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"


tokens = ResetTokens()


def ask_reset(email: str, address: str | None) -> None:
    """Have the letter for a new password sent, if somebody has this mail address.

    Whether somebody has is looked up by the worker: nobody learns it from how long this takes.
    """
    if LoginFailure.guess(email, address, what="reset") is None:
        return
    now = timezone.now()
    hour, minute = f"{now:%Y%m%d%H}", now.minute // PAUSE
    key = f"reset:{_digest(email)}:{hour}{minute}"
    payload = {"email": email, "at": now.isoformat()}
    Delivery.objects.plan([Delivery(kind="reset", key=key, payload=payload, due_at=now)])


def _digest(email: str) -> str:
    return salted_hmac("posts.letters", email.casefold(), algorithm="sha256").hexdigest()


def reset(delivery: Delivery, now: datetime) -> None:
    """Send a link for a new password to whoever has the mail address."""
    email = delivery.payload["email"]
    if now - datetime.fromisoformat(delivery.payload["at"]) > STALE:
        return
    for user in PasswordResetForm().get_users(email):
        uid = urlsafe_base64_encode(force_bytes(user.pk))
        link = reverse("admin:password_reset_confirm", args=[uid, tokens.make_token(user)])
        # To the stored address: what was typed may only look like it.
        write("reset", user.email, name=name_of(user), username=user.username, link=link)


def invitation(delivery: Delivery, now: datetime) -> None:
    """Send the link of an invitation, unless it has ended meanwhile."""
    pk = delivery.payload["invitation"]
    row = Invitation.objects.open(now).filter(pk=pk).select_related("by").first()
    if row:
        link = reverse("admin:invitation", args=[row.secret()])
        write("invitation", row.email, name=row.name, by=name_of(row.by), row=row, link=link)


def account(delivery: Delivery, now: datetime) -> None:
    """Tell somebody what was changed about their login."""
    said = delivery.payload
    link = reverse("admin:password_reset")
    write(said["what"], said["to"], name=said["name"], link=link)


def write(letter: str, to: str, *, link: str = "", **context: Any) -> None:
    """Send one of the letters in templates/admin/people/letters/; its first line is its subject."""
    context |= {"paper": SiteSettings.load().name, "link": urljoin(settings.SITE_URL, link)}
    text = render_to_string(f"admin/people/letters/{letter}.txt", context)
    subject, _, body = text.partition("\n")
    EmailMessage(one_line(subject), body.lstrip(), to=[to]).send()


KINDS = {"reset": reset, "invitation": invitation, "account": account}

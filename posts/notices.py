"""What notices say: in a sentence, and as a mail that the worker sends."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils.encoding import punycode

from posts import text
from posts.models import Delivery, Edition, Notice, Post, SiteSettings, absolute, address
from posts.templatetags.desk import person

SUBJECT = 60  # grapheme clusters of a title in a subject
NOTE = 1000  # and of a note in a mail
EVERY = timedelta(hours=1)  # how often the chiefs are told of late deliveries, at most

SAID = {
    "submit": "確認に出しました",
    "return_": "差し戻しました",
    "approve": "承認しました",
    "comment": "コメントしました",
    "answer": "コメントに返信しました",
    "confirm": "「確認しました」を押しました",
}


def sentence(notice: Notice, by: Any = None) -> str:
    """Return what happened, as a sentence; `by` is the user who did it."""
    if notice.kind == "late":
        return _late(notice.detail)
    if notice.kind == "live":
        return "新しい版が公開されました。" if notice.detail.get("again") else "公開されました。"
    who = notice.detail.get("who") or person(by)
    honoured = f"{who}さん" if notice.detail.get("who") or by else who
    said = SAID.get(notice.detail.get("move", notice.kind), notice.label)
    return f"{honoured}が{said}。"


def _late(detail: dict[str, Any]) -> str:
    late, dead = detail.get("minutes"), detail.get("dead")
    said = [f"配信が{late}分遅れました。"] if late else []
    said += [f"届かなかった配信が{dead}件あります。"] if dead else []
    return "".join(said)


# What the worker tells of


def tell_live(edition: Edition, now: datetime) -> None:
    """Tell the writers that `edition` is public; whoever published it knows."""
    post = Post.objects.get(pk=edition.post_id)
    published = post.events.filter(move__in=("publish", "fix"), revision=edition.version)
    event = published.select_related("by").first()
    again = edition.published_at < edition.visible_from
    with transaction.atomic():
        by, key = event and event.by, f"live:{edition.pk}"
        Notice.tell("live", post, key=key, by=by, now=now, again=again)


def warn(now: datetime) -> None:
    """Tell the chiefs of deliveries that are late or were given up since they were told last.

    A mail that could not warn is nothing to warn of.
    """
    told = Notice.objects.filter(kind="late").aggregate(last=Max("at"))["last"]
    backlog = Delivery.objects.backlog(now)
    if not backlog or (told and now - told < EVERY):
        return
    dead = Delivery.objects.filter(dead=True, done_at=None).exclude(key__startswith="mail:late:")
    fresh = dead.filter(due_at__gt=told) if told else dead
    if not backlog.late and not fresh.exists():
        return
    with transaction.atomic():
        Notice.tell(
            "late",
            key=f"late:{now:%Y%m%d%H}",
            now=now,
            minutes=backlog.minutes,
            dead=dead.count(),
        )


# Mail


def mail(delivery: Delivery, now: datetime) -> None:
    """Send a notice by mail, if the person may still know it and wants it so."""
    notices = Notice.objects.select_related("user", "post")
    notice = notices.filter(key=delivery.payload["notice"]).first()
    if notice and notice.goes_by_mail():
        message(notice).send()


def message(notice: Notice) -> EmailMessage:
    """Return the mail that says what the notice says."""
    post, people = notice.post, get_user_model()._default_manager
    title = one_line(post.title, SUBJECT) if post else ""
    site = SiteSettings.load().name
    context = {
        "notice": notice,
        "name": one_line(person(notice.user)),
        "title": one_line(post.title) if post else "",
        "sentence": one_line(sentence(notice, people.filter(pk=notice.detail.get("by")).first())),
        "note": _quoted(notice.detail.get("note", "")),
        "link": absolute(target(notice)),
        "settings": absolute(address("admin:notice_settings")),
        "site": one_line(site),
    }
    return EmailMessage(
        subject=f"{notice.label}：{title}" if title else f"{notice.label}（{one_line(site)}）",
        body=render_to_string("mail/notice.txt", context),
        to=[notice.user.email],
        headers=_headers(notice),
    )


def target(notice: Notice) -> str:
    """Return where a notice leads on the desk."""
    if notice.post_id is None:
        return address("admin:posts_delivery_changelist")
    return address("admin:posts_post_change", notice.post_id)


def one_line(value: str, limit: int = 200) -> str:
    """Return `value` fit for a header: one line, at most `limit` clusters, and nothing encoded.

    What looks like an encoded word would be decoded by the mail library, newlines included.
    """
    plain = " ".join(text.clean(value)[0].split()).replace("=?", "=？")
    return _cut(plain, limit)


def _cut(plain: str, limit: int) -> str:
    clusters = text.graphemes(plain)
    return plain if len(clusters) <= limit else "".join(clusters[: limit - 1]) + "…"


def _quoted(note: str) -> str:
    """Return a note as mails quote: it is never taken for what the desk itself says."""
    lines = _cut(text.clean(note)[0].strip(), NOTE).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _headers(notice: Notice) -> dict[str, str]:
    """Return what makes the mails of a manuscript one thread, and of a second sending one mail."""
    host = punycode(urlsplit(settings.SITE_URL).hostname or "localhost")
    headers = {
        "Message-ID": f"<{uuid5(NAMESPACE_URL, notice.key)}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if notice.post:
        thread = f"<{uuid5(notice.post.uid, 'notices')}@{host}>"
        headers |= {"In-Reply-To": thread, "References": thread}
    return headers

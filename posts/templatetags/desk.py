"""How the desk writes moments and people."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from posts.models import JST, name_of

register = template.Library()

WEEKDAYS = "月火水木金土日"


@register.filter
def moment(value: datetime | str | None) -> str:
    """Return `value` in Japan, as 2026年4月1日（水）09:00; an Event's detail holds ISO text."""
    parsed = parse_datetime(value) if isinstance(value, str) else value
    if parsed is None:
        return ""
    shown = timezone.localtime(parsed, JST)
    return f"{shown:%Y年%-m月%-d日}（{WEEKDAYS[shown.weekday()]}）{shown:%H:%M}"


@register.filter
def person(user: Any) -> str:
    """Return the name of `user`; no user is a command that the operator of the server ran."""
    return "サーバー" if user is None else name_of(user)

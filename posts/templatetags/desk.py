"""How the desk writes moments and people."""

from datetime import date, datetime, timedelta
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
def day(value: date | None) -> str:
    """Return a day as 4月1日（水）, with its year where that is not this one."""
    if value is None:
        return ""
    year = "" if value.year == timezone.localdate(timezone=JST).year else f"{value:%Y年}"
    return f"{year}{value.month}月{value.day}日（{WEEKDAYS[value.weekday()]}）"


@register.filter
def ago(value: datetime | None) -> str:
    """Return how long ago `value` was, as 2時間前; behind a day, which day it was."""
    if value is None:
        return ""
    passed = timezone.now() - value
    if passed < timedelta(minutes=1):
        return "たったいま"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)}分前"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)}時間前"
    return day(timezone.localtime(value, JST).date())


@register.filter
def person(user: Any) -> str:
    """Return the name of `user`; no user is a command that the operator of the server ran."""
    return "サーバー" if user is None else name_of(user)


@register.filter
def weekday(value: date) -> str:
    """Return the letter of a day of the week: 月."""
    return WEEKDAYS[value.weekday()]

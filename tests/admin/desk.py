"""What a browser sends to the desk, and how the tests read what comes back."""

import re
from html import unescape

from django.apps import apps
from django.db import connection

from posts.models import Event

LIST = "/admin/posts/post/"
ADD = f"{LIST}add/"

EMPTY = {
    "base": "0",
    "title": "題名",
    "deck": "",
    "body": "本文です。",
    "breaks": "",
    "excerpt": "",
    "kind": "article",
    "slug": "",
    "category": "",
    "tags": "",
    "series": "",
    "series_part": "",
    "cover": "",
    "reading_minutes": "",
    "planned_on": "",
}


def at(post, page=""):
    """Return the address of a manuscript's page: change/, preview/, history/, move/submit/."""
    return f"{LIST}{post.pk}/{page or 'change/'}"


def form(post=None, signed=None, **typed):
    """Return what the form of `post` (a new one by default) posts, with some fields typed.

    `signed` are pairs of an author and a role; without, those of the post.
    """
    data = dict(EMPTY)
    if post:
        content = post.manuscript
        for name in set(EMPTY) - {"base", "kind", "tags", "planned_on"}:
            value = getattr(content, name)
            data[name] = "" if value is None else value
        names = [row.tag.name for row in post.taggings.select_related("tag").order_by("pk")]
        data |= {"base": post.version, "kind": post.kind, "tags": "、".join(names)}
        data |= {"planned_on": post.planned_on or "", "initial-planned_on": post.planned_on or ""}
        data["initial-kind"] = post.kind
    if signed is None:
        signed = [(row.author, row.role) for row in post.bylines.all()] if post else []
    return data | bylines(signed) | typed


def bylines(signed):
    """Return the rows of the signatures as the form posts them."""
    data = {
        "bylines-TOTAL_FORMS": len(signed) + 1,
        "bylines-INITIAL_FORMS": 0,
        "bylines-MIN_NUM_FORMS": 0,
        "bylines-MAX_NUM_FORMS": 1000,
    }
    for place, (author, role) in enumerate([*signed, (None, "")]):
        row = {"id": "", "author": author.pk if author else "", "role": role, "position": place}
        row["position"] = place if author else ""
        data |= {f"bylines-{place}-{name}": value for name, value in row.items()}
    return data


def sent_by(page):
    """Return what a browser sends when somebody saves the form on `page` as it came."""
    html = page.content.decode()
    data = {}
    for tag in re.findall(r"<input [^>]+>", html):
        given = dict(re.findall(r'(\S+)="([^"]*)"', tag))
        if given.get("type") not in {"submit", "checkbox"} and "name" in given:
            data[given["name"]] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\s?(.*?)</textarea>', html, re.S):
        data[name] = unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    return data


def seen(answer):
    """Return the text of a page."""
    page = answer.content.decode()
    page = re.sub(r"<(script|style|head)\b.*?</\1>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", page))


def rows(*leave):
    """Return every row of every table of ours but those of the models named in `leave`.

    Without sessions, which a login writes, and without the log's lines of what was refused.
    """
    leave = {*leave, "Session", "Person"}
    models = [one for one in apps.get_app_config("posts").get_models() if one.__name__ not in leave]
    with connection.cursor() as cursor:
        return {model._meta.label: sorted(map(repr, stored(cursor, model))) for model in models}


def stored(cursor, model):
    """Return the rows of a table: without the ORM, for this is asked some thousand times."""
    where = " WHERE move <> 'refused'" if model is Event else ""
    cursor.execute(f"SELECT * FROM {model._meta.db_table}{where}")
    return cursor.fetchall()

"""What a desk does, told by numbers: the third article, the second tag.

Each function is called with plain values, so that a history can be read and done again. What the
desk refuses changes nothing.
"""

import io
from dataclasses import replace
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone
from PIL import Image

from posts import theme
from posts.models import (
    Author,
    Category,
    Edition,
    Manuscript,
    Media,
    Post,
    Ready,
    Refused,
    Series,
    SiteSettings,
    Slug,
    Tag,
    counts,
    refresh,
    related,
    retire,
)
from posts.models.removal import remove
from posts.pages import SITE, Removed
from tests.cast import minute

POSTS = 7  # at most
PER_PAGE = 3  # articles of a list
LISTS = [(Category, "categories", "editions"), (Tag, "tags", "edition_rows")]
LISTS += [(Author, "authors", "edition_rows")]
MODELS = {
    "author": Author,
    "category": Category,
    "media": Media,
    "series": Series,
    "site": SiteSettings,
    "tag": Tag,
}
LINKS = {"category": Category, "cover": Media, "parent": Category, "portrait": Media}
LINKS |= {"series": Series, "logo": Media, "lead": Post}


def do(name, arguments):
    """Call a function of this module; return its answer, or that it was refused."""
    try:
        return globals()[name](**arguments)
    except (Refused, ValidationError, ProtectedError) as error:
        return f"refused: {type(error).__name__}"


def reset():
    """Begin anew: a small desk with a few articles."""
    from posts.models import guards

    guards.remove(connection)
    names = {*connection.introspection.table_names()} - {"posts_removal"}
    tables = sorted(name for name in names if name.startswith("posts_"))
    later = "SET CONSTRAINTS ALL DEFERRED" if is_postgresql() else "PRAGMA defer_foreign_keys = 1"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(later)
            # Not TRUNCATE, whose lock would hold a server that looks after its pages.
            for table in tables:
                cursor.execute(f'DELETE FROM "{table}"')
        remove(Removed(withdrawn={SITE}))
    guards.install(connection)
    with transaction.atomic():
        for name in ("青木", "石井"):
            Author.named(name)
        top = Category.named("政治")
        Category.named("文化")
        Category.objects.create(name="選挙", slug="election", parent=top)
        Tag.named(["予算", "図書館"])
        for name in ("町を歩く", "海の記録"):
            Series.named(name)
        for colour in ("red", "blue"):
            picture = io.BytesIO()
            Image.new("RGB", (8, 8), colour).save(picture, "PNG")
            Media.keep(picture.getvalue(), f"{colour}.png", alt=colour)
    for number in range(4):
        under = {"category": number, "tags": [number], "bylines": [number], "series": number}
        begin("article", {"title": f"記事{number}", **under})
        publish(-1)


def is_postgresql():
    return connection.vendor == "postgresql"


def known():
    """Return the addresses of all that there is."""
    slugs = list(Slug.objects.values_list("path", "post__kind"))
    found = [f"/{slug}/" if kind == "page" else f"/posts/{slug}/" for slug, kind in slugs]
    found += [f"{path}?view=tate" for path in found]
    found.append(theme.address(SiteSettings.load(), Category.objects.all()))
    for model, folder, rows in LISTS:
        for slug, number in model.objects.values_list("slug", Count(rows)):
            found.append(f"/{folder}/{slug}/")
            if number > PER_PAGE:
                found.append(f"/{folder}/{slug}/page/2/")
    found += [f"/series/{slug}/" for slug in Series.objects.values_list("slug", flat=True)]
    for month in Edition.objects.values_list("month", flat=True).distinct():
        found += [f"/archive/{month // 100}/", f"/archive/{month // 100}/{month % 100:02}/"]
    return found


# Manuscripts


def pick(model, number):
    """Return the row of this number, counted round; None for None."""
    if number is None:
        return None
    rows = list(model.objects.order_by("pk"))
    return rows[number % len(rows)] if rows else None


def post(number):
    found = pick(Post, number)
    if found is None:
        raise Refused("まだ原稿がありません。")
    return found


def content(fields):
    """Return the fields of a manuscript, with primary keys in place of numbers."""
    fields = dict(fields)
    for name in fields.keys() & {"category", "series", "cover"}:
        row = pick(LINKS[name], fields[name])
        fields[name] = row and row.pk
    if "bylines" in fields:
        authors = (pick(Author, number) for number in fields["bylines"])
        fields["bylines"] = tuple(dict.fromkeys((author.pk, "") for author in authors if author))
    if "tags" in fields:
        tags = (pick(Tag, number) for number in fields["tags"])
        fields["tags"] = tuple(dict.fromkeys(tag.pk for tag in tags if tag))
    if "picture" in fields and (media := pick(Media, fields.pop("picture"))):
        fields["body"] = f"![]({media.url})\n\n" + fields.get("body", "")
    if days := fields.pop("days", None):
        fields["original_date"] = minute(0) - timedelta(days=days)
    return fields


def begin(kind, fields):
    if Post.objects.count() >= POSTS:
        raise Refused("もう十分です。")
    Post.begin(Manuscript(**content({"body": "本文。"} | fields)), by=None, kind=kind)


def write(number, fields):
    found = post(number)
    found.write(replace(found.manuscript, **content(fields)), by=None, base=found.version)


def restore(number, revision):
    found = post(number)
    revisions = list(found.revisions.order_by("number"))
    found.restore(revisions[revision % len(revisions)], by=None)


def move(number, verb):
    getattr(post(number), verb)(None)


def publish(number, at=None, until=None, kind="update", note="", revision=None):
    """Publish; `at` and `until` in minutes from now."""
    found, now = post(number), timezone.now()
    at, until = (end and now + timedelta(minutes=end) for end in (at, until))
    if revision is not None:
        revisions = list(found.revisions.order_by("number"))
        revision = revisions[revision % len(revisions)]
    found.publish(None, revision, at=at, until=until, kind=kind, note=note)


def publish_both(first, second):
    """Publish two articles in one transaction."""
    with transaction.atomic():
        publish(first)
        publish(second)


def import_one(number, fields):
    """Publish as an import does, which leaves what is related to the worker."""
    found = post(number)
    found.write(replace(found.manuscript, **content(fields)), by=None, base=found.version)
    found.publish(None, ready=Ready(relate=False))


def unpublish(number, at=None):
    post(number).unpublish(None, at=at and timezone.now() + timedelta(minutes=at))


# What articles stand under


def change(model, number, field, value):
    """Set a field of a row of a model and save it, as a form does."""
    row = SiteSettings.load() if model == "site" else pick(MODELS[model], number)
    if row is None:
        raise Refused("もうありません。")
    if field in LINKS:
        value = pick(LINKS[field], value)
    setattr(row, field, value)
    row.full_clean(validate_unique=model != "site", validate_constraints=model != "site")
    row.save()


def delete(model, number):
    row = pick(MODELS[model], number)
    if row is None:
        raise Refused("もうありません。")
    row.delete()


def merge(model, first, second):
    """Merge a row of a model into another; None where there is none."""
    source, target = pick(MODELS[model], first), pick(MODELS[model], second)
    if source is None or target is None:
        raise Refused("もうありません。")
    source.merge_into(target, None)


def shift(number, step):
    """Move a category among those beside it."""
    row = pick(Category, number)
    if row is None:
        raise Refused("もうありません。")
    row.shift(step, None)


def put_under(number, parent):
    """Move a category under another one, or to the top."""
    row = pick(Category, number)
    if row is None:
        raise Refused("もうありません。")
    row.put_under(pick(Category, parent), None)


# What nobody asked for


def rebuild():
    """Make anew what is derived of everything public."""
    for edition in Edition.objects.public().select_related("revision", "post"):
        refresh(edition, timezone.now())


def tidy():
    retire(timezone.now())


def relate():
    related.relate(3)


def recount():
    counts.recount()

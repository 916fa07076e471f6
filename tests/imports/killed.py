"""Run one import and die by SIGKILL before a statement: `python -m tests.imports.killed N SOURCE`.

N counts the statements after the start of the import; 0 lets it live. `--dump` instead
prints all that the database then holds, in words that are the same in every database.
"""

import io
import itertools
import json
import os
import signal
import sys
from contextlib import redirect_stdout

import django


def die_before(number):
    """Return an execute_wrapper that kills the process before statement `number`."""
    counter = itertools.count(1)

    def count(execute, sql, params, many, context):
        if next(counter) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    return count, counter


def run(number, source):
    """Import `source`, dying before statement `number`; print how many there were."""
    from django.core.management import call_command
    from django.db import connection

    count, counter = die_before(number)
    with connection.execute_wrapper(count), redirect_stdout(io.StringIO()):
        call_command("import_posts", source)
    print(next(counter) - 1)


def dump():
    """Return everything an import leaves, without ids and without the moments of the run."""
    from posts.models import (
        Author,
        Category,
        ImportedFile,
        Media,
        Post,
        Redirect,
        Series,
        Slug,
        Tag,
    )

    files = ImportedFile.objects.order_by("key")
    return {
        "files": [[one.key, one.digest, one.version, one.notes, one.post.title] for one in files],
        "posts": [manuscript(post) for post in Post.objects.order_by("uid")],
        "names": {
            model.__name__: sorted(model.objects.values_list("name", "slug"))
            for model in (Author, Category, Tag, Series)
        },
        "slugs": sorted(Slug.objects.values_list("path", "post__title")),
        "redirects": sorted(
            [row.path, row.post.title if row.post else row.media.digest, row.target]
            for row in Redirect.objects.select_related("post", "media")
        ),
        "media": sorted(
            [one.digest, one.name, one.alt, one.original.name, one.original.size]
            for one in Media.objects.all()
        ),
    }


def manuscript(post):
    """Return a post with its history and what readers see of it."""
    shown = ["title", "slug", "html", "plain", "excerpt", "characters", "reading_minutes", "change"]
    return [
        [str(post.uid), post.title, post.slug, post.status, post.version, post.body],
        [str(post.category), str(post.series), post.series_part, post.front_matter],
        list(post.bylines.values_list("author__name", "role")),
        list(post.taggings.order_by("pk").values_list("tag__name", flat=True)),
        list(post.revisions.order_by("number").values_list("number", "base", "why")),
        list(post.events.order_by("pk").values_list("move", "title", "revision")),
        [
            [getattr(edition, name) for name in shown]
            + [str(edition.published_at), edition.month, edition.revision.number]
            + list(edition.tag_rows.values_list("tag__name", flat=True))
            + list(edition.bylines.values_list("author__name", flat=True))
            for edition in post.editions.order_by("visible_from")
        ],
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    if sys.argv[1] == "--dump":
        print(json.dumps(dump(), ensure_ascii=False, default=str))
    else:
        run(int(sys.argv[1]), sys.argv[2])

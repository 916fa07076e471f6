"""What the tests of backups run beside them: `python -m tests.backing write|fill|old …`."""

import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path

import django

BIG = 500_000  # bytes, so that a copy takes several steps


def write():
    """Write manuscripts, each and its versions in one transaction, until standard input ends."""
    import select

    from django.db import transaction

    from posts.models import Manuscript, Post

    number = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        number += 1
        with transaction.atomic():
            post = Post.begin(Manuscript(title=f"書きかけ{number}", body="一"), by=None)
            for times in range(2, 5):
                text = replace(post.manuscript, body="文" * times)
                post.write(text, by=None, base=post.version)
        print(number, flush=True)


def fill(count):
    """Make manuscripts too large for one step of a copy."""
    from posts.models import Manuscript, Post

    for number in range(count):
        body = secrets.token_hex(BIG // 2)
        Post.begin(Manuscript(title=f"大きな原稿{number}", body=body), by=None)


def old(folder):
    """Make a backup of a database whose tables are not those of this program."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from posts.backup import Manifest, databases, files, program
    from posts.backup.manifest import DATABASES

    folder.mkdir()
    copy, engine = folder / DATABASES[connection.vendor], databases.engine()
    with engine.snapshot() as name:
        engine.save(copy, name, lambda done, total: None, expected=0)
        manifest = Manifest(
            moment=timezone.now(),
            site_url=settings.SITE_URL,
            program=program.this(),
            kind=connection.vendor,
            server=engine.version(),
            database=files.of_path(copy),
            migrations=databases.migrations(),
            tables=databases.tables(),
            files={},
            pages={},
        )
    manifest.write(folder)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    match sys.argv[1:]:
        case ["write"]:
            write()
        case ["fill", count]:
            fill(int(count))
        case ["old", folder]:
            old(Path(folder))

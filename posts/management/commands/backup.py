"""Back up the database and the files that it names: `manage.py backup [FOLDER] [--keep N]`."""

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from posts import backup
from posts.management.commands.make_corpus import some
from posts.management.telling import Telling, megabytes


class Command(BaseCommand):
    help = "データベースと画像を、書き込みを止めずにバックアップします。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.VAR_DIR / "backups",
            help="バックアップを並べるフォルダー（ふつうは VAR_DIR/backups）",
        )
        parser.add_argument(
            "--keep", type=some, default=7, metavar="N", help="残す数（ふつうは新しいほうから 7）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            made = backup.make(options["folder"], options["keep"], Telling(self.stderr.write))
        except backup.Refused as error:
            raise CommandError(str(error)) from error
        except (OSError, SqliteError, DatabaseError) as error:
            raise CommandError(
                f"バックアップできませんでした。作りかけは消しました。{error}"
            ) from error
        except KeyboardInterrupt:
            self.stdout.write("途中で止めました。作りかけのバックアップは消しました。")
            sys.exit(130)
        self.finish(made, time.monotonic() - began)

    def finish(self, made: backup.Made, seconds: float) -> None:
        """Say what was made, what is not in it, and what was removed."""
        manifest = made.manifest
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(
            f"{made.path}（{seconds:.1f} 秒）\n"
            f"データベース {megabytes(manifest.database.size)}（{rows:,} 行）　"
            f"画像 {len(manifest.files):,} 枚（新しく写したもの {megabytes(made.copied)}）　"
            f"ページ {len(manifest.pages)}"
        )
        for path in made.removed:
            self.stdout.write(f"古いバックアップを消しました：{path.name}")
        self.stdout.write(
            f"署名の鍵は入っていません。{key()}を、バックアップとは別の安全な場所に写してください。"
        )
        wrong = [f"画像 {name}：置き場所にありません。" for name in manifest.missing]
        wrong += [
            f"ページ {path}：読者にも {seen.status} のエラーが出ています。"
            for path, seen in manifest.pages.items()
            if seen.status >= 500
        ]
        for one in wrong:
            self.stderr.write(one)
        if wrong:
            self.stderr.write("バックアップはできましたが、サイトに上の問題があります。")
            sys.exit(2)


def key() -> str:
    """Return where the key of signatures is."""
    if os.environ.get("SECRET_KEY", "").strip():
        return "環境変数 SECRET_KEY "
    return f"{settings.VAR_DIR / 'secret_key'} "

"""Give a backup back into an empty place: `manage.py restore BACKUP [--verify]`."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from posts import backup
from posts.management.telling import Telling
from posts.models import JST


class Command(BaseCommand):
    help = "バックアップを、空のデータベースと空の画像フォルダーに戻します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="バックアップのフォルダー")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="すべての表の行数、すべての画像、100のページを、バックアップのときと比べる",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        place, verify = options["backup"], options["verify"]
        try:
            restored = backup.restore(place, Telling(self.stderr.write), verify=verify)
        except backup.Refused as error:
            raise CommandError(str(error)) from error
        except (OSError, SqliteError, DatabaseError) as error:
            raise CommandError(f"戻せませんでした。{error}") from error
        except KeyboardInterrupt:
            self.stdout.write("途中で止めました。もう一度、空の場所から始めてください。")
            sys.exit(130)
        self.finish(restored, time.monotonic() - began, verify=verify)

    def finish(self, restored: backup.Restored, seconds: float, *, verify: bool) -> None:
        """Say what is there now, and what is not as it was."""
        manifest = restored.manifest
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(
            f"{manifest.moment.astimezone(JST):%Y年%m月%d日 %H:%M:%S} のバックアップを"
            f"戻しました（{seconds:.1f} 秒）。\n"
            f"表 {len(manifest.tables)}（{rows:,} 行）　画像 {len(manifest.files):,} 枚"
        )
        if restored.migrated:
            self.stdout.write(f"移行しました：{'、'.join(restored.migrated)}")
        for name in manifest.missing:
            self.stdout.write(f"画像 {name}：バックアップのときから、ありませんでした。")
        if restored.differences:
            self.differ(restored)
        elif verify:
            self.stdout.write(
                f"確かめました。すべての表、すべての画像、{len(manifest.pages)} のページが、"
                "バックアップのときと同じです。"
            )

    def differ(self, restored: backup.Restored) -> None:
        """Say every difference, and end with the code 2."""
        for one in restored.differences:
            self.stdout.write(f"違い：{one}")
        if restored.changed:
            self.stdout.write(
                "プログラムがバックアップのときと違います。ページの違いは、そのためかもしれません。"
            )
        self.stdout.write(f"{len(restored.differences)} か所が、バックアップのときと違います。")
        sys.exit(2)

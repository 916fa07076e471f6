"""Make a large corpus to measure with: `manage.py make_corpus N`."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections import deque
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from posts import corpus
from posts.models import Edition, Event, Post, Revision, relate


def some(written: str) -> int:
    """Return the number that was `written`, at least 1."""
    if not written.isdecimal() or int(written) < 1:
        raise ArgumentTypeError(f"「{written}」は使えません。1 以上の整数で指定してください。")
    return int(written)


class Command(BaseCommand):
    help = "速さの計測と試用のために、作りものの記事を大量に作ります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("articles", type=some, metavar="N", help="全部で何件にするか")

    def handle(self, *args: Any, **options: Any) -> None:
        self.wanted: int = options["articles"]
        try:
            there = corpus.made(self.wanted)
        except corpus.Foreign as error:
            raise CommandError(
                "このデータベースには、ほかの原稿があります。混ざらないように、"
                "別の VAR_DIR か DATABASE_URL で新しいデータベースを作ってから実行してください。"
            ) from error
        self.began = time.monotonic()
        # It gets faster once most texts have been rendered: the rate is that of the last lines.
        self.shown = deque([(self.began, there)], maxlen=20)
        try:
            corpus.make(self.wanted, self.progress)
            self.relate()
        except KeyboardInterrupt:
            self.stdout.write("途中で止めました。もう一度実行すると、続きから作ります。")
            sys.exit(130)
        self.finish(there)

    def progress(self, place: int) -> None:
        """Show one line a second: place, rate, time left."""
        now = time.monotonic()
        if now - self.shown[-1][0] < 1:
            return
        then, before = self.shown[0]
        self.shown.append((now, place))
        rate = (place - before) / (now - then)
        left = (self.wanted - place) / rate
        self.stderr.write(f"{place}/{self.wanted} 件　毎秒 {rate:.0f} 件　残り約 {left:.0f} 秒")

    def relate(self) -> None:
        """Look for related articles at once, as the worker would do in the background."""
        done = 0
        while found := relate(500):
            done += found
            self.stderr.write(f"関連記事 {done} 件")

    def finish(self, there: int) -> None:
        """Say what was made, and how much there is of it now."""
        seconds = time.monotonic() - self.began
        self.stdout.write(f"{max(self.wanted - there, 0)} 件を作りました（{seconds:.1f} 秒）。")
        counts = "　".join(
            f"{name} {model._default_manager.count():,}"
            for name, model in (
                ("原稿", Post),
                ("履歴", Revision),
                ("公開の版", Edition),
                ("操作の記録", Event),
            )
        )
        self.stdout.write(f"{counts}　データベース {disk_use() / 1_000_000:,.0f} MB")


def disk_use() -> int:
    """Return how many bytes the database takes on its disk."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files = (Path(name + suffix) for suffix in ("", "-wal", "-shm"))
        return sum(file.stat().st_size for file in files if file.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])

"""Import articles from a file, a folder or a zip: `manage.py import_posts SOURCE`."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError

from posts import formats, imports, text
from posts.imports import Options, Outcome, Report, Result

COUNTED = (
    Outcome.CREATED,
    Outcome.UPDATED,
    Outcome.UNCHANGED,
    Outcome.EDITED,
    Outcome.SKIPPED,
    Outcome.REFUSED,
)


class Command(BaseCommand):
    help = "Jekyll 形式の記事を、ファイル・フォルダー・zip から取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="ファイル、フォルダー、または zip")
        parser.add_argument("--dry-run", action="store_true", help="何も保存せず、結果だけを見る")
        state = parser.add_mutually_exclusive_group()
        state.add_argument(
            "--publish", dest="publish", action="store_true", default=None, help="すべて公開する"
        )
        state.add_argument(
            "--draft", dest="publish", action="store_false", help="すべて下書きにする"
        )
        parser.add_argument("--slug", default="", help="スラッグ（一つのファイルのときだけ）")
        parser.add_argument(
            "--timezone", default="Asia/Tokyo", help="時差の書かれていない日付の時間帯"
        )
        parser.add_argument(
            "--breaks", action="store_true", help="改行をそのまま生かす（note・Zenn・Qiita の文章）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["source"]
        began = time.monotonic()
        self.shown = began
        try:
            chosen = self.options(options)
            report = imports.run(source, chosen, self.progress, processes=True)
        except formats.Refused as error:
            raise CommandError(f"{source}：{error}") from error
        self.finish(report, dry_run=options["dry_run"])
        if report.counts[Outcome.REFUSED] == len(report.results) > 0:
            sys.exit(1)

    def options(self, given: dict[str, Any]) -> Options:
        try:
            zone = ZoneInfo(given["timezone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CommandError(
                f"時間帯「{given['timezone']}」はありません。例：Asia/Tokyo"
            ) from error
        slug = given["slug"]
        if slug and not given["source"].is_file():
            raise CommandError("--slug は、一つのファイルを取り込むときだけ使えます。")
        if slug and not text.is_slug(text.canonical_slug(slug)):
            raise CommandError(
                f"「{slug}」はスラッグに使えません。文字・数字・- だけで書いてください。"
            )
        return Options(given["publish"], given["dry_run"], slug, zone, given["breaks"])

    def progress(self, place: int, total: int, result: Result) -> None:
        """Show one line a second: place, rate, time left."""
        now = time.monotonic()
        if place == 1:
            self.began = now
        if now - self.shown < 1:
            return
        self.shown = now
        rate = place / max(now - self.began, 0.001)
        left = (total - place) / rate
        self.stderr.write(f"{place}/{total} 件　毎秒 {rate:.0f} 件　残り約 {left:.0f} 秒")

    def finish(self, report: Report, *, dry_run: bool) -> None:
        for result in report.results:
            self.explain(result)
        counts = "　".join(f"{name.value} {report.counts[name]}" for name in COUNTED)
        rate = len(report.results) / max(report.seconds, 0.001)
        self.stdout.write(f"{counts}（{report.seconds:.1f} 秒、毎秒 {rate:.0f} 件）")
        if report.stopped:
            self.stdout.write("途中で止めました。もう一度実行すると、続きから取り込みます。")
        if dry_run:
            self.stdout.write("試しの実行です。何も保存していません。")

    def explain(self, result: Result) -> None:
        """Write what a person has to know of one file."""
        if result.outcome in {Outcome.REFUSED, Outcome.EDITED}:
            self.stdout.write(f"{result.outcome}：{result.name}　{result.reason}")
        for note in result.notes:
            self.stdout.write(f"メモ：{result.name}　{note}")

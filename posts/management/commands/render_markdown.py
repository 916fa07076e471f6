"""Render Markdown as an article's body: `manage.py render_markdown [FILE|-]`, to stdout.

It needs no database: pictures keep the addresses that the text gives them, and links to
articles (post:slug) stay plain text. The front matter of a Jekyll file is left out.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from posts import text
from posts.formats import frontmatter
from posts.formats.errors import Refused


class Command(BaseCommand):
    help = (
        "Markdown を HTML にして標準出力に書きます（データベースは使いません）。"
        "先頭の YAML フロントマターは飛ばします（--json の文字列では、本文として読みます）。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="-", help="ファイル。省くか「-」なら標準入力"
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="JSON の配列（Markdown の文字列）を読み、JSON の配列（HTML の文字列）を書く",
        )
        parser.add_argument("--breaks", action="store_true", help="改行をそのまま生かす")

    def handle(self, *args: Any, **options: Any) -> None:
        name, breaks = options["file"], options["breaks"]
        source = read(name)
        if not options["json"]:
            self.stdout.write(text.render(body_of(source), breaks=breaks).html)
            return
        rendered = [text.render(one, breaks=breaks).html for one in sources(name, source)]
        self.stdout.write(json.dumps(rendered, ensure_ascii=False))


def read(name: str) -> str:
    """Return the text of a file, of standard input for "-". Raises CommandError."""
    label = label_of(name)
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        why = "名前と、読む権限を確かめてください。"
        raise CommandError(f"{label}：開けません。{why}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CommandError(
            f"{label}：{line}行目が UTF-8 ではありません。UTF-8 で保存し直してください。"
        ) from error


def body_of(source: str) -> str:
    """Return the Markdown behind the front matter that opens a file, or all where none does."""
    source, _ = text.clean(source)
    try:
        block, body = frontmatter.split(source)
        frontmatter.load(block)
    except Refused:  # no block, or an article between two rules
        return source
    return body


def sources(name: str, source: str) -> list[str]:
    """Return the list of strings that `source` (JSON) holds. Raises CommandError."""
    label = label_of(name)
    try:
        found = json.loads(source)
    except json.JSONDecodeError as error:
        raise CommandError(
            f"{label}：JSON として読めません（{error.lineno}行目の{error.colno}文字目）。"
        ) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 100,000 brackets
        raise CommandError(f"{label}：JSON として読めません。") from error
    if not isinstance(found, list):
        raise CommandError(f"{label}：JSON の配列ではありません。")
    for place, one in enumerate(found, start=1):
        if not isinstance(one, str):
            raise CommandError(f"{label}：配列の{place}番目が文字列ではありません。")
    return found


def label_of(name: str) -> str:
    """Return what a person calls the input `name`."""
    return "標準入力" if name == "-" else name

"""Do once what is due: for cron and for tests. `worker` does it all the time."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "期限の来た仕事を一度だけ行います（何度実行しても結果は同じです）。"

    def handle(self, *args: Any, **options: Any) -> None:
        from posts.effects import tick

        self.stdout.write(f"{tick()} 件の仕事をしました。")

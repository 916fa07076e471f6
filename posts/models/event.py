"""The audit log: one row a move, never changed, never deleted (guards.py holds it)."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from posts.models.comment import Comment
from posts.models.moves import MOVES
from posts.models.turns import in_turn

AN_HOUR, REFUSED_AN_HOUR = timedelta(hours=1), 100

LABELS = {
    "create": "作成",
    "edit": "保存",
    "autosave": "自動保存",
    "keep": "退避",
    "arrange": "予定の変更",
    "import": "取り込み",
    "checks": "公開前の検査の変更",
    "export": "記録の書き出し",
    "answer": "コメントへの返信",
    "resolve": "コメントの解決",
    "reopen": "コメントの解決の取り消し",
    "revoke": "確認用リンクの取り消し",
    "seen": "確認用リンクの閲覧",
    "confirm": "読者の確認",
    # People
    "login": "ログイン",
    "login_failed": "ログインの失敗",
    "login_refused": "ログインの制限",
    "logout": "ログアウト",
    "password": "パスワードの変更",
    "reset": "パスワードの再設定",
    "mail": "メールアドレスの変更",
    "rename": "名前の変更",
    "profile": "署名の紹介の変更",
    "role": "役割の変更",
    "beats": "担当の変更",
    "deactivate": "ログインの停止",
    "reactivate": "ログインの再開",
    "end_sessions": "端末のログアウト",
    "invite": "招待",
    "uninvite": "招待の取り消し",
    "accept": "招待に応じる",
    # What articles stand under
    "relabel": "分類や署名の変更",
    "reorder": "カテゴリーの移動",
    "merge": "統合",
    "remove": "分類や署名の削除",
    "redirect": "移転の変更",
    # All else that is written on the desk
    "settings": "サイトの設定の変更",
    "add": "追加",
    "change": "変更",
    "delete": "削除",
    "refused": "断られた操作",
    **{name: move.label for name, move in MOVES.items() if name not in {"view", "edit"}},
}


def labels() -> list[tuple[str, str]]:
    """Return what can be logged, with what the desk calls it."""
    return list(LABELS.items())


class ExactEncoder(DjangoJSONEncoder):
    """Writes moments whole: Django cuts them to milliseconds, and then no log tells what was."""

    def default(self, o: Any) -> Any:
        """Return a moment as ISO 8601 with its microseconds, all else as Django does."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class EventQuerySet(models.QuerySet["Event"]):
    """The log, as it is read."""

    def with_words(self) -> Self:
        """Add what the comments say that it names: the words go with them, the log stays."""
        said = Comment.objects.filter(pk=OuterRef("named")).values("body")[:1]
        named = Cast(KT("detail__comment"), BigIntegerField())
        return self.annotate(named=named, words=Subquery(said))


class Event(models.Model):
    """Who moved what, when, and with which times and note."""

    # No database constraint: the log outlives what it speaks of.
    post = models.ForeignKey(
        "posts.Post", models.DO_NOTHING, db_constraint=False, null=True, related_name="events"
    )
    # Of what it speaks of: a manuscript, or a person, a tag …
    title = models.CharField("題", max_length=200, blank=True)
    move = models.CharField("操作", max_length=20, choices=labels)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人"
    )
    at = models.DateTimeField("日時", db_index=True)
    revision = models.PositiveIntegerField("版", null=True)
    detail = models.JSONField("詳細", default=dict, encoder=ExactEncoder)
    note = models.TextField("メモ", blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作の記録"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["by", "-at"], name="event_by_person"),
            models.Index(fields=["move", "-at", "-id", "post"], name="event_by_move"),
            models.Index(fields=["post", "move", "at"], name="event_of_post"),
        ]

    def __str__(self) -> str:
        return f"{self.get_move_display()}：{self.title}"

    @property
    def said(self) -> str:
        """The note, or the words of the comment that it speaks of; see `with_words`."""
        return self.note or getattr(self, "words", None) or ""

    @classmethod
    def record(
        cls,
        move: str,
        *,
        by: Any,
        title: str = "",
        post: Any = None,
        detail: dict[str, Any] | None = None,
        note: str = "",
        now: datetime | None = None,
    ) -> Self:
        """Log what no verb of a manuscript does: `title` says what it concerns.

        What names a manuscript carries its `post`: who may not see that may not read of it.
        """
        row = cls(move=move, by=by, title=title[:200], post=post, detail=detail or {}, note=note)
        row.at = now or timezone.now()
        row.save()
        return row

    @classmethod
    def refuse(cls, by: Any, title: str, post: int | None = None) -> None:
        """Log that `by` was refused what `title` says: once an hour, and not without end."""
        now, title = timezone.now(), title[:200]
        with transaction.atomic():
            in_turn(f"refused to {by.pk}")
            lately = cls._default_manager.filter(move="refused", by=by, at__gt=now - AN_HOUR)
            known = list(lately.values_list("title", flat=True)[:REFUSED_AN_HOUR])
            if title not in known and len(known) < REFUSED_AN_HOUR:
                cls(move="refused", by=by, title=title, post_id=post, at=now).save()

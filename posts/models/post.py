"""Post: the manuscript that the desk edits, and the verbs that move it.

A verb locks the row of the post first, refuses what the table of moves or the timeline
does not allow, changes, and writes an Event. Time is a parameter: `now` defaults to the
clock, so that every schedule can be tested without waiting.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from taggit.managers import TaggableManager

from posts.models.addresses import Slug
from posts.models.byline import Byline
from posts.models.check import Draft, examine
from posts.models.compose import Ready, Said, compose, refresh_waiting, resolve
from posts.models.counts import uncount
from posts.models.delivery import Delivery
from posts.models.edition import HEAVY, JST, Change, Composed, Edition
from posts.models.event import Event
from posts.models.manuscript import Manuscript
from posts.models.moves import MOVES, Refused, Role, Status, User, beat_of, may, permitted, roles
from posts.models.removal import remove
from posts.models.revision import Revision
from posts.models.shown import in_order, moved
from posts.models.taxonomy import Tagging
from posts.models.timeline import Timeline


class PostQuerySet(models.QuerySet["Post"]):
    """Manuscripts; for the desk only, never for readers."""

    def seen_by(self, user: User) -> Self:
        """Return the manuscripts that `user` may see: all, those of the own beat, or own ones."""
        held, beat = roles(user), beat_of(user)
        if held - {Role.WRITER} and beat is None:
            return self
        if not held:
            return self.none()
        signed = Byline.objects.filter(post=OuterRef("pk"), author__user=user.pk if user else None)
        own = Q(created_by=user) | Exists(signed)
        return self.filter(own if beat is None else own | Q(category=None) | Q(category__in=beat))

    def with_state(self, now: datetime | None = None) -> Self:
        """Add what the list shows of the timeline: `live_*` and `waiting_from`."""
        now = now or timezone.now()
        editions = Edition.objects.filter(post=OuterRef("pk"))
        live = editions.public(now)
        waiting = editions.filter(visible_from__gt=now)
        return self.annotate(
            live_number=Subquery(live.values("version")[:1]),
            live_from=Subquery(live.values("published_at")[:1]),
            live_until=Subquery(live.values("visible_until")[:1]),
            waiting_from=Subquery(waiting.values("visible_from")[:1]),
            was_public=Exists(editions.filter(visible_from__lte=now)),
        )


class Post(models.Model):  # type: ignore[django-manager-missing]
    """A manuscript. Its text is that of its newest accepted revision, number `version`."""

    class Kind(models.TextChoices):
        """Where the post appears."""

        ARTICLE = "article", "記事"
        PAGE = "page", "固定ページ"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("種類", max_length=10, choices=Kind, default=Kind.ARTICLE)
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField("版", default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="posts",
        verbose_name="作成者",
    )
    created_at = models.DateTimeField("作成日時", editable=False)
    edited_at = models.DateTimeField("最終保存", editable=False)
    archived_at = models.DateTimeField("保管日時", null=True, editable=False)
    planned_on = models.DateField(
        "掲載予定日", null=True, blank=True, help_text="予定表のための日付です。公開はされません。"
    )

    title = models.CharField("題", max_length=200)
    slug = models.SlugField(
        "スラッグ",
        max_length=100,
        blank=True,
        allow_unicode=True,
        help_text="住所になる短い英語です。空のままなら、公開のときに日付から作ります。",
    )
    deck = models.TextField("リード", blank=True)
    body = models.TextField("本文", blank=True)
    # The database has the default too: the code of the version before writes rows without it.
    breaks = models.BooleanField(
        "改行をそのまま",
        default=False,
        db_default=False,
        help_text=(
            "note・Zenn・Qiita の原稿のように、改行したところで行を変えます。"
            "選ばなければ、段落は空行で分け、段落の中の改行はつなげて表示します。"
        ),
    )
    excerpt = models.TextField(
        "要約", blank=True, help_text="一覧と検索結果に出ます。空なら本文の書き出しから作ります。"
    )
    category = models.ForeignKey(
        "posts.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name="カテゴリー",
    )
    series = models.ForeignKey(
        "posts.Series",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name="連載",
    )
    series_part = models.PositiveSmallIntegerField("回", null=True, blank=True)
    cover = models.ForeignKey(
        "posts.Media",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="表紙の画像",
    )
    authors = models.ManyToManyField("posts.Author", through="posts.Byline", related_name="posts")
    tags = TaggableManager("タグ", through=Tagging, blank=True)
    reading_minutes = models.PositiveSmallIntegerField(
        "読了時間（分）", null=True, blank=True, help_text="空なら字数から計算します。"
    )
    original_date = models.DateTimeField("もとの公開日時", null=True, editable=False)
    front_matter = models.JSONField("そのほかの項目", default=dict, blank=True, editable=False)

    objects = PostQuerySet.as_manager()

    _head: Revision | None = None

    class Meta:
        verbose_name = verbose_name_plural = "原稿"
        ordering = ["-edited_at", "-pk"]
        indexes = [
            models.Index(F("edited_at").desc(), F("id").desc(), name="post_newest"),
            models.Index("status", F("edited_at").desc(), name="post_by_status"),
            models.Index(fields=["planned_on"], name="post_planned"),
        ]

    def __str__(self) -> str:
        return self.title

    # What it is

    @property
    def manuscript(self) -> Manuscript:
        """The content as it stands in the post's own rows."""
        plain = {name: getattr(self, name) for name in (*SCALARS, "original_date", "front_matter")}
        links = {name: getattr(self, f"{name}_id") for name in RELATIONS}
        return Manuscript(
            **plain,
            **links,
            bylines=tuple(self.bylines.values_list("author_id", "role")),
            tags=tuple(self.taggings.order_by("pk").values_list("tag_id", flat=True)),
        )

    @property
    def head(self) -> Revision:
        """The revision that the manuscript's rows were written from."""
        if self._head is None or self._head.number != self.version:
            self._head = self.revisions.get(number=self.version)
        return self._head

    def is_own(self, user: User) -> bool:
        """Return whether `user` began this manuscript or signs it."""
        if user is None or user.pk is None:
            return False
        return user.pk == self.created_by_id or self.authors.filter(user=user.pk).exists()

    def live(self, now: datetime | None = None) -> Edition | None:
        """Return the edition that readers see at `now`."""
        return self.timeline(now).live

    def waiting(self, now: datetime | None = None) -> Edition | None:
        """Return the edition that lies in the future of `now`; there is at most one."""
        return self.timeline(now).waiting

    def timeline(self, now: datetime | None = None) -> Timeline:
        """Return the editions as they stand at `now`."""
        return Timeline(self, now or timezone.now())

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands, as a key for stylesheets and in Japanese; needs `with_state`."""
        status = (self.status, self.get_status_display())
        if self.archived_at:
            return "archived", "保管"
        if self.live_number is not None:  # type: ignore[attr-defined]
            return self._live_state()
        if self.waiting_from:  # type: ignore[attr-defined]
            return "waiting", "公開予定"
        if self.was_public and self.status == Status.READY:  # type: ignore[attr-defined]
            return "over", "公開終了"
        return status

    def _live_state(self) -> tuple[str, str]:
        if self.waiting_from:  # type: ignore[attr-defined]
            return "changing", "公開中・変更を予約"
        if self.live_number != self.version:  # type: ignore[attr-defined]
            suffix = "" if self.status == Status.READY else f"（{self.get_status_display()}）"
            return "changed", f"公開中・未公開の変更あり{suffix}"
        return "live", "公開中"

    # Writing

    @classmethod
    def begin(
        cls,
        manuscript: Manuscript,
        *,
        by: Any,
        kind: str = Kind.ARTICLE,
        uid: uuid.UUID | None = None,
        why: str = Revision.Why.EDIT,
        now: datetime | None = None,
    ) -> Self:
        """Make a new post whose first revision is `manuscript`, and return it.

        `by` is the user, None for a command. Raises Refused when `by` may not write, or
        the slug is taken.
        """
        if by is not None and not may(by, "write"):
            raise Refused("原稿を作る権限がありません。")
        now = now or timezone.now()
        with transaction.atomic():
            post = cls(kind=kind, created_by=by, created_at=now, uid=uid or uuid.uuid4())
            post._save_revision(manuscript.cleaned(), by, why, "", now)
            post._log("import" if why == Revision.Why.IMPORT else "create", by, now)
        return post

    def write(
        self,
        manuscript: Manuscript,
        *,
        by: Any,
        base: int | None = None,
        why: str = Revision.Why.EDIT,
        note: str = "",
        now: datetime | None = None,
    ) -> Revision:
        """Save `manuscript` as a revision and, unless it is stale, as the post's content.

        `base` is the version the writer began from. When somebody saved since, the text is
        kept as a revision (why KEPT) and the post stays as it is: compare the returned
        revision's number with `version`. What changes nothing makes no revision.
        Raises Refused when `by` may not edit, or the slug is another post's.
        """
        manuscript = manuscript.cleaned()
        with self._moving("edit", by, now) as now:
            known = self.head.manuscript
            # A post that was published without a slug was given one.
            if manuscript == replace(known, slug=known.slug or self.slug):
                return self.head
            if base is not None and base != self.version:
                return self._keep(manuscript, by, base, note, now)
            revision = self._save_revision(manuscript, by, why, note, now)
            self._fall_back(by)
            self._log("import" if why == Revision.Why.IMPORT else "edit", by, now, note=note)
        return revision

    def restore(self, revision: Revision, *, by: Any, now: datetime | None = None) -> Revision:
        """Make the content of an older `revision` the newest one. Raises Refused.

        Relations that were merged or deleted since are followed or left out.
        """
        with self._moving("restore", by, now) as now:
            note = f"{revision}から"
            content = resolve(self._own(revision).manuscript)
            restored = self._save_revision(content, by, Revision.Why.RESTORE, note, now)
            self._fall_back(by)
            self._log("restore", by, now, note=note)
        return restored

    def arrange(
        self, *, by: Any, planned_on: date | None, kind: str, now: datetime | None = None
    ) -> None:
        """Set the planned date (for the calendar) and whether it is an article or a page.

        Neither is part of the text, so no revision holds them; the log does. Raises Refused:
        what readers have seen stays the kind it is.
        """
        with self._moving("edit", by, now) as now:
            if (self.planned_on, self.kind) == (planned_on, kind):
                return
            if kind != self.kind and self.editions.exists():
                raise Refused("公開したことのある原稿の種類は変えられません。")
            if kind != self.kind:
                self._fall_back(by)
            self.planned_on, self.kind = planned_on, kind
            self.save(update_fields=["planned_on", "kind"])
            self._log("arrange", by, now, detail={"planned_on": planned_on, "kind": kind})

    # Through the desk

    def submit(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Hand the manuscript to the editors."""
        self._move("submit", by, note, now)

    def withdraw(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Take the manuscript back from review."""
        self._move("withdraw", by, note, now)

    def return_(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Send the manuscript back to its writer, with what is to be done."""
        self._move("return_", by, note, now)

    def approve(
        self, by: Any, *, base: int | None = None, note: str = "", now: datetime | None = None
    ) -> None:
        """Approve the newest revision for publication.

        `base` is the version that was read; Refused is raised when somebody saved since.
        """
        self._move("approve", by, note, now, base)

    def archive(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Put away a manuscript that is neither public nor scheduled."""
        with self._moving("archive", by, now) as now:
            timeline = self.timeline(now)
            if timeline.live or timeline.waiting:
                raise Refused("公開中か公開予定の記事は保管できません。先に公開を終えてください。")
            self.archived_at = now
            self.save(update_fields=["archived_at"])
            self._log("archive", by, now, note=note)

    def revive(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Take an archived manuscript back to the desk, as a draft."""
        with self._moving("revive", by, now) as now:
            self.archived_at = None
            self.status = Status.DRAFT
            self.save(update_fields=["archived_at", "status"])
            self._log("revive", by, now, note=note)

    # To the readers

    def publish(
        self,
        by: Any,
        revision: Revision | None = None,
        *,
        at: datetime | None = None,
        until: datetime | None = None,
        kind: str = Change.UPDATE,
        note: str = "",
        override: str = "",
        ready: Ready | None = None,
        now: datetime | None = None,
    ) -> Edition:
        """Make `revision` (the newest by default) public from `at` (now) to `until`.

        `ready` is what a caller that publishes many has at hand. Publishing the
        revision that is visible already makes nothing new, but sets `until`. Raises Refused
        when `by` may not, when a scheduled edition waits, for impossible times, and where a check
        stops it: unless `override` says why it is published all the same, which the log keeps.
        """
        with self._moving("publish", by, now) as now:
            timeline, revision = self.timeline(now), self._own(revision or self.head)
            if visible := timeline.showing(revision, at or now):
                if until is not None:
                    visible.close(timeline.opening(None, until).end)
                    self._log("publish", by, now, revision.number, {"until": until}, note)
                return visible
            span = timeline.opening(at, until)
            self._name(revision, span.start, timeline)
            said = Said(Change(kind), note)
            composed = compose(self, revision.manuscript, span, said, timeline, ready)
            overridden = self._check(revision, composed, by, override)
            edition = composed.edition
            edition.revision, edition.version = revision, revision.number
            timeline.make_room(edition)
            composed.save()
            if revision.number == self.version:
                self.status = Status.READY
                self.save(update_fields=["status"])
            detail = {"from": span.start, "until": span.end, "kind": kind, **overridden}
            self._log("publish", by, now, revision.number, detail, note)
        return edition

    def unschedule(self, by: Any, *, note: str = "", now: datetime | None = None) -> None:
        """Cancel what is planned next: the waiting edition, else the planned end."""
        with self._moving("unschedule", by, now) as now:
            detail = self.timeline(now).cancel_next()
            self._log("unschedule", by, now, detail=detail, note=note)

    def unpublish(
        self,
        by: Any,
        *,
        at: datetime | None = None,
        note: str = "",
        now: datetime | None = None,
    ) -> None:
        """End the publication at `at` (now): now also withdraws an edition that waits."""
        with self._moving("unpublish", by, now) as now:
            timeline = self.timeline(now)
            if at is None and timeline.waiting:
                detail = timeline.cancel_next()
                self._log("unschedule", by, now, detail=detail, note=note)
                if not timeline.unfinished:
                    return
            end = timeline.end(at)
            self._log("unpublish", by, now, detail={"until": end}, note=note)

    # How verbs work

    @contextmanager
    def _moving(self, move: str, by: Any, now: datetime | None) -> Iterator[datetime]:
        """Lock the post, read it anew, and refuse what `by` may not do or the state forbids.

        `by` None is a command of the operator: it may do all, but from the same states.
        Yields the moment of the move: `now`, or the clock once the lock is held. A moment
        from before the wait would lie before what another person did meanwhile.
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Post.objects.select_for_update())
            row = MOVES[move]
            if by is not None and not permitted(by, move, self):
                raise Refused(f"この原稿を「{row.label}」権限がありません。")
            if bool(self.archived_at) != row.archived:
                raise Refused(
                    "保管されている原稿です。先に保管から戻してください。"
                    if self.archived_at
                    else "保管されていない原稿です。"
                )
            if self.status not in row.source:
                state = self.get_status_display()
                raise Refused(f"「{state}」の原稿は「{row.label}」ことができません。")
            if move in PUBLIC:
                in_order()
                now = now or timezone.now()
                before = _public(self._unfinished(now), now)
                yield now
                self._follow(before, now)
            else:
                yield now or timezone.now()

    def _unfinished(self, now: datetime) -> list[Edition]:
        ahead = Q(visible_until=None) | Q(visible_until__gt=now)
        return list(self.editions.filter(ahead).defer(*HEAVY))

    def _follow(self, before: Composed | None, now: datetime) -> None:
        """Do what follows from a move that changes what is public, now or later."""
        unfinished = self._unfinished(now)
        removed = moved(before, _public(unfinished, now), now)
        removed.boundaries.update(*(edition.boundaries for edition in unfinished))
        remove(removed)
        uncount(now)
        Delivery.objects.follow(self, now)
        # Robust: the move is made, whatever becomes of the others.
        transaction.on_commit(partial(refresh_waiting, self, now), robust=True)

    def _move(
        self, move: str, by: Any, note: str, now: datetime | None, base: int | None = None
    ) -> None:
        with self._moving(move, by, now) as now:
            if base not in {None, self.version}:
                raise Refused(
                    "読んでいるあいだに新しい版が保存されました。もう一度読んでください。"
                )
            self.status = MOVES[move].target or self.status
            self.save(update_fields=["status"])
            self._log(move, by, now, note=note)

    def _save_revision(
        self, manuscript: Manuscript, by: Any, why: str, note: str, now: datetime
    ) -> Revision:
        """Write the content into the post's rows and keep it as the next revision."""
        self.version, base = self._next_number(), self.version
        self.edited_at = now
        self._take(manuscript)
        self._head = self._record(manuscript, self.version, base, by, why, note, now)
        return self._head

    def _keep(
        self, manuscript: Manuscript, by: Any, base: int, note: str, now: datetime
    ) -> Revision:
        """Keep a stale save beside the post's content."""
        number = self._next_number()
        kept = self._record(manuscript, number, base, by, Revision.Why.KEPT, note, now)
        self._log("keep", by, now, number, {"base": base})
        return kept

    def _record(
        self,
        manuscript: Manuscript,
        number: int,
        base: int,
        by: Any,
        why: str,
        note: str,
        now: datetime,
    ) -> Revision:
        return Revision.objects.create(
            post=self,
            number=number,
            base=base,
            by=by,
            at=now,
            why=why,
            note=note,
            packed=manuscript.pack(),
        )

    def _next_number(self) -> int:
        if not self.pk:
            return 1
        return (self.revisions.aggregate(last=Max("number"))["last"] or 0) + 1

    def _take(self, manuscript: Manuscript) -> None:
        """Write `manuscript` into the columns and through rows."""
        for name in (*SCALARS, "original_date", "front_matter"):
            setattr(self, name, getattr(manuscript, name))
        for name in RELATIONS:
            setattr(self, f"{name}_id", getattr(manuscript, name))
        fresh = not self.pk
        self.save()
        if manuscript.slug:
            self._reserve(manuscript.slug)
        if not fresh:
            self.bylines.all().delete()
            self.taggings.all().delete()
        Byline.objects.bulk_create(
            Byline(post=self, author_id=author, role=role, position=position)
            for position, (author, role) in enumerate(manuscript.bylines)
        )
        Tagging.objects.bulk_create(
            Tagging(content_object=self, tag_id=tag) for tag in manuscript.tags
        )

    def _reserve(self, slug: str) -> None:
        """Reserve `slug` for this post for ever. Raises Refused when it is another's."""
        reserved, _ = Slug.objects.get_or_create(path=slug, defaults={"post": self})
        if reserved.post_id != self.pk:
            raise Refused(f"スラッグ「{slug}」は別の記事が使っています。ほかの名前にしてください。")

    def _own(self, revision: Revision) -> Revision:
        """Return `revision`. Raises Refused when it is another post's."""
        if revision.post_id != self.pk:
            raise Refused("別の原稿の版です。この原稿の履歴から選んでください。")
        return revision

    def _name(self, revision: Revision, start: datetime, timeline: Timeline) -> None:
        """Give the post a slug when `revision` is to be published without one.

        It is the one that readers know, or one of the day. Raises Refused when the slug of
        a stale save, which reserved none, went to another post.
        """
        if revision.why == Revision.Why.KEPT and revision.manuscript.slug:
            self._reserve(revision.manuscript.slug)
        if revision.manuscript.slug or self.slug:
            return
        day = (self.original_date or start).astimezone(JST)
        known = timeline.editions[-1].slug if timeline.editions else ""
        self.slug = known or f"{day:%Y%m%d}-{self.uid.hex[:8]}"
        self.save(update_fields=["slug"])
        self._reserve(self.slug)

    def _check(
        self, revision: Revision, composed: Composed, by: Any, override: str
    ) -> dict[str, Any]:
        """Refuse what a check stops, and return what of it was overridden, for the log.

        What the operator of the server publishes and what was imported is not stopped.
        """
        if by is None or revision.why == Revision.Why.IMPORT:
            return {}
        draft = Draft(self, revision.manuscript, composed)
        stopped = [finding for finding in examine(draft) if finding.blocks]
        if stopped and not override.strip():
            raise Refused("".join(finding.message for finding in stopped))
        if not stopped:
            return {}
        return {"overridden": [one.check.name for one in stopped], "override": override.strip()}

    def _fall_back(self, by: Any) -> None:
        """Undo an approval when somebody who may not approve changed what was approved."""
        if self.status == Status.READY and by is not None and not permitted(by, "approve", self):
            self.status = Status.DRAFT
            self.save(update_fields=["status"])

    def _log(
        self,
        move: str,
        by: Any,
        now: datetime,
        revision: int | None = None,
        detail: dict[str, Any] | None = None,
        note: str = "",
    ) -> None:
        Event.objects.create(
            post=self,
            title=self.title,
            move=move,
            by=by,
            at=now,
            revision=revision or self.version,
            detail=detail or {},
            note=note,
        )


def _public(editions: list[Edition], now: datetime) -> Composed | None:
    return next((edition.composed for edition in editions if edition.is_public(now)), None)


# The moves that change what is public, and so what others may link to.
PUBLIC = {"publish", "unschedule", "unpublish"}
SCALARS = (
    *("title", "slug", "deck", "body", "breaks", "excerpt"),
    *("series_part", "reading_minutes"),
)
RELATIONS = ("category", "series", "cover")

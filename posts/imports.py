"""Import articles: from Records (posts.formats) to manuscripts and editions.

One transaction an article, one row of `ImportedFile` for each: a run that is killed at any
moment and started again ends as one clean run would.
"""

import time
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from posts import formats, images, text
from posts.models import (
    JST,
    Author,
    Category,
    ImportedFile,
    Manuscript,
    Media,
    Post,
    Redirect,
    Refused,
    Revision,
    Series,
    Slug,
    Tag,
)

# The name space of the identifiers of imported posts: the same file gets the same
# identifier on every site and in every run, so feeds do not repeat after a move.
NAMESPACE = uuid.UUID("8d1f4a52-6b1c-4a8e-9d0f-3a5c9b7e2f10")


class Outcome(StrEnum):
    """What became of one file."""

    CREATED = "作成"
    UPDATED = "更新"
    UNCHANGED = "変更なし"
    EDITED = "編集済み"
    SKIPPED = "対象外"
    REFUSED = "不可"


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    `publish`: True and False overrule what the files say, None follows them. `slug` is for
    a single file. `zone` is the zone of dates that name none. `by` is the user, None for a
    command. With `dry_run` everything is done and rolled back.
    """

    publish: bool | None = None
    dry_run: bool = False
    slug: str = ""
    zone: ZoneInfo = JST
    by: Any = None


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report: the file, what became of it, and what a person should know."""

    name: str
    outcome: Outcome
    reason: str = ""
    notes: tuple[str, ...] = ()
    post: Post | None = None


@dataclass(slots=True)
class Report:
    """All results of a run."""

    results: list[Result] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def counts(self) -> Counter[Outcome]:
        """How many files had each outcome."""
        return Counter(result.outcome for result in self.results)


def run(
    source: Path, options: Options, progress: Callable[[int, int, Result], None] = lambda *_: None
) -> Report:
    """Import all articles of `source` (a file, a folder or a zip) and return the report.

    `progress` is called after each with its place, how many there are, and its result.
    KeyboardInterrupt ends the run between two articles. Raises formats.Refused when the
    source as a whole cannot be read.
    """
    report, began = Report(), time.monotonic()
    with formats.open_source(source) as opened:
        entries = list(opened.entries())
        try:
            for place, result in enumerate(_results(opened, entries, options), start=1):
                report.results.append(result)
                progress(place, len(entries), result)
        except KeyboardInterrupt:
            pass
    report.seconds = time.monotonic() - began
    return report


def _results(
    opened: formats.Source, entries: list[formats.Entry], options: Options
) -> Iterator[Result]:
    seen: dict[str, str] = {}
    for entry in entries:
        try:
            data = entry.read()
            if len(entries) > 1 and _is_bystander(entry.name, data):
                yield Result(entry.name, Outcome.SKIPPED, "フロントマターのないファイルです。")
            else:
                yield _import_entry(opened, entry.name, data, options, seen)
        except (formats.Refused, images.Refused, Refused) as error:
            yield Result(entry.name, Outcome.REFUSED, str(error))


def _import_entry(
    opened: formats.Source, name: str, data: bytes, options: Options, seen: dict[str, str]
) -> Result:
    """Import one file in one transaction. Raises Refused of three kinds."""
    key = formats.source_key(name)
    if seen.setdefault(key, name) != name:
        hint = "どちらかの名前を変えてください。"
        raise formats.Refused(f"「{seen[key]}」と同じ名前のファイルです。", hint=hint)
    record = formats.parse(name, data, zone=options.zone)
    with transaction.atomic():
        known = ImportedFile.objects.filter(key=key).select_related("post").first()
        if known and known.digest == record.digest:
            return Result(name, Outcome.UNCHANGED, post=known.post)
        if known and known.version != known.post.version:
            why = "取り込んだあとに編集されているので、上書きしませんでした。"
            return Result(name, Outcome.EDITED, why, post=known.post)
        article = Article(opened, record, options, known.post if known else None)
        post = article.save()
        article.settle(post)
        article.remember(post, data)
        transaction.set_rollback(options.dry_run)
    outcome = Outcome.UPDATED if known else Outcome.CREATED
    return Result(name, outcome, notes=tuple(article.notes), post=post)


def _is_bystander(name: str, data: bytes) -> bool:
    """Return whether a file of a site is none of its articles: a README, a licence."""
    marked = data.removeprefix(b"\xef\xbb\xbf").startswith(b"---")
    return not marked and not {"_posts", "_drafts"} & set(name.split("/"))


class Article:
    """One record on its way to a post: `save`, then `settle` its publication, then `remember`."""

    def __init__(
        self,
        opened: formats.Source,
        record: formats.Record,
        options: Options,
        post: Post | None,
    ) -> None:
        self.opened = opened
        self.record = record
        self.options = options
        self.post = post
        self.notes = list(record.notes)
        self.now = timezone.now()

    def save(self) -> Post:
        """Write the record as a new post, or as the next revision of the known one."""
        manuscript = self.manuscript()
        if self.post is None:
            return Post.begin(
                manuscript,
                by=self.options.by,
                uid=uuid.uuid5(NAMESPACE, self.record.key),
                why=Revision.Why.IMPORT,
                now=self.now,
            )
        self.post.write(manuscript, by=self.options.by, why=Revision.Why.IMPORT, now=self.now)
        return self.post

    def manuscript(self) -> Manuscript:
        """Return the record's content with the relations it names."""
        record = self.record
        category, *others = record.categories or ("",)
        if others:
            self.notes.append(f"二つめからのカテゴリーはタグにしました（{'、'.join(others)}）。")
        extra = dict(record.extra)
        series, part = extra.pop("series", None), extra.pop("series_part", None)
        self.place_pictures()
        return Manuscript(
            title=record.title,
            slug=self.slug(),
            deck=str(extra.pop("deck", "") or ""),
            body=self.body(),
            excerpt=record.excerpt,
            category=Category.named(category).pk if category else None,
            series=Series.named(str(series)).pk if series else None,
            series_part=part if isinstance(part, int) else None,
            cover=self.cover(),
            bylines=tuple((Author.named(name).pk, "") for name in record.authors),
            tags=tuple(tag.pk for tag in Tag.named([*record.tags, *others])),
            reading_minutes=record.reading_time,
            original_date=record.date,
            front_matter=extra,
        )

    def body(self) -> str:
        """Return the body, without a first paragraph that only repeats the title."""
        body = self.record.body.strip("\n")
        rest = text.drop_repeated_title(body, self.record.title)
        if rest is None:
            return body
        self.notes.append(
            "本文の最初の段落が題と同じだったので省きました（元のファイルは保存してあります）。"
        )
        return rest.strip("\n")

    def slug(self) -> str:
        """Return a slug for the post; "" leaves the choice to the publication.

        One that is another post's gets the day behind it: Jekyll tells such articles
        apart by their date.
        """
        wanted = text.canonical_slug(self.options.slug or self.record.slug)
        if not wanted:
            return self.post.slug if self.post else ""
        wanted = (wanted if text.is_slug(wanted) else text.slugify(wanted))[:80]
        day = f"{(self.record.date or self.now).astimezone(self.options.zone):%Y%m%d}"
        choices = [wanted, f"{wanted}-{day}", *(f"{wanted}-{day}-{n}" for n in range(2, 100))]
        others = set(
            Slug.objects.filter(path__in=choices)
            .exclude(post=self.post and self.post.pk)
            .values_list("path", flat=True)
        )
        slug = next(choice for choice in choices if choice not in others)
        if slug != wanted:
            self.notes.append(f"スラッグ「{wanted}」は使用中なので「{slug}」にしました。")
        return slug

    # Pictures

    def cover(self) -> int | None:
        """Return the id of the lead picture, kept from the source."""
        image = self.record.image
        if image is None:
            return None
        media = self.keep(image.path, alt=image.alt, caption=image.caption)
        return media.pk if media else None

    def place_pictures(self) -> None:
        """Keep the pictures of the body that lie in the source."""
        for path in text.image_sources(self.record.body):
            if path.startswith("/") and not path.startswith(("//", "/media/")):
                self.keep(path)

    def keep(self, path: str, **described: str) -> Media | None:
        """Store a picture of the source and the address it had; a note when it cannot be."""
        try:
            data = None if "://" in path else self.opened.asset(path)
            if data is None:
                self.notes.append(f"画像「{path}」は見つかりませんでした。")
                return None
            media = Media.keep(data, path.rsplit("/", 1)[-1], by=self.options.by, **described)
        except (images.Refused, formats.Refused) as error:
            self.notes.append(f"画像「{path}」は取り込めませんでした。{error}")
            return None
        address = path if path.startswith("/") else f"/{path}"
        Redirect.objects.get_or_create(path=address, defaults={"media": media})
        return media

    # Publication

    def settle(self, post: Post) -> None:
        """Publish, schedule or withdraw `post` as the options and the file say."""
        wanted = self.record.published if self.options.publish is None else self.options.publish
        by, now = self.options.by, self.now
        live, waiting = post.live(now), post.waiting(now)
        if waiting:
            post.unschedule(by, now=now)
        if not wanted:
            if live and self.options.publish is None:
                post.unpublish(by, now=now)
                self.notes.append("published: false なので公開を終えました。")
            return
        if self.post and not live and not waiting and post.editions.exists():
            self.notes.append("公開を終えた記事なので、原稿だけを更新しました。")
            return
        date = self.record.date
        post.publish(by, at=date if date and date > now else None, now=now)

    def remember(self, post: Post, data: bytes) -> None:
        """Keep the file, the revision it became and the addresses the article had."""
        ImportedFile.objects.update_or_create(
            key=self.record.key,
            defaults={
                "post": post,
                "version": post.version,
                "digest": self.record.digest,
                "packed": zlib.compress(data, 6),
                "notes": self.notes,
                "imported_at": self.now,
            },
        )
        self.redirect(post)

    def redirect(self, post: Post) -> None:
        """Make the addresses of the site before lead to `post`."""
        paths = [path for path in self.record.redirects if len(path) <= 500]
        known = dict(Redirect.objects.filter(path__in=paths).values_list("path", "post_id"))
        for path, owner in known.items():
            if owner != post.pk:
                self.notes.append(f"以前の住所「{path}」は別の記事のものになっています。")
        Redirect.objects.bulk_create(
            Redirect(path=path, post=post) for path in paths if path not in known
        )

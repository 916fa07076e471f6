"""Import articles: from Records (posts.formats) to manuscripts and editions.

One transaction an article, one row of `ImportedFile` for each: a run that is killed at any
moment and started again ends as one clean run would.
"""

import hashlib
import time
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from posts import formats, images, text
from posts.formats.addresses import plain_path
from posts.models import (
    JST,
    Author,
    Body,
    Category,
    Edition,
    Event,
    ImportedFile,
    Manuscript,
    Media,
    Post,
    Ready,
    Redirect,
    Refused,
    Relations,
    Revision,
    Series,
    Slug,
    Tag,
    can,
    may,
    refresh,
    render,
    while_no_merge,
)
from posts.text import broken_links

# The name space of the identifiers of imported posts: the same file gets the same
# identifier on every site and in every run, so feeds do not repeat after a move.
NAMESPACE = uuid.UUID("8d1f4a52-6b1c-4a8e-9d0f-3a5c9b7e2f10")


SITE_FOLDERS = {"_posts", "_drafts"}
MAX_PART = 32_767  # what the column of a series' part holds


FOREIGN = "このファイルは取り込めません。編集長に尋ねてください。"


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
    a single file. `zone` is the zone of dates that name none. `breaks` keeps the newlines of
    files that do not say. `by` is the user, None for a command. With `dry_run` everything is
    done and rolled back.
    """

    publish: bool | None = None
    dry_run: bool = False
    slug: str = ""
    zone: ZoneInfo = JST
    breaks: bool = False
    by: Any = None


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report: the file, what became of it, and what a person should know."""

    name: str
    outcome: Outcome
    reason: str = ""
    notes: tuple[str, ...] = ()
    title: str = ""
    post: int | None = None  # its primary key: the report of a large run must stay small
    broken: tuple[str, ...] = ()  # the slugs that its links name and no article had by then


@dataclass(slots=True)
class Report:
    """All results of a run; `stopped` by Ctrl-C, it can be run again."""

    results: list[Result] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False

    @property
    def counts(self) -> Counter[Outcome]:
        """How many files had each outcome."""
        return Counter(result.outcome for result in self.results)


def run(
    source: Path,
    options: Options,
    progress: Callable[[int, int, Result], None] = lambda *_: None,
    *,
    processes: bool = False,
) -> Report:
    """Import all articles of `source` (a file, a folder or a zip) and return the report.

    `progress` is called after each with its place, how many there are, and its result.
    With `processes` articles are rendered on all processors. KeyboardInterrupt ends the
    run between two articles. Raises formats.Refused when the source cannot be read.
    """
    report, began = Report(), time.monotonic()
    with formats.open_source(source) as opened:
        # By name: of two files of one key the same is the first, in a folder and in a zip.
        entries = sorted(opened.entries(), key=lambda entry: entry.name)
        if options.slug and len(entries) > 1:
            raise formats.Refused("スラッグを指定できるのは、記事が一つのときだけです。")
        files = ImportedFile.objects.all()
        if options.by is not None:  # what they may not see is refused, not called unchanged
            files = files.filter(post__in=Post.objects.seen_by(options.by))
        if options.publish:  # a draft that is to be published now has something to do
            files = files.filter(Exists(Edition.objects.filter(post=OuterRef("post"))))
        if options.breaks:  # and so has an article whose newlines were joined
            files = files.filter(post__breaks=True)
        known = dict(files.values_list("key", "digest"))
        reads = formats.read_all(
            entries, options.zone, known, processes=processes, breaks=options.breaks
        )
        importer = Importer(opened, options, [entry.name for entry in entries])
        try:
            for place, read in enumerate(reads, start=1):
                result = importer.take(read)
                report.results.append(result)
                progress(place, len(entries), result)
            importer.link(report.results)
        except KeyboardInterrupt:
            report.stopped = True
    report.seconds = time.monotonic() - began
    return report


class Importer:
    """Takes the files of one source one by one."""

    def __init__(self, opened: formats.Source, options: Options, files: list[str]) -> None:
        self.opened = opened
        self.options = options
        self.alone = len(files) == 1
        self.in_site = any(map(_lies_in_site, files))
        self.forget()
        self.seen: dict[str, str] = {}
        self.published: set[str] = set()

    def forget(self) -> None:
        """Drop what is remembered: some of it may have been made in what was rolled back."""
        self.merges = _merges()
        self.names, self.relations = Names(), Relations()

    def take(self, read: formats.Read) -> Result:
        """Import one file and return what became of it."""
        if not self.alone and (why := _bystander(read, in_site=self.in_site)):
            return Result(read.name, Outcome.SKIPPED, why)
        key = formats.source_key(read.name)
        if self.seen.setdefault(key, read.name) != read.name:
            why = f"「{self.seen[key]}」と同じ名前のファイルです。どちらかの名前を変えてください。"
            return Result(read.name, Outcome.REFUSED, why)
        if read.known:
            return Result(read.name, Outcome.UNCHANGED)
        if read.prepared is None:
            return Result(read.name, Outcome.REFUSED, read.refusal)
        if misfit := _misfit(read.prepared.record):
            return Result(read.name, Outcome.REFUSED, misfit)
        for _ in range(2):
            try:
                return self._write(read, read.prepared)
            except IntegrityError:
                # What is remembered was deleted meanwhile, or a slug was taken: once more.
                self.forget()
            except Refused as refused:
                self.forget()
                return Result(read.name, Outcome.REFUSED, str(refused))
        why = "ほかの人の操作とぶつかりました。もう一度取り込んでください。"
        return Result(read.name, Outcome.REFUSED, why)

    def _write(self, read: formats.Read, prepared: formats.Prepared) -> Result:
        """Write one article in one transaction. Raises Refused."""
        record = prepared.record
        with transaction.atomic():
            while_no_merge()
            if self.merges != _merges():  # what is remembered may lead to what was merged
                self.forget()
            # Locked: who edits between this look and the save must not be written over.
            files = ImportedFile.objects.select_for_update(of=("self", "post"))
            file = files.select_related("post").filter(key=record.key).first()
            if file and self.options.by is not None and not can(self.options.by, "view", file.post):
                raise Refused(FOREIGN)
            if file and file.version != file.post.version:
                why = "取り込んだあとに編集されているので、上書きしませんでした。"
                return Result(read.name, Outcome.EDITED, why, (), file.post.title, file.post_id)
            article = Article(self.opened, prepared, self.options, self.names, file)
            post = article.save()
            body = Body(prepared.rendered) if prepared.rendered else None
            article.settle(post, Ready(self.relations, body, relate=False))
            article.remember(post, read.data)
            if self.options.dry_run:
                transaction.set_rollback(True)
        if self.options.dry_run:
            self.forget()
        outcome = Outcome.UPDATED if file else Outcome.CREATED
        stored = None if self.options.dry_run else post.pk
        self.published.update([post.slug] if article.body else [])
        notes, broken = tuple(article.notes), article.broken
        return Result(read.name, outcome, "", notes, post.title, stored, broken)

    def link(self, results: list[Result]) -> None:
        """Try the links once more that led nowhere: to articles that came later in the run.

        What a link names that is no article, or not public, is noted.
        """
        for place, result in enumerate(results):
            if result.broken:
                broken = self._relink(result)
                notes = (*result.notes, broken_links(broken)) if broken else result.notes
                results[place] = replace(result, notes=notes, broken=broken)

    def _relink(self, result: Result) -> tuple[str, ...]:
        """Render an article anew and return the links that still lead nowhere."""
        if result.post is None:  # a dry run: what it would have published is gone again
            return tuple(slug for slug in result.broken if slug not in self.published)
        with transaction.atomic():
            files = ImportedFile.objects.select_for_update(of=("self", "post"))
            file = files.select_related("post").filter(post=result.post).first()
            if file is None:  # somebody deleted it meanwhile
                return ()
            edition = file.post.editions.filter(version=file.version).last()
            broken: tuple[str, ...] = ()
            if edition:  # nobody took it back meanwhile
                broken = refresh(edition, max(timezone.now(), edition.visible_from)).broken
            if broken:
                file.notes = [*file.notes, broken_links(broken)]
            file.digest = hashlib.sha256(file.raw).hexdigest()
            file.save(update_fields=["notes", "digest"])
        return broken


def _merges() -> int:
    """Return how many merges there ever were; the log forgets none."""
    return Event.objects.filter(move="merge").count()


def _lies_in_site(name: str) -> bool:
    """Return whether the file lies in a folder that holds nothing but articles."""
    return bool(SITE_FOLDERS & set(name.split("/")))


def _bystander(read: formats.Read, *, in_site: bool) -> str:
    """Return why a file among others is none of the articles; "" when it is one.

    A site keeps its articles in `_posts`; what lies beside is a page or a template
    (index.html, about.md). Without such a folder a README has no front matter.
    """
    if not read.data or _lies_in_site(read.name):
        return ""
    if in_site:
        return "_posts の外のファイルです。"
    marked = read.data.removeprefix(b"\xef\xbb\xbf").startswith(b"---")
    return "" if marked else "フロントマターのないファイルです。"


def _misfit(record: formats.Record) -> str:
    """Return which value is too long for its column, in Japanese; "" when all fit."""
    image = record.image
    series = record.extra.get("series")
    values: list[tuple[str, str, type[models.Model], str]] = [
        ("ファイルの名前", record.key, ImportedFile, "key"),
        ("title ", record.title, Post, "title"),
        *(("categories ", name, Category, "name") for name in record.categories[:1]),
        *(("tags ", name, Tag, "name") for name in (*record.tags, *record.categories[1:])),
        *(("author ", name, Author, "name") for name in record.authors),
        ("series ", series if isinstance(series, str) else "", Series, "name"),
        ("image の alt ", image.alt if image else "", Media, "alt"),
        ("image の caption ", image.caption if image else "", Media, "caption"),
    ]
    for label, value, model, column in values:
        limit = getattr(model._meta.get_field(column), "max_length", 0)
        if len(value) > limit:
            return f"{label}が長すぎます（{len(value)}字。{limit}字まで）：「{value[:20]}…」"
    return ""


class Names:
    """The ids of authors, categories, series and tags by name, each asked for once a run."""

    def __init__(self) -> None:
        self.known: dict[tuple[type, str], int] = {}

    def id(self, model: type[Author | Category | Series], name: str) -> int:
        """Return the id of what is called `name`, made when there is none."""
        if (model, name) not in self.known:
            self.known[model, name] = model.named(name).pk
        return self.known[model, name]

    def tags(self, names: Iterable[str]) -> tuple[int, ...]:
        """Return the ids of the tags called `names`, in order, each once."""
        for name in names:
            if (Tag, name) not in self.known:
                self.known.update(((Tag, name), tag.pk) for tag in Tag.named([name]))
        return tuple(dict.fromkeys(self.known[Tag, n] for n in names if (Tag, n) in self.known))


class Article:
    """One record on its way to a post: `save`, then `settle` its publication, then `remember`."""

    def __init__(
        self,
        opened: formats.Source,
        prepared: formats.Prepared,
        options: Options,
        names: Names,
        file: ImportedFile | None,
    ) -> None:
        self.opened = opened
        self.prepared = prepared
        self.record = prepared.record
        self.options = options
        self.names = names
        self.file = file
        self.now = timezone.now()
        self.post = file.post if file else None
        self.timeline = self.post.timeline(self.now) if self.post else None
        waiting = self.timeline.waiting if self.timeline else None
        # The moment that a person chose: the file's own is the article's date.
        chosen = waiting and self.post and waiting.visible_from != self.post.original_date
        self.desk_schedule = waiting.visible_from if waiting and chosen else None
        self.body: Body | None = None  # what is published, if anything is
        self.notes = list(self.record.notes)
        if prepared.repeated:
            self.notes.append(
                "本文の最初の段落が題と同じだったので省きました（元のファイルは保存してあります）。"
            )

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
        series, deck = (_words(extra, name) for name in ("series", "deck"))
        self.place_pictures()
        return Manuscript(
            title=record.title,
            slug=self.slug(),
            deck=deck,
            body=self.prepared.body,
            breaks=self.prepared.breaks,
            excerpt=record.excerpt,
            category=self.names.id(Category, category) if category else None,
            series=self.names.id(Series, series) if series else None,
            series_part=_part(extra),
            cover=self.cover(),
            bylines=tuple((self.names.id(Author, name), "") for name in record.authors),
            tags=self.names.tags([*record.tags, *others]),
            reading_minutes=record.reading_time,
            original_date=record.date,
            front_matter=extra,
        )

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
        slug, number = wanted, 0
        while self.is_taken(slug):
            number += 1
            slug = f"{wanted}-{day}" + (f"-{number}" if number > 1 else "")
        if slug != wanted:
            self.notes.append(f"スラッグ「{wanted}」は使用中なので「{slug}」にしました。")
        return slug

    def is_taken(self, slug: str) -> bool:
        """Return whether `slug` is another post's."""
        owner = Slug.objects.filter(path=slug).values_list("post_id", flat=True).first()
        return owner is not None and (self.post is None or owner != self.post.pk)

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
        for path in self.prepared.pictures:
            if not path.startswith(settings.MEDIA_URL):
                self.keep(path)

    def keep(self, path: str, **described: str) -> Media | None:
        """Store a picture of the source and the address it had; a note when it cannot be."""
        foreign = "://" in path or path.startswith("//")
        address = "" if foreign else plain_path(path)
        try:
            data = self.opened.asset(path) if 0 < len(address) <= Redirect.LONGEST else None
            if data is None:
                self.notes.append(f"画像「{path}」は見つかりませんでした。")
                return None
            if self.options.dry_run:
                images.clean(data)  # a file in the storage would not be rolled back
                return None
            media = Media.keep(data, path.rsplit("/", 1)[-1], by=self.options.by, **described)
        except (images.Refused, formats.Refused) as error:
            self.notes.append(f"画像「{path}」は取り込めませんでした。{error}")
            return None
        kept, _ = Redirect.objects.get_or_create(path=address, defaults={"media": media})
        if kept.media_id not in {None, media.pk}:
            kept.media = media  # the site has another picture there now
            kept.save(update_fields=["media"])
        return media

    # Publication

    def settle(self, post: Post, ready: Ready) -> None:
        """Publish, schedule or withdraw `post` as the options and the file say.

        What people at the desk decided since stands: their schedule keeps its time, and
        what they ended stays ended.
        """
        by, now, timeline = self.options.by, self.now, self.timeline
        wanted = self.record.published if self.options.publish is None else self.options.publish
        if not wanted:
            self.hold_back(post)
            return
        if timeline and timeline.editions and not timeline.live and not timeline.waiting:
            self.notes.append("公開を終えた記事なので、原稿だけを更新しました。")
            return
        date = self.record.date
        at = date if date and date > now else self.desk_schedule
        if timeline and timeline.waiting:
            post.unschedule(by, now=now)
        self.body = ready.body or render(post, post.head.manuscript, at or now)
        edition = post.publish(by, at=at, ready=replace(ready, body=self.body), now=now)
        if edition.html != self.body.rendered.html:  # public since a run that died too early
            refresh(edition, at or now)

    @property
    def broken(self) -> tuple[str, ...]:
        """The slugs that the published body names and no article has."""
        return self.body.rendered.broken if self.body else ()

    def hold_back(self, post: Post) -> None:
        """Take from readers what the file published before and holds back now."""
        taken_back = self.file and self.file.published and not self.record.published
        if self.timeline and self.timeline.live and taken_back and self.options.publish is None:
            post.unpublish(self.options.by, now=self.now)
            self.notes.append("published: false になったので、公開を終えました。")
        elif self.timeline and (self.timeline.live or self.timeline.waiting):
            self.notes.append("公開中または公開予定の版は、そのままです。")

    def remember(self, post: Post, data: bytes) -> None:
        """Keep the file, the revision it became and the addresses the article had."""
        self.redirect(post)
        file = self.file or ImportedFile(key=self.record.key, post=post)
        file.version = post.version
        file.published = self.record.published
        # A file whose links wait for others is taken for changed until they have been tried:
        # a run that dies before the end leaves that to the next one.
        file.digest = "" if self.broken else self.record.digest
        file.packed = zlib.compress(data, 6)
        file.notes = self.notes
        file.imported_at = self.now
        file.save()

    def redirect(self, post: Post) -> None:
        """Make the addresses of the site before lead to `post`."""
        paths = [path for path in self.record.redirects if len(path) <= Redirect.LONGEST]
        known = dict(Redirect.objects.filter(path__in=paths).values_list("path", "post_id"))
        for path, owner in known.items():
            if owner != post.pk:
                self.notes.append(f"以前の住所「{path}」は別の記事のものになっています。")
        if new := [path for path in paths if path not in known]:
            self._lead(new, post)

    def _lead(self, paths: list[str], post: Post) -> None:
        """Add redirects for who may, as on the desk; note for others what they may ask for."""
        by, told = self.options.by, "、".join(paths)
        if by is not None and not may(by, "settle"):
            self.notes.append(
                f"以前の住所（{told}）からは移転させていません。要るときは、編集長に頼んでください。"
            )
            return
        Redirect.objects.bulk_create(Redirect(path=path, post=post) for path in paths)
        if by is not None:  # what the operator does is in the log as the import
            detail, note = {"post": post.pk, "paths": paths}, f"追加：{told}"
            Event.record("redirect", by=by, title=post.title, post=post, note=note, detail=detail)


def _words(extra: dict[str, Any], name: str) -> str:
    """Take the text `name` out of the front matter that no field holds; "" where it is none."""
    return str(extra.pop(name)).strip() if isinstance(extra.get(name), str | int) else ""


def _part(extra: dict[str, Any]) -> int | None:
    """Take the part of the series out; what is no number of a part stays where it is."""
    part = extra.get("series_part")
    if type(part) is int and 0 <= part <= MAX_PART:
        return int(extra.pop("series_part"))
    return None

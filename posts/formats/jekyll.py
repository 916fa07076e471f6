"""Jekyll: a text file with YAML front matter and a Markdown body."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from . import addresses, frontmatter
from .dates import parse_date
from .encoding import clean, decode
from .errors import Refused
from .liquid import plain_addresses
from .names import dated, is_article, is_draft, source_key
from .record import Image, Json, Record

__all__ = ["is_article", "parse"]

_TEXTS = frozenset({"title", "slug", "date", "excerpt", "permalink", "published", "draft"})
_LISTS = frozenset({"categories", "category", "tags", "tag", "author", "authors"})
KNOWN = _TEXTS | _LISTS | {"reading_time", "breaks", "image", "redirect_from"}
_NO = frozenset({"false", "no", "off", "0"})
_YES = frozenset({"true", "yes", "on", "1", ""})
_TAG_MARKS = re.compile("[,、，\n]")
_MINUTES = re.compile(r"(?:約|およそ)?\s*([0-9]{1,3})\s*(?:分|min(?:ute)?s?\.?)?", re.IGNORECASE)
# Without a brace inside and with a bounded length: the time stays linear on any text.
_LIQUID = re.compile(r"\{%[^{}]{0,500}%\}|\{\{[^{}]{0,500}\}\}")


def parse(name: str, data: bytes, *, zone: ZoneInfo, draft: bool = False) -> Record:
    """Read one file of a Jekyll site.

    `name` is its path in the source, with `/`; `zone` the old site's `timezone`, which dates
    without a zone are in and which decides the day in old addresses; `draft` says that it was
    not public whatever the file says. Raises Refused with the reason and the line.
    """
    text, removed = clean(decode(data))
    block, typed = frontmatter.split(text)
    body = plain_addresses(typed)
    loaded = frontmatter.load(block, text=KNOWN)
    article = _Article(unicodedata.normalize("NFC", name), loaded, zone)
    article.note_body(body, removed + loaded.removed)
    return article.record(
        body=body,
        digest=hashlib.sha256(data).hexdigest(),
        removed=removed + loaded.removed,
        published=not draft,
    )


class _Article:
    """The front matter of one file, read key by key; what it could not use goes to `notes`."""

    def __init__(self, name: str, loaded: frontmatter.Loaded, zone: ZoneInfo) -> None:
        self.name = name
        self.zone = zone
        self.notes: list[str] = []
        self._values = loaded.values
        self._lines = loaded.lines
        self._extra = {key: val for key, val in loaded.values.items() if key not in KNOWN}

    def record(self, *, body: str, digest: str, removed: int, published: bool) -> Record:
        date, categories = self._date(), self._categories()
        return Record(
            key=source_key(self.name),
            path=self.name,
            digest=digest,
            title=self._title(),
            body=body,
            slug=self._slug(),
            date=date,
            published=published and self._is_public(),
            categories=_unique(categories),
            tags=_unique(self._tags()),
            authors=_unique(self._authors()),
            excerpt=self._text("excerpt"),
            reading_time=self._reading_time(),
            breaks=self._breaks(),
            image=self._image(),
            permalink=self._text("permalink"),
            redirects=self._redirects(date, categories),
            extra=self._extra,
            removed=removed,
            notes=tuple(self.notes),
        )

    def note_body(self, body: str, removed: int) -> None:
        if removed:
            self.notes.append(f"制御文字を {removed} 字取り除きました。")
        liquid = len(_LIQUID.findall(body))
        if liquid:
            self.notes.append(
                f"本文に Liquid のタグが {liquid} か所あります。公開前に書き直してください。"
            )

    def _text(self, key: str) -> str:
        value = self._values.get(key)
        if isinstance(value, (list, dict)):
            raise Refused(
                f"{key} が文字列ではありません。",
                hint='値の全体を " " で囲んでください。',
                line=self._lines.get(key),
            )
        return _typed(value).strip()

    def _title(self) -> str:
        title = " ".join(self._text("title").split("\n"))
        if not title:
            raise Refused(
                "title がありません。",
                hint="フロントマターに「title: 題名」を書いてください。",
                line=self._lines.get("title"),
            )
        return title

    def _date(self) -> datetime | None:
        typed = self._text("date")
        if typed:
            return parse_date(typed, self.zone, line=self._lines.get("date"))
        in_name = dated(self.name)[0]
        return parse_date(in_name, self.zone) if in_name else None

    def _file_slug(self) -> str:
        """Return what Jekyll calls slug: the key, else what follows the date in the name."""
        return self._text("slug") or dated(self.name)[1]

    def _slug(self) -> str:
        # Exported names are often percent-encoded and cut in the middle of a character.
        return addresses.pretty(unquote(self._file_slug(), errors="ignore"))

    def _is_public(self) -> bool:
        if is_draft(self.name) or self._flag("draft", default=False):
            return False
        return self._flag("published", default=True)

    def _flag(self, key: str, *, default: bool) -> bool:
        if key not in self._values:
            return default
        typed = self._text(key).casefold()
        if typed not in _NO | _YES:
            self.notes.append(f"{key} の値「{typed[:30]}」が分からないため、非公開としました。")
            return key == "draft"
        return typed in _YES if typed else default

    def _categories(self) -> list[str]:
        value = self._values.get("categories")
        plural = value.split() if isinstance(value, str) else self._words("categories")
        return plural + self._words("category")

    def _tags(self) -> list[str]:
        value = self._values.get("tags")
        if not isinstance(value, str):
            return self._words("tags") + self._words("tag")
        tags = _TAG_MARKS.split(value) if _TAG_MARKS.search(value) else value.split()
        return tags + self._words("tag")

    def _words(self, key: str) -> list[str]:
        words, strange = _flat(self._values.get(key))
        if strange:
            self.notes.append(f"{key} のうち文字列でない {strange} 件は使いませんでした。")
        return words

    def _authors(self) -> list[str]:
        return [name for key in ("author", "authors") for name in self._names(key)]

    def _names(self, key: str) -> Iterator[str]:
        value = self._values.get(key)
        people = value if isinstance(value, list) else [value]
        for person in people:
            if isinstance(person, dict):
                self._extra[key] = value
                person = person.get("name")
            words, strange = _flat(person)
            if strange or (not words and value):
                self.notes.append(f"{key} に名前の分からない項目があります。")
            yield from words

    def _reading_time(self) -> int | None:
        value = self._values.get("reading_time")
        if value is None or value == "":
            return None
        typed = unicodedata.normalize("NFKC", _typed(value)).strip()
        match = _MINUTES.fullmatch(typed)
        if match is None or not int(match[1]):
            self.notes.append(f"reading_time の値「{typed[:30]}」は使いませんでした。")
            self._extra["reading_time"] = value
            return None
        return int(match[1])

    def _breaks(self) -> bool | None:
        value = self._values.get("breaks")
        typed = str(value if value is not None else "").strip().casefold()
        if typed in _NO | _YES:
            return typed in _YES if typed else None
        self.notes.append(f"breaks の値「{typed[:30]}」は使いませんでした。")
        self._extra["breaks"] = value
        return None

    def _image(self) -> Image | None:
        value = self._values.get("image")
        if isinstance(value, list):
            self._extra["image"] = value
            value = value[0] if value else None
        if not isinstance(value, dict):
            path = _typed(value).strip()
            return Image(path) if path else None
        return self._described_image(value)

    def _described_image(self, value: dict[str, Json]) -> Image | None:
        if value.keys() - {"path", "alt", "caption"}:
            self._extra["image"] = self._values["image"]
        found = {key: _typed(val).strip() for key, val in value.items()}
        path = next((found[key] for key in ("path", "url", "src") if found.get(key)), "")
        if not path:
            self.notes.append("image に path がないため、画像は使いませんでした。")
            return None
        return Image(path, found.get("alt", ""), found.get("caption", ""))

    def _redirects(self, date: datetime | None, categories: list[str]) -> tuple[str, ...]:
        local = date.astimezone(self.zone) if date else None
        values = addresses.placeholders(self._file_slug(), categories, local)
        permalink = self._text("permalink")
        found = [self._usable(permalink, addresses.expand(permalink, values))] if permalink else []
        found += [self._usable(old, addresses.plain_path(old)) for old in self._old_addresses()]
        if dated(self.name)[1] and values.get("title"):
            found.append(addresses.expand(addresses.DEFAULT, values))
        return tuple(dict.fromkeys(path for path in found if path))

    def _old_addresses(self) -> list[str]:
        return [word for word in map(str.strip, self._words("redirect_from")) if word]

    def _usable(self, typed: str, path: str) -> str:
        if not path:
            self.notes.append(f"旧アドレス「{typed[:100]}」は使えないため、転送しません。")
        return path


def _typed(value: Json) -> str:
    """Return a scalar as text; "" for null, lists and mappings."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, (list, dict)) else str(value)


def _flat(value: Json) -> tuple[list[str], int]:
    """Return the texts of a scalar or of lists in lists, and the number of mappings left out."""
    if isinstance(value, dict):
        return [], 1
    if not isinstance(value, list):
        return ([_typed(value)] if _typed(value) else []), 0
    parts = [_flat(item) for item in value]
    return [text for texts, _ in parts for text in texts], sum(strange for _, strange in parts)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """Trim names and drop the empty ones and the repeated; the first spelling stays."""
    kept: dict[str, str] = {}
    for name in (" ".join(name.split("\n")).strip() for name in names):
        kept.setdefault(unicodedata.normalize("NFKC", name).casefold(), name)
    kept.pop("", None)
    return tuple(kept.values())

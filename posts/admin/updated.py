"""Which pages a publication changes, in words: for the confirmation."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Model
from django.urls import reverse

from posts.models import Author, Category, Composed, Edition, Series, Tag, moved
from posts.pages import SITE


class UpdatedPage(NamedTuple):
    """A page, or a kind of pages: what it is called, and its address if it has one already."""

    label: str
    address: str = ""


_LISTS: dict[str, tuple[type[Model], str]] = {
    "category": (Category, "カテゴリー「{}」"),
    "tag": (Tag, "タグ「{}」"),
    "author": (Author, "著者「{}」"),
    "series": (Series, "連載「{}」"),
}


def updated_pages(live: Edition | None, composed: Composed, now: datetime) -> list[UpdatedPage]:
    """Return the pages that look different once `composed` takes the place of `live`."""
    names = moved(live.composed if live else None, composed, now).names
    edition = composed.edition
    address = edition.get_absolute_url() if edition.slug and live else ""
    pages = [UpdatedPage("この記事" if edition.kind == "article" else "このページ", address)]
    if "list:articles" in names:
        pages.append(UpdatedPage("トップページ", reverse("home")))
    pages += _lists(names)
    if months := sorted(name for name in names if name.startswith("list:month:")):
        pages += [_month(int(name.rpartition(":")[2])) for name in months]
    if "list:articles" in names:
        pages.append(UpdatedPage("前後の記事（つながり）"))
    elif edition.kind == "article":
        pages.append(UpdatedPage("この記事が載っている一覧"))
    pages.append(UpdatedPage("フィードとサイトマップ"))
    if SITE in names:
        pages.append(UpdatedPage("すべてのページ（題字の下のカテゴリーが変わります）"))
    return pages


def _lists(names: set[str]) -> Iterator[UpdatedPage]:
    for kind, (model, label) in _LISTS.items():
        prefix = f"list:{kind}:"
        pks = [int(name.removeprefix(prefix)) for name in names if name.startswith(prefix)]
        for row in model._default_manager.filter(pk__in=pks):
            yield UpdatedPage(label.format(row), row.get_absolute_url())  # type: ignore[attr-defined]


def _month(month: int) -> UpdatedPage:
    year, number = divmod(month, 100)
    address = reverse("month", args=[year, f"{number:02}"])
    return UpdatedPage(f"{year}年{number}月の記事", address)

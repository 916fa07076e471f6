"""Addresses that articles had under Jekyll 4 (lib/jekyll/url.rb, drops/url_drop.rb, utils.rb)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import unquote_to_bytes

DEFAULT = "/:categories/:year/:month/:day/:title:output_ext"
STYLES = {
    "date": DEFAULT,
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_ORIGIN = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")
_PLACEHOLDER = re.compile(r":([a-z]+(?:_[a-z]+)*)")
_PRETTY = frozenset("._~!$&'()+,;=@")
_BROKEN_BYTE = re.compile("[\udc80-\udcff]")


def slugify(text: str, *, keep: frozenset[str] = frozenset()) -> str:
    """Return Jekyll's slug: every run of other than letters, marks and digits becomes `-`.

    Case is kept. `keep` names further characters that stay.
    """
    return "-".join("".join(c if _is_word(c) or c in keep else " " for c in text).split())


def pretty(text: str) -> str:
    """Return the slug that Jekyll's `:title` makes, case and `._~!$&'()+,;=@` kept, in NFC."""
    return slugify(unicodedata.normalize("NFC", text), keep=_PRETTY)


def plain_path(address: str) -> str:
    """Return the path of an address as plain text in NFC; "" where it is of no use.

    The scheme, host, query and fragment are dropped and percent signs decoded once; bytes that
    are not UTF-8 stay percent-encoded. Of no use is the site's own root, a path with dot
    segments and one with control characters.
    """
    path = re.split("[?#]", _ORIGIN.sub("", address.strip()), maxsplit=1)[0]
    return _checked(unicodedata.normalize("NFC", _decoded(path)))


def expand(template: str, values: dict[str, str]) -> str:
    """Return the path that a permalink's placeholders give, "" where one has no value."""
    pattern = plain_path(STYLES.get(template, template))
    try:
        return _checked(_PLACEHOLDER.sub(lambda match: values[match[1]], pattern))
    except KeyError:
        return ""


def placeholders(title: str, categories: Iterable[str], date: datetime | None) -> dict[str, str]:
    """Return the values of a permalink's placeholders.

    `title` is the slug of the file, "" if it has none; `date` is in the old site's zone.
    """
    folded = dict.fromkeys(unicodedata.normalize("NFC", name).lower() for name in categories)
    values = {
        "categories": "/".join(folded),
        "slugified_categories": "/".join(dict.fromkeys(map(slugify, folded))),
        "collection": "posts",
        "output_ext": ".html",
    }
    if title:
        values |= {"title": pretty(title), "slug": slugify(title).lower()}
    return values | (_date_values(date) if date else {})


def _date_values(date: datetime) -> dict[str, str]:
    formats = {
        "year": "%Y",
        "month": "%m",
        "day": "%d",
        "hour": "%H",
        "minute": "%M",
        "second": "%S",
        "short_year": "%y",
        "y_day": "%j",
        "w_year": "%G",
        "week": "%V",
        "w_day": "%u",
        "short_month": "%b",
        "long_month": "%B",
        "short_day": "%a",
        "long_day": "%A",
    }
    values = {name: date.strftime(code) for name, code in formats.items()}
    return values | {"i_month": str(date.month), "i_day": str(date.day)}


def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd"


def _decoded(path: str) -> str:
    text = unquote_to_bytes(path).decode("utf-8", "surrogateescape")
    return _BROKEN_BYTE.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)


def _checked(path: str) -> str:
    path = re.sub("/{2,}", "/", f"/{path}")
    if path == "/" or {".", ".."} & set(path.split("/")):
        return ""
    return "" if any(unicodedata.category(char) in ("Cc", "Cs") for char in path) else path

"""Dates as front matter has them."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from .errors import Refused

_FIRST_YEAR, _LAST_YEAR = 1800, 2199
_LONGEST = 100
_NAMED_ZONES: dict[str, tzinfo] = {
    "Z": UTC,
    "UTC": UTC,
    "GMT": UTC,
    "JST": timezone(timedelta(hours=9)),
}
_DATE = re.compile(
    r"""
    (?P<year>[0-9]{4}) (?P<mark>[-/]) (?P<month>[0-9]{1,2}) (?P=mark) (?P<day>[0-9]{1,2})
    (?:
        (?:\s*[Tt]\s*|\s+)
        (?P<hour>[0-9]{1,2}) : (?P<minute>[0-9]{1,2})
        (?: : (?P<second>[0-9]{1,2}) (?:[.,][0-9]{1,9})? )?
    )?
    \s* (?P<name>Z|UTC|GMT|JST)?
    \s* (?: (?P<sign>[+-]) (?P<hours>[0-9]{1,2}) (?: :? (?P<minutes>[0-9]{2}) )? )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def parse_date(text: str, zone: tzinfo, *, line: int | None = None) -> datetime:
    """Read a date, with or without time and zone, and return it in UTC.

    What has no zone is in `zone`; what has no time is 00:00 there; fractions of a second are
    dropped. Raises Refused, naming `line`, for anything else and for years outside 1800-2199.
    """
    match = _DATE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    try:
        if match is None:
            raise ValueError(text)
        return _moment(match, zone)
    except ValueError:
        raise Refused(
            f"日付「{text[:60]}」を読めません。",
            hint="「2025-12-09 08:46:44 +0900」の形で書いてください。",
            line=line,
        ) from None


def _moment(match: re.Match[str], zone: tzinfo) -> datetime:
    names = ("year", "month", "day", "hour", "minute", "second")
    year, month, day, hour, minute, second = (int(match[name] or 0) for name in names)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    local = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match) or zone)
    return local.astimezone(UTC)


def _zone(match: re.Match[str]) -> tzinfo | None:
    if match["sign"]:
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        return timezone(-offset if match["sign"] == "-" else offset)
    return _NAMED_ZONES.get((match["name"] or "").upper())

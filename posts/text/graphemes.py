"""Grapheme clusters: what a reader takes for one character (UAX #29, the cases that occur here)."""

import re
import unicodedata
from functools import cache

# Emoji that a zero-width joiner may tie together (Extended_Pictographic, rounded up to blocks).
_PICTURE = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf" + (
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
)
_FLAG_LETTER = "\U0001f1e6-\U0001f1ff"
_CONTROL = "\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
# Marks of living scripts, skin tones, the tags of subdivision flags, variation selectors.
_EXTENDERS_BEYOND_BMP = (
    "\U00011000-\U00011002\U00011038-\U00011046\U00011080-\U00011082\U000110b0-\U000110ba"
    "\U0001d165-\U0001d169\U0001e000-\U0001e02a\U0001e8d0-\U0001e8d6\U0001e944-\U0001e94a"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)


@cache
def _joining() -> re.Pattern[str]:
    """Return what finds the characters that may make a cluster longer than one character."""
    return re.compile(f"[\r\u1100-\u11ff{_extenders()}]")


def _is_simple(text: str) -> bool:
    """Say whether each character is a cluster of its own; true for most Japanese text."""
    return not _BEYOND_BMP.search(text) and not _joining().search(text)


@cache
def _cluster() -> re.Pattern[str]:
    # Two classes, because a class of both planes is looked through one range after the other.
    extend = f"(?:[{_extenders()}]|[{_EXTENDERS_BEYOND_BMP}])"
    return re.compile(
        "\r\n"
        f"|[{_CONTROL}]"
        f"|[{_FLAG_LETTER}]{{2}}{extend}*"
        f"|[{_PICTURE}](?:{extend}*\u200d[{_PICTURE}])*{extend}*"
        f"|[\u1100-\u115f]*[\uac00-\ud7a3\u1160-\u11ff][\u1160-\u11ff]*{extend}*"
        f"|.{extend}*",
        re.DOTALL,
    )


@cache
def _extenders() -> str:
    """Return the characters of the BMP that never start a cluster, for a character class."""
    codes = [*range(0x300, 0x3400), *range(0xA66F, 0xAC00), *range(0xFB1E, 0xFE30)]
    marks = (chr(code) for code in codes)
    combining = "".join(mark for mark in marks if unicodedata.category(mark) in {"Mn", "Me", "Mc"})
    return combining + "\u200c\u200d\uff9e\uff9f"  # joiners, half-width voiced marks


def graphemes(text: str) -> list[str]:
    """Split the text into grapheme clusters; joined again they are the text.

    Covers combining marks, variation selectors (葛󠄀), voiced marks, emoji sequences with joiners
    and skin tones, keycaps, flags and Hangul jamo.
    """
    return list(text) if _is_simple(text) else _cluster().findall(text)


def count_graphemes(text: str) -> int:
    """Return how many grapheme clusters the text has."""
    return len(text) if _is_simple(text) else len(graphemes(text))

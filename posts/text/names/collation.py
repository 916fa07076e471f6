"""Readings (よみがな): the order in which a Japanese index lists names.

Source: JIS X 4061 (collation of Japanese strings), as far as names need it: kana by their plain
form first, then by voiced marks, size and script. Marks of repetition count as what they repeat.
"""

import unicodedata
from functools import lru_cache

from .folding import compatible

_TO_HIRAGANA = {code: code - 0x60 for code in [*range(0x30A1, 0x30F7), 0x30FD, 0x30FE]}
_MARKS = dict.fromkeys((0x3099, 0x309A))
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_VOWELS = {
    kana: vowel
    for row, vowel in (
        ("あかさたなはまやらわ", "あ"),
        ("いきしちにひみりゐ", "い"),
        ("うくすつぬふむゆる", "う"),
        ("えけせてねへめれゑ", "え"),
        ("おこそとのほもよろを", "お"),
    )
    for kana in row
}
_ROWS = "あかさたなはまやらわ"
_LONGEST = 100


def sort_key(reading: str) -> bytes:
    """Return the key by whose bytes an index is sorted: kana first, then Latin, then the rest.

    Katakana and half-width kana count as hiragana, ゝ as the kana before it; voiced marks, small
    kana and the long-vowel mark matter only between names that are alike without them; then the
    mark comes first, and the small kana before the large.
    """
    plain, exact = _plain(reading), _hiragana(reading).replace("ー", "\1")
    return f"{_group(plain)}{plain}\0{exact}".encode()


@lru_cache(maxsize=4096)
def index_heading(reading: str) -> str:
    """Return the heading under which an index lists a name: あ to わ, A to Z, or その他."""
    plain = _plain(reading)
    group = _group(plain)
    if group == 0:
        return next((row for row in reversed(_ROWS) if row <= plain[0]), "あ")
    return plain[0].upper() if group == 1 else "その他"


def _group(plain: str) -> int:
    first = plain[:1]
    if "あ" <= first <= "ん":
        return 0
    return 1 if "a" <= first <= "z" else 2


def _hiragana(reading: str) -> str:
    kept = (char for char in compatible(reading)[:_LONGEST] if char.isalnum() or char == "ー")
    return _without_repetition("".join(kept).translate(_TO_HIRAGANA))


def _without_repetition(hiragana: str) -> str:
    """Write out what ゝ (clear: つゝ, づゝ are つつ, づつ) and ゞ (voiced: すゞ is すず) repeat."""
    written = ""
    for char in hiragana:
        if char in "ゝゞ" and "ぁ" <= written[-1:] <= "ゖ":
            clear = unicodedata.normalize("NFD", written[-1])[0]
            char = unicodedata.normalize("NFC", clear + "\u3099")[0] if char == "ゞ" else clear
        written += char
    return written


def _plain(reading: str) -> str:
    """Return the reading in hiragana without marks, small kana and long-vowel marks."""
    bare = unicodedata.normalize("NFD", _hiragana(reading)).translate(_MARKS).translate(_SMALL)
    plain = ""
    for char in bare:
        plain += _VOWELS.get(plain[-1:], "") if char == "ー" else char
    return plain

"""The identity key: two spellings that a reader takes for one name have one key."""

import re
import unicodedata

from posts.text.characters import KANA

_IGNORABLE = re.compile("[\u00ad\u200b\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\u2500\ufe58]")
_WAVES = re.compile("[\u301c\u223c\u223e\u3030]")
_SPACES = re.compile(r"\s+")
# The long-vowel mark typed where a dash was meant: GPTー4.
_STRAY_KANA_MARK = re.compile(f"(?<![{KANA}ー])ー+(?![{KANA}ー])")


def compatible(text: str) -> str:
    """Return the text in NFKC and casefolded, both again until nothing changes.

    Casefolding can undo NFKC (and the reverse), so one pass of each is not idempotent.
    """
    while (folded := unicodedata.normalize("NFKC", text).casefold()) != text:
        text = folded
    return text


def fold(text: str) -> str:
    """Return the key by which names of tags, authors and categories are compared.

    NFKC and casefold; variation selectors and invisible characters dropped; every dash becomes
    "-", every wave "~"; the kana mark ー stays unless no kana stands on either side of it; runs of
    spaces become one and the ends are trimmed. For comparing only, never for showing: NFKC turns
    ㈱ into (株). Idempotent.
    """
    text = compatible(_IGNORABLE.sub("", text))
    text = _WAVES.sub("~", _DASHES.sub("-", _IGNORABLE.sub("", text)))
    text = _STRAY_KANA_MARK.sub(lambda mark: "-" * len(mark[0]), text)
    return _SPACES.sub(" ", text).strip()

"""Slugs: the readable last part of an address, in any script."""

import re
import unicodedata

from .folding import compatible

_SLUG = re.compile(r"[-\w]+")
_NOT_SLUG = re.compile(r"[^\w-]+")
_HYPHENS = re.compile("-+")
# Spelt out, so that C, C++, C# and .NET, R&D keep different addresses.
_LEADING_DOT = re.compile(r"(?<![\w.])\.(?=\w)")
_SHARP = re.compile(r"(?<=\w)#")


def slugify(text: str) -> str:
    """Return a slug for a name: NFKC, casefolded, letters and digits of any script, "_" and "-".

    ``C++`` gives ``c-plus-plus``, ``C#`` ``c-sharp``, ``.NET`` ``dot-net`` and ``R&D``
    ``r-and-d``; spaces and other punctuation become one hyphen. The same name always gives the
    same slug, and a slug gives itself.

    Returns:
        The slug, or "" for a name without letters and digits; the caller then takes another.
    """
    text = _LEADING_DOT.sub(" dot ", compatible(text))
    text = _SHARP.sub(" sharp ", text).replace("+", " plus ").replace("&", " and ")
    return _HYPHENS.sub("-", _NOT_SLUG.sub("-", text)).strip("-")


def is_slug(text: str) -> bool:
    """Say whether the text has the shape of a slug (Django's Unicode slug, ``^[-\\w]+$``)."""
    return _SLUG.fullmatch(text) is not None


def canonical_slug(text: str) -> str:
    """Return the stored form of a slug that was typed or requested: NFC, lower case, trimmed."""
    lowered = unicodedata.normalize("NFC", text.strip()).lower()
    return unicodedata.normalize("NFC", lowered)

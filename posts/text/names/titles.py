"""The title said twice: articles that repeat their title as the first paragraph of the body."""

import re
import unicodedata

from .folding import compatible

_FIRST_BLOCK = re.compile(r"\s*(\S[^\n]*(?:\n(?![^\S\n]*(?:\n|$))[^\n]*)*)")
_UNDERLINE = re.compile(r"\n(=+|-+) *$")


def drop_repeated_title(body: str, title: str) -> str | None:
    """Return the Markdown body without its first paragraph if that only repeats the title.

    Compared folded (NFKC, casefold), without spaces and punctuation, so that ``# 題``, ``**題**``
    and full-width spellings are found too.

    Returns:
        The rest of the body, or None when the body does not begin with the title.
    """
    first = _FIRST_BLOCK.match(body)
    wanted = _bare(title)
    if first is None or not wanted:
        return None
    for end in _candidate_ends(body, first):
        if _bare(_UNDERLINE.sub("", body[first.start(1) : end])) == wanted:
            return body[end:].lstrip("\n")
    return None


def _candidate_ends(body: str, first: re.Match[str]) -> tuple[int, ...]:
    """Return where the title may end: the paragraph, or one heading line with text under it."""
    line_end = body.find("\n", first.start(1))
    heading = body.startswith("#", first.start(1)) and line_end != -1
    return (first.end(), line_end) if heading else (first.end(),)


def _bare(text: str) -> str:
    kept = (char for char in compatible(text) if unicodedata.category(char)[0] not in "PZC")
    return "".join(kept)

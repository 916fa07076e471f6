"""Japanese phrases (文節), so that a headline breaks between words."""

from functools import cache

import budoux


@cache
def _parser() -> budoux.Parser:
    # Loading the model takes some 35 ms: paid by the first headline, not by every start.
    return budoux.load_default_japanese_parser()


def phrases(text: str) -> tuple[str, ...]:
    """Split a line of text into phrases by BudouX; joined again they are the text."""
    return tuple(_parser().parse(text))

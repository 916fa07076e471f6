"""Articles as lists show them: written once, and remembered between pages.

After a publication nineteen of the twenty cards of a list are as they were.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from django.http import HttpRequest
from django.template.loader import get_template

from posts.models import Edition, reading, shown
from posts.pages import declare, recall

from .frame import frame


class Look(NamedTuple):
    """What a card depends on besides its article.

    Attributes:
        template: what writes it.
        heading: the level of its heading.
        within: the primary key of the category on whose page it stands, and which it does not name.
    """

    template: str = "posts/_card.html"
    heading: int = 2
    within: int | None = None


class Card(NamedTuple):
    """An article, and how a list shows it."""

    edition: Edition
    html: str


type Wanted = tuple[int, Look]  # the primary key of an edition, and how it is to look


def cards(request: HttpRequest, ids: Iterable[int], look: Look | None = None) -> list[Card]:
    """Return the cards of editions by their primary keys, which the page then shows."""
    look = look or Look()
    return cards_of(request, [(pk, look) for pk in ids])


def cards_of(request: HttpRequest, wanted: Sequence[Wanted]) -> list[Card]:
    """Return the cards of editions as `cards` does, each with a look of its own."""
    found = recall(request, wanted, partial(_written, request), _shown)
    editions = [one.edition for one in found]
    declare(request, shown(editions), ends=(one.visible_until for one in editions))
    return found


def _written(request: HttpRequest, wanted: list[Wanted]) -> dict[Wanted, Card]:
    editions = reading.cards(pk for pk, _ in wanted)
    frame(request).sections.give(editions)
    return {
        one: Card(edition, get_template(one[1].template).render(_context(edition, one[1])))
        for one, edition in zip(wanted, editions, strict=True)
    }


def _context(edition: Edition, look: Look) -> dict[str, object]:
    return {"edition": edition, "heading": look.heading, "within": look.within}


def _shown(card: Card) -> set[str]:
    return shown([card.edition])

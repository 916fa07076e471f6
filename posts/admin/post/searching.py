"""The search in the list: words in titles, slugs and signatures, over the index of titles."""

import sys
from collections.abc import Iterator
from itertools import islice

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from posts import text
from posts.models import Author, Byline, Post, Role, TitlePair, roles

from .desk import Desk

FOUND = 200  # the newest that a search finds; whoever looks for another says more of it
BATCHES = (250, 1_000, 3_000)  # how many are looked at: most searches end with the first
AUTHORS = 50  # that a word may be part of the name of
WORDS = 8  # that are looked for


class Searching(Desk):
    """The search. What it costs does not grow with the archive."""

    search_fields = ["title"]  # that there is a search; how it goes, `found` says
    search_help_text = "題・スラッグ・著者で探します。"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """Return those of `queryset` that hold every word, and that none is there twice."""
        words = text.fold(search_term.replace("\0", "")).split()[:WORDS]
        if not words:
            return queryset, False
        if roles(request.user) == {Role.WRITER}:  # whose own manuscripts are few
            candidates = queryset.order_by("-pk").values_list("pk", flat=True)[: sum(BATCHES)]
            return queryset.filter(pk__in=found(queryset, words, iter(candidates))), False
        return queryset.filter(pk__in=found(queryset, words, likely(words))), False


def likely(words: list[str]) -> Iterator[int]:
    """Yield the ids of manuscripts that may hold `words`, newest first: the rarest word leads."""
    rarity = TitlePair.objects.rarity(words)
    every = max(rarity.values(), default=0) + 1

    def rare(word: str) -> int:
        return min((rarity[pair] for pair in text.pairs_within(word)), default=every)

    leading = min(words, key=rare)
    most = sum(BATCHES)
    titled = TitlePair.objects.holding(leading, rarity)[:most]
    named = list(Author.objects.filter(name__icontains=leading).values_list("pk")[:AUTHORS])
    signed = Byline.objects.filter(author__in=[pk for (pk,) in named]).order_by("-post")
    placed = Post.objects.filter(beginning(leading)).order_by("-pk")
    ids = {*titled, *signed.values_list("post", flat=True)[:most]} if named else {*titled}
    yield from sorted(ids | {*placed.values_list("pk", flat=True)[:most]}, reverse=True)


def beginning(word: str) -> Q:
    """Return the condition that a slug begins with `word`, as the index of each database has it."""
    if connection.vendor == "postgresql":
        return Q(slug__startswith=word)
    return Q(slug__gte=word, slug__lt=word + chr(sys.maxunicode))


def found(rows: QuerySet[Post], words: list[str], candidates: Iterator[int]) -> list[int]:
    """Return the ids of the first FOUND of `candidates` that are in `rows` and hold `words`."""
    ids: list[int] = []
    for size in BATCHES:
        batch = list(islice(candidates, size))
        if not batch or len(ids) >= FOUND:
            break
        there = (
            rows.filter(pk__in=batch).order_by().values_list("pk", "title", "slug", "authors__name")
        )
        told: dict[int, list[str]] = {}
        for pk, *texts in there:
            told.setdefault(pk, []).extend(filter(None, texts))
        ids += [pk for pk in batch if pk in told and holds(told[pk], words)]
    return ids[:FOUND]


def holds(texts: list[str], words: list[str]) -> bool:
    """Return whether each of the folded `words` stands in one of `texts`."""
    folded = text.fold("\n".join(texts))
    return all(word in folded for word in words)

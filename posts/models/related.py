"""What readers may like next: articles with the same rare tags, of one series, in one category.

Found at publication and kept as candidates, more than a page shows; which of them readers may see
is asked whenever a page is made.
"""

from collections import Counter
from math import log

from django.db import transaction
from django.db.models import BigIntegerField

from posts.models.edition import HEAVY, Composed, Edition, EditionTag
from posts.models.prepared import Given, Prepared
from posts.models.removal import remove
from posts.pages import Removed

CANDIDATES = 24  # that are kept
_MOST = 200  # rows that one tag, series or category may name
# What one shared thing says of two articles; a tag says less the more articles have it.
_SERIES, _CATEGORY = 0.8, 0.2


def related_to(composed: Composed) -> list[int]:
    """Return the primary keys of the posts that suit an article best, at most CANDIDATES."""
    edition = composed.edition
    if edition.kind == "page":
        return []
    scores: Counter[int] = Counter()
    for row in composed.tags:
        found = _tagged(tag=row.tag_id)
        _add(scores, found, 1 / (1 + log(max(len(found), 1))))
    if edition.series_id:
        _add(scores, _of_series(series=edition.series_id), _SERIES)
    if edition.category_id:
        _add(scores, _of_category(category=edition.category_id), _CATEGORY)
    return _posts(scores, edition.post_id)


def relate(count: int) -> int:
    """Look for the articles that suit up to `count` editions that lack them; return how many."""
    editions = (
        Edition.objects.filter(related__isnull=True, retired=False).order_by("-pk").defer(*HEAVY)
    )
    found = {edition: related_to(edition.composed) for edition in editions[:count]}
    if not found:
        return 0
    with transaction.atomic():
        for edition, posts in found.items():
            Edition.objects.filter(pk=edition.pk, related__isnull=True).update(related=posts)
        remove(Removed({f"post:{edition.post_id}" for edition in found}))
    return len(found)


def _add(scores: Counter[int], editions: list[int], weight: float) -> None:
    for pk in editions:
        scores[pk] += weight  # type: ignore[assignment]


def _posts(scores: Counter[int], own: int | None) -> list[int]:
    """Return the posts of the editions with the highest scores, the newest first among equals."""
    best = sorted(scores, key=lambda pk: (-scores[pk], -pk))[: CANDIDATES + 1]
    known = dict(Edition.objects.filter(pk__in=best).values_list("pk", "post"))
    found = dict.fromkeys(known[pk] for pk in best if pk in known)
    return [pk for pk in found if pk != own][:CANDIDATES]


_tagged: Prepared[int] = Prepared(
    lambda: (
        EditionTag.objects.filter(tag=Given("tag", BigIntegerField()), retired=False)
        .order_by("-published_at", "-edition_id")
        .values_list("edition_id", flat=True)[:_MOST]
    )
)
_of_series: Prepared[int] = Prepared(
    lambda: (
        Edition.objects.filter(series=Given("series", BigIntegerField()), retired=False)
        .newest()
        .values_list("pk", flat=True)[:_MOST]
    )
)
_of_category: Prepared[int] = Prepared(
    lambda: (
        Edition.objects.filter(category=Given("category", BigIntegerField()), retired=False)
        .newest()
        .values_list("pk", flat=True)[: 2 * CANDIDATES]
    )
)

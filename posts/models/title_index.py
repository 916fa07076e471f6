"""The index of titles: pairs of characters, the same on both databases.

A search for a part of a title asks for the titles that hold all its pairs, newest first, and
then looks whether they stand side by side. What is common is never counted.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef

from posts import text

if TYPE_CHECKING:
    from posts.models.post import Post

# How rare a pair is, the newest titles tell: counting all of them would grow with the archive.
SAMPLE = 2_000


class TitlePairQuerySet(models.QuerySet[Any]):
    """Pairs, as searches ask for them."""

    def rarity(self, words: Iterable[str]) -> dict[int, int]:
        """Return of how many of the newest titles each pair in `words` is part."""
        wanted = set().union(*(text.pairs_within(word) for word in words))
        newest = self.aggregate(last=Max("post"))["last"] or 0
        sample = self.filter(token__in=wanted, post__gt=newest - SAMPLE)
        counts = dict(sample.values_list("token").annotate(Count("post")))
        return {pair: counts.get(pair, 0) for pair in wanted}

    def holding(self, word: str, rarity: dict[int, int]) -> models.QuerySet[Any, int]:
        """Return the ids of the manuscripts whose title holds all pairs of `word`, newest first.

        The rarest pair leads; each of the others is looked up for what it led to.
        """
        pairs = sorted(text.pairs_within(word), key=lambda pair: rarity.get(pair, 0))
        if pairs:
            rows = self.filter(token=pairs[0])
            for pair in pairs[1:]:
                rows = rows.filter(
                    Exists(TitlePair.objects.filter(token=pair, post=OuterRef("post")))
                )
        else:
            begun = text.pairs_from(word)
            rows = self.filter(token__gte=begun.start, token__lt=begun.stop).distinct()
        return rows.order_by("-post").values_list("post", flat=True)


class TitlePair(models.Model):
    """A pair of characters in the title of a manuscript."""

    pk = models.CompositePrimaryKey("token", "post")
    token = models.BigIntegerField()
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="title_pairs")

    objects = TitlePairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "題の索引"

    def __str__(self) -> str:
        return f"{self.token}"

    @classmethod
    def index(cls, posts: Iterable["Post"]) -> None:
        """Write the pairs of the titles of `posts` in the place of those that are there."""
        posts = list(posts)
        TitlePair.objects.filter(post__in=posts).delete()
        TitlePair.objects.bulk_create(
            TitlePair(token=token, post=post) for post in posts for token in text.pairs(post.title)
        )

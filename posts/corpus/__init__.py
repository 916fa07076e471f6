"""A large corpus of made-up articles, to measure with and to try the desk on.

It is one endless sequence: `make(n)` brings a database to its first n posts, wherever it stood.
The rows are written in bulk and not through the verbs of `Post`, but as the verbs would have left
them; editions come from `compose`, like all editions.
"""

from bisect import bisect_left
from collections.abc import Callable

from django.db import transaction

from posts.corpus.rows import Writer
from posts.corpus.stories import GROUP, uid
from posts.models import Post, recount

# What one transaction holds: so much is lost when somebody stops the command.
BATCH = 25 * GROUP


class Foreign(Exception):
    """The database holds posts that do not belong to the corpus."""


def made(wanted: int) -> int:
    """Return how many of the first `wanted` posts are there. Raises Foreign.

    They were made in their order, so the first that lacks can be looked for by halves.
    """

    def lacks(number: int) -> bool:
        return not Post.objects.filter(uid=uid(number)).exists()

    if lacks(0) and Post.objects.exists():
        raise Foreign
    return bisect_left(range(wanted), True, key=lacks)  # noqa: FBT003


def make(wanted: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Make what lacks of the first `wanted` posts. Raises Foreign.

    `progress` is called with the number that are there, whenever some more have been written. What
    it raises, and KeyboardInterrupt, takes back the batch that is being written, and no other.
    """
    start, writer = made(wanted), Writer()
    while start < wanted:
        stop = min(start // BATCH * BATCH + BATCH, wanted)
        with transaction.atomic():
            for first in range(start, stop):
                if first == start or first % GROUP == 0:
                    last = min(first // GROUP * GROUP + GROUP, stop)
                    writer.write(range(first, last))
                    progress(last)
        start = stop
    recount()

"""Autosaves that nobody needs are deleted; what a person did on purpose never is."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from posts.models.comment import Comment
from posts.models.post import Post
from posts.models.presence import Presence
from posts.models.review_link import ReviewLink
from posts.models.revision import Autosaved, Revision, superfluous

AUTOSAVE = Revision.Why.AUTOSAVE
# A manuscript that nobody has saved for so long was thinned before: the rule's last step comes
# behind eight days. One whose turn never came, because no worker ran, waits for its next save.
TOUCHED = timedelta(days=30)
ROUND = 5_000  # revisions that are deleted at once, in all


def thin(now: datetime, limit: int = ROUND) -> int:
    """Delete superfluous autosaves, `limit` or few more, and return how many.

    The rule is `superfluous`. Never deleted, whatever the rule says: a revision that a person
    made; the newest; what an edition, a comment, a link for a reader, or the log names (it was
    submitted, approved, scheduled, published, gone back to); what a text that was kept aside
    began from; and what another revision is packed against. A manuscript that somebody has open
    is left alone: the open text names a version too. Doing it twice, or two workers at once,
    deletes nothing more.
    """
    deleted = 0
    for pk in _grown(now):
        if deleted >= limit:
            break
        deleted += _thin(pk, now)
    return deleted


def _grown(now: datetime) -> Iterator[int]:
    """Yield the ids of the manuscripts that have several autosaves older than a day."""
    old = Revision.objects.filter(
        why=AUTOSAVE, at__lt=now - timedelta(days=1), post__edited_at__gte=now - TOUCHED
    )
    several = old.order_by().values("post").annotate(n=Count("pk")).filter(n__gt=1)
    yield from several.order_by("post").values_list("post", flat=True)


def _thin(pk: int, now: datetime) -> int:
    with transaction.atomic():
        # Whoever saves holds this lock too: nothing is packed against what is deleted meanwhile.
        post = Post.objects.select_for_update().filter(pk=pk).first()
        if post is None or Presence.objects.current(now).filter(post=pk).exists():
            return 0
        rows = list(post.revisions.order_by("-number").defer("packed"))
        autosaves = [Autosaved(r.number, r.at, r.by_id) for r in rows if r.why == AUTOSAVE]
        doomed = superfluous(autosaves, now) - _named(post, rows)
        # Those that the remaining ones are packed against stay too: they stand alone.
        doomed -= {row.against for row in rows if row.number not in doomed}
        return post.revisions.filter(number__in=doomed).delete()[0] if doomed else 0


def _named(post: Post, rows: Iterable[Revision]) -> set[int]:
    """Return the numbers of the revisions that something speaks of."""
    named = {post.version, *(row.base for row in rows if row.why == Revision.Why.KEPT)}
    named.update(post.editions.values_list("version", flat=True))
    named.update(post.editions.values_list("revision__number", flat=True))
    named.update(Comment.objects.filter(post=post).values_list("revision", flat=True))
    links = ReviewLink.objects.filter(post=post)
    named.update(links.values_list("revision__number", flat=True))
    for number, source in post.events.exclude(move="autosave").values_list(
        "revision", "detail__source"
    ):
        named.update({number, source} - {None})
    return named

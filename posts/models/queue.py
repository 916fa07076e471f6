"""The work queue: what waits for a person, as sets of manuscripts.

No set grows with the archive: each begins with what an index gives newest first, and looks at
no more than the first WINDOW of it. What is in work was saved, planned or returned lately.
"""

from datetime import datetime
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from posts.models.byline import Byline
from posts.models.edition import JST, Edition
from posts.models.event import Event
from posts.models.moves import MOVES, Role, Status, User, beat_of, roles
from posts.models.post import Post, PostQuerySet

WINDOW = 2_000
OWN = 500  # of a person's own manuscripts: the last saved ones

# The moves that bring a manuscript further on its way, or back.
STEPS = [name for name, move in MOVES.items() if move.target]


def last_step() -> QuerySet[Event]:
    """Return the last step of the manuscript of the outer query, for a subquery."""
    steps = Event.objects.filter(post=OuterRef("pk"), move__in=STEPS)
    return steps.order_by("-pk")[:1]


class Queue:
    """What waits for `user` at `now`, each set in the order of work.

    A writer has to do with own manuscripts, everybody else with all that they may see.
    """

    def __init__(self, user: User, now: datetime | None = None) -> None:
        self.user = user
        self.now = now or timezone.now()
        self.writes_only = roles(user) == {Role.WRITER}

    @property
    def mine(self) -> PostQuerySet:
        """Own manuscripts in work: not public or scheduled as they stand, the last saved first."""
        own = Post.objects.filter(pk__in=self._own, archived_at=None)
        return own.filter(~_released()).order_by("-edited_at", "-pk")

    @property
    def review(self) -> PostQuerySet:
        """What is to be read: a writer's own, an editor's within the beat; the longest first."""
        waiting = self._open.filter(status=Status.IN_REVIEW)
        beat = beat_of(self.user)
        if beat is not None:
            waiting = waiting.filter(Q(category=None) | Q(category__in=beat))
        return waiting.order_by("edited_at", "pk")

    @property
    def returned(self) -> PostQuerySet:
        """Drafts that were sent back and not handed in since."""
        drafts = self._open.filter(status=Status.DRAFT)
        if not self.writes_only:
            returns = Event.objects.filter(move="return_").order_by("-at", "-pk")
            drafts = drafts.filter(pk__in=returns.values("post")[:WINDOW])
        step = Subquery(last_step().values("move"))
        return drafts.alias(step=step).filter(step="return_").order_by("-edited_at", "-pk")

    @property
    def ready(self) -> PostQuerySet:
        """What is approved and neither public nor scheduled; the nearest planned day first."""
        approved = self._newest(status=Status.READY).filter(~_released(), ~self._waiting())
        return approved.order_by(F("planned_on").asc(nulls_last=True), "edited_at", "pk")

    @property
    def changed(self) -> PostQuerySet:
        """What is public and is being changed: neither approved yet nor scheduled."""
        live = Edition.objects.filter(post=OuterRef("pk")).public(self.now)
        changed = self._newest().exclude(status=Status.READY)
        changed = changed.filter(Exists(live), ~_released(), ~self._waiting())
        return changed.order_by("-edited_at", "-pk")

    @property
    def scheduled(self) -> PostQuerySet:
        """What waits for its time; the next first."""
        waiting = self._open.filter(editions__visible_from__gt=self.now)
        if not self.writes_only:
            coming = Edition.objects.filter(visible_from__gt=self.now).order_by("visible_from")
            waiting = waiting.filter(pk__in=coming.values("post")[:WINDOW])
        return waiting.order_by("editions__visible_from", "pk")

    @property
    def overdue(self) -> PostQuerySet:
        """What was planned for a day that is over, and never public; the last day first."""
        today = self.now.astimezone(JST).date()
        planned = Post.objects.filter(planned_on__lt=today).order_by("-planned_on", "-pk")
        late = self._open.filter(pk__in=planned.values("pk")[:WINDOW])
        late = late.filter(~Exists(Edition.objects.filter(post=OuterRef("pk"))))
        return late.order_by("-planned_on", "-pk")

    @cached_property
    def _own(self) -> set[int]:
        """The ids of the last saved manuscripts that the person began or signs."""
        if self.user is None or self.user.pk is None:
            return set()
        begun = Post.objects.filter(created_by=self.user.pk).order_by("-edited_at")
        # The rows of signatures are written anew at each save: the newest of them, the last saved.
        signed = Byline.objects.filter(author__user=self.user.pk).order_by("-pk")
        ids = {*begun.values_list("pk", flat=True)[:OWN]}
        return ids | {*signed.values_list("post", flat=True)[:OWN]}

    @property
    def _open(self) -> PostQuerySet:
        """What the person has to do with and nobody put away."""
        if self.writes_only:
            return Post.objects.filter(pk__in=self._own, archived_at=None)
        return Post.objects.seen_by(self.user).filter(archived_at=None)

    def _newest(self, **fields: str) -> PostQuerySet:
        """Return the last saved of these; a writer's own are few."""
        if self.writes_only:
            return self._open.filter(**fields)
        newest = Post.objects.filter(archived_at=None, **fields).order_by("-edited_at", "-pk")
        return self._open.filter(pk__in=newest.values("pk")[:WINDOW])

    def _waiting(self) -> Exists:
        return Exists(Edition.objects.filter(post=OuterRef("pk"), visible_from__gt=self.now))


def _released() -> Exists:
    """Return whether the newest version was published or scheduled: nothing is left to do."""
    return Exists(Edition.objects.filter(post=OuterRef("pk"), version=OuterRef("version")))

"""Who may do what with a manuscript, from which state: one table, and `can` that reads it.

Every verb of `Post`, every admin view and every button asks here; nothing else decides.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from posts.models.beat import Beat
from posts.models.site import SiteSettings

if TYPE_CHECKING:
    from posts.models.post import Post


class Refused(Exception):
    """A move that the table or the timeline does not allow; the message says why, in Japanese."""


class Role(StrEnum):
    """The role groups, made by a migration. A superuser (管理者) may do all."""

    WRITER = "ライター"
    EDITOR = "編集者"
    CHIEF = "編集長"
    PUBLISHER = "公開できる編集者"  # no group: an editor, where SiteSettings.editors_publish


class Status(models.TextChoices):
    """Where a manuscript stands on its way through the desk."""

    DRAFT = "draft", "下書き"
    IN_REVIEW = "in_review", "確認待ち"
    READY = "ready", "公開待ち"


ANY = frozenset(Status)
DRAFT = frozenset({Status.DRAFT})
DESK = frozenset({Role.EDITOR, Role.CHIEF})
ALL = DESK | {Role.WRITER}
CHIEF = frozenset({Role.CHIEF})
PUBLISHING = CHIEF | {Role.PUBLISHER}
GROUPS = (Role.WRITER, Role.EDITOR, Role.CHIEF)


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table.

    `roles` may make the move (a writer only on own manuscripts), and `beginners` on what
    they began themselves; from the statuses `source`, `archived` manuscripts or the others,
    None: both. `target` is the status afterwards, None where it stays.
    """

    label: str
    roles: frozenset[Role]
    source: frozenset[Status] = ANY
    target: Status | None = None
    archived: bool | None = False
    beginners: frozenset[Role] = frozenset()

    def allows(self, post: "Post") -> bool:
        """Return whether `post` stands where this move begins."""
        return self.archived in {None, bool(post.archived_at)} and post.status in self.source


MOVES: dict[str, Move] = {
    "view": Move("見る", ALL),
    "edit": Move("編集", ALL),
    "submit": Move("確認に出す", ALL, DRAFT, Status.IN_REVIEW),
    "withdraw": Move("確認から引き取る", ALL, frozenset({Status.IN_REVIEW}), Status.DRAFT),
    "return_": Move("差し戻す", DESK, frozenset({Status.IN_REVIEW, Status.READY}), Status.DRAFT),
    "approve": Move("承認する", DESK, frozenset({Status.DRAFT, Status.IN_REVIEW}), Status.READY),
    "publish": Move("公開する", PUBLISHING, target=Status.READY),
    "fix": Move("公開中の版から直す", PUBLISHING),
    "unschedule": Move("予定を取り消す", PUBLISHING),
    "unpublish": Move("公開を終える", PUBLISHING),
    "archive": Move("保管する", DESK),
    "revive": Move("保管から戻す", DESK, target=Status.DRAFT, archived=True),
    "restore": Move("この版に戻す", ALL),
    "comment": Move("コメントする", ALL),
    "share": Move("確認用リンクを作る", DESK),
    "copy": Move("複製する", ALL, archived=None),
    "erase": Move("消去する", CHIEF, DRAFT, archived=None, beginners=ALL),
}

# The moves that change what is public, and so what others may link to.
PUBLIC = ("publish", "fix", "unschedule", "unpublish")

# Rights that concern no manuscript: the taxonomy, pictures, imports, the settings.
RIGHTS: dict[str, frozenset[Role]] = {
    "write": ALL,
    "illustrate": ALL,
    "describe": DESK,
    "classify": DESK,
    "sign": DESK,
    "merge": CHIEF,
    "import": DESK,
    "publish_imports": PUBLISHING,
    "audit": DESK,
    "redeliver": CHIEF,
    "settle": CHIEF,
}

User = AbstractBaseUser | AnonymousUser | None


def roles(user: User) -> frozenset[Role]:
    """Return the roles of `user`, read once a user object."""
    if user is None or not user.is_active or not user.is_authenticated:
        return frozenset()
    if getattr(user, "is_superuser", False):
        return frozenset(Role)
    known: frozenset[Role] | None = getattr(user, "_genko_roles", None)
    if known is None:
        known = _read_roles(user)
        user._genko_roles = known  # type: ignore[attr-defined]
    return known


def _read_roles(user: AbstractBaseUser | AnonymousUser) -> frozenset[Role]:
    names = set(user.groups.values_list("name", flat=True))  # type: ignore[union-attr]
    held = frozenset(role for role in GROUPS if role in names)
    if Role.EDITOR in held and SiteSettings.load().editors_publish:
        return held | {Role.PUBLISHER}
    return held


def may(user: User, right: str) -> bool:
    """Return whether `user` has the `right` of RIGHTS."""
    return bool(roles(user) & RIGHTS[right])


def can(user: User, move: str, post: "Post") -> bool:
    """Return whether `user` may make `move` on `post` as it stands. KeyError: no such move."""
    row = MOVES[move]
    if not permitted(user, move, post):
        return False
    return move == "view" or row.allows(post)


def permitted(user: User, move: str, post: "Post") -> bool:
    """Return whether the role of `user` allows `move` on `post`, whatever its state."""
    row, held = MOVES[move], roles_on(user, post)
    if user and held & row.beginners and post.created_by_id == user.pk:
        return True
    held &= row.roles
    if held == {Role.WRITER}:
        return post.is_own(user)
    return bool(held) and (move not in PUBLIC or _shown_within(beat_of(user), post))


def _shown_within(beat: frozenset[int] | None, post: "Post") -> bool:
    """Return whether what readers see of `post`, now or later, stands nowhere outside the `beat`.

    The manuscript may have left the category in which it is public.
    """
    if beat is None:
        return True
    ahead = Q(visible_until=None) | Q(visible_until__gt=timezone.now())
    elsewhere = post.editions.exclude(category=None).exclude(category__in=beat)
    return not elsewhere.filter(ahead).exists()


def roles_on(user: User, post: "Post") -> frozenset[Role]:
    """Return the roles of `user` towards `post`: outside the own beat, an editor is a writer."""
    held = roles(user)
    if answers_for(user, post.category_id):
        return held
    return held - {Role.EDITOR, Role.PUBLISHER} | {Role.WRITER}


def answers_for(user: User, category: int | None) -> bool:
    """Return whether nothing keeps `user` from what stands in this category, or in none."""
    beat = beat_of(user)
    return beat is None or category is None or category in beat


def beat_of(user: User) -> frozenset[int] | None:
    """Return the categories that `user` is restricted to, with those below; None: to none.

    Read once a user object. Nobody restricts a chief.
    """
    held = roles(user)
    if user is None or Role.EDITOR not in held or Role.CHIEF in held:
        return None
    known: frozenset[int] | None | bool = getattr(user, "_genko_beat", False)
    if isinstance(known, bool):  # not read yet
        known = user._genko_beat = Beat.of(user)  # type: ignore[union-attr]
    return known

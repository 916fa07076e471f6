"""What articles stand under: renamed and merged, while its old addresses lead on.

Merging moves relations only. What was merged stays as a row, for the revisions that name it and
for its address, and says what it was merged into.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, ManyToOneRel, Model, OuterRef, ProtectedError, Q, QuerySet
from django.utils import timezone

from posts import text
from posts.formats.addresses import plain_path
from posts.models.addresses import Redirect
from posts.models.edition import Interval
from posts.models.event import Event
from posts.models.moves import Refused, may
from posts.models.removal import Shown, in_order, remove
from posts.models.turns import in_merge
from posts.pages import Removed


class Mergeable(Shown):
    """An author, a category, a tag or a series: a name with a list of articles at its address."""

    name: Any
    slug: Any
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    right: ClassVar[str] = "classify"  # of those who may change it

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """Return the address of the list."""
        raise NotImplementedError

    @property
    def path(self) -> str:
        """The address as text, as `Redirect` has it."""
        return plain_path(self.get_absolute_url())

    @classmethod
    def path_of(cls, slug: str) -> str:
        """Return the path of a row with this `slug`."""
        return cls(**{"slug": slug}).path

    @property
    def current(self) -> Self:
        """This row, or the one it was merged into."""
        into: Any = self.merged_into
        return into or self

    def posts_under(self) -> QuerySet[Any]:
        """Return the manuscripts that stand under it."""
        raise NotImplementedError

    def listed(self) -> Interval:
        """Return the rows with an interval that put articles into its list."""
        raise NotImplementedError

    # Renaming

    def clean(self) -> None:
        """Refuse an address that leads elsewhere: nobody would find what it led to."""
        super().clean()
        row = Redirect.objects.filter(path=self.path).first() if self.slug else None
        if row and not (self.pk and row.subject == self):
            goal = f"「{row.subject}」" if row.subject else "別の場所"
            raise ValidationError(
                {
                    "slug": f"この住所は、いま{goal}へ移転しています。ほかのスラッグにするか、"
                    "先に「移転」から消してください。"
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an address that readers knew leads to the new one."""
        with transaction.atomic():
            before = self._stored_slug()
            super().save(*args, **kwargs)
            if before and before != self.slug:
                Redirect.objects.filter(path=self.path, **self._as_subject()).delete()
                if self._is_known():
                    self._leave(before)

    def _stored_slug(self) -> str | None:
        if self._state.adding or "slug" not in self.__dict__:  # what is not loaded stays
            return None
        rows: Any = type(self)._default_manager.select_for_update(no_key=True)
        slug: str | None = rows.filter(pk=self.pk).values_list("slug", flat=True).first()
        return slug

    def _as_subject(self) -> dict[str, Any]:
        return {str(self._meta.model_name): self}

    def _is_known(self) -> bool:
        """Return whether readers ever found something at the address."""
        return self.listed().filter(visible_from__lte=timezone.now()).exists()

    def _leave(self, slug: str) -> None:
        """Let the address with a `slug` that readers knew lead here."""
        Redirect.lead(self.path_of(slug), **self._as_subject())

    # Unused ones

    @classmethod
    def users(cls) -> list[tuple[type[Model], str]]:
        """Return the columns that keep a row from being deleted, each with its model."""
        return [
            (relation.related_model, relation.field.name)
            for relation in cls._meta.related_objects
            if relation.on_delete is models.PROTECT
        ]

    @classmethod
    def unused(cls) -> Q:
        """Return the condition of rows that may be deleted; `is_used` is its twin."""
        rows = (
            model._default_manager.filter(**{name: OuterRef("pk")}) for model, name in cls.users()
        )
        return Q(*(~Exists(found) for found in rows), merged_into=None)

    @property
    def is_used(self) -> bool:
        """Whether it has to stay: something refers to it, or it was merged and leads on."""
        rows = (model._default_manager.filter(**{name: self}) for model, name in self.users())
        return bool(self.merged_into) or any(found.exists() for found in rows)

    def discard(self, by: Any) -> None:
        """Delete it. Raises Refused when it is used."""
        if by is not None and not may(by, self.right):
            raise Refused("消す権限がありません。")
        kind, name = self._meta.verbose_name, str(self)
        used = Refused(f"{kind}「{name}」は使われているので消せません。")
        with transaction.atomic():
            if self.is_used:
                raise used
            try:
                self.delete()
            except ProtectedError as error:  # somebody used it at this moment
                raise used from error
            Event.record("remove", by=by, title=name, note=str(kind))

    # Merging

    def merge_into(self, target: Self, by: Any, *, now: datetime | None = None) -> None:
        """Merge this row into `target`, for good. Raises Refused.

        Who writes has to wait. Then the manuscripts are locked, as in every verb, what is public,
        and the rows.
        """
        if by is not None and not may(by, "merge"):
            raise Refused("統合できるのは編集長です。")
        with transaction.atomic():
            in_merge()
            self._lock(target)
            self.refuse_merge(target)
            known = self._is_known()
            moved = self._hand_over(target)
            self._hand_over_unseen(target)
            if known:
                self._leave(self.slug)
            moved["addresses"] = self._lead_to(target)
            self._become_merged(target)
            remove(Removed(self._shelves() | target._shelves()))
            Event.record(
                "merge",
                by=by,
                title=self.name,
                note=f"{self._meta.verbose_name}「{target}」へ",
                detail={"kind": self._meta.model_name, "rows": [self.pk, target.pk], **moved},
                now=now,
            )

    def refuse_merge(self, target: Self) -> None:
        """Raise Refused when this row cannot be merged into `target`."""
        if self.pk == target.pk:
            raise Refused(f"「{self}」を、自分自身へは統合できません。別のものを選んでください。")
        for row in (self, target):
            if row.merged_into:
                into = row.merged_into
                then = f"「{into}」を選んでください。" if row is target else ""
                raise Refused(f"「{row}」は、もう「{into}」に統合されています。{then}")

    def _lock(self, target: Self) -> None:
        # Nobody who only refers to these rows has to wait (no_key).
        posts = self.posts_under().order_by("pk").select_for_update(no_key=True, of=("self",))
        list(posts.values_list("pk", flat=True))
        in_order()
        rows = type(self)._default_manager.select_for_update(no_key=True)
        found = {row.pk: row for row in rows.filter(pk__in=(self.pk, target.pk)).order_by("pk")}
        for row in (self, target):
            if row.pk not in found:
                raise Refused(f"「{row}」は、もうありません。")
            row.__dict__.update(found[row.pk].__dict__)

    def _hand_over(self, target: Self) -> dict[str, int]:
        """Give all that stands under this row to `target`; return how many rows, for the log."""
        raise NotImplementedError

    def _hand_over_unseen(self, target: Self) -> None:
        """Give to `target` what names this row and is not reached from it: an invitation."""
        for relation in self._meta.get_fields(include_hidden=True):
            if isinstance(relation, ManyToOneRel) and relation.hidden:
                rows: Any = relation.related_model._default_manager
                rows.filter(**{relation.field.name: self}).update(**{relation.field.name: target})

    def _lead_to(self, target: Self) -> int:
        """Let what led here, merged rows and old addresses, lead to `target` at once."""
        name = str(self._meta.model_name)
        type(self)._default_manager.filter(merged_into=self).update(merged_into=target)
        Redirect.objects.filter(path=target.path, **{name: self}).delete()
        return Redirect.objects.filter(**{name: self}).update(**{name: target})

    def _become_merged(self, target: Self) -> None:
        """Store, past `save`, what is left of this row: its address is not its own any more."""
        left = self._as_merged(target)
        type(self)._default_manager.filter(pk=self.pk).update(**left)
        for name, value in left.items():
            setattr(self, name, value)

    def _as_merged(self, target: Self) -> dict[str, Any]:
        return {"merged_into": target}

    def _shelves(self) -> set[str]:
        return self.shown_as() | {f"list:{self._meta.model_name}:{self.pk}"}


def repoint(
    model: type[Model],
    field: str,
    source: Model,
    target: Model,
    *alike: str,
    order: str | None = None,
) -> int:
    """Make the rows of `model` under `source` rows under `target`, and return how many.

    Of two that are then the same in the columns `alike`, the first by `order` stays; without
    an order that of `target`.
    """
    rows = model._default_manager
    ours, theirs = rows.filter(**{field: source}), rows.filter(**{field: target})
    same = {name: OuterRef(name) for name in alike}
    if order:
        before = {f"{order}__lt": OuterRef(order)}
        theirs.filter(Exists(ours.filter(**same, **before))).delete()
    if alike:
        ours.filter(Exists(theirs.filter(**same))).delete()
    return ours.update(**{field: target})


def free_slug(model: type[Mergeable], name: str) -> str:
    """Return a slug for `name` that no row of `model` has or had: its own, else with -2, -3…"""
    stem = text.slugify(name)[:90] or "x"
    rows: Any = model._default_manager
    taken = set(rows.filter(slug__startswith=stem).values_list("slug", flat=True))
    start = model.path_of(stem).rstrip("/")
    old = Redirect.objects.filter(path__startswith=start).values_list("path", flat=True)
    taken |= {path.rstrip("/").rpartition("/")[2] for path in old}
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug

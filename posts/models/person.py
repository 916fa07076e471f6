"""People of the desk: Django's users, with what may be done to them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from posts.models.beat import Beat
from posts.models.delivery import Delivery
from posts.models.event import Event
from posts.models.invitation import Invitation
from posts.models.moves import GROUPS, Refused, Role, may
from posts.models.session import LoginFailure, Session

ADMINISTRATOR = "管理者"  # a superuser; no group


def name_of(user: Any) -> str:
    """Return the name of `user`, family name first; without one, what they log in with."""
    return " ".join(filter(None, (user.last_name, user.first_name))) or str(user.get_username())


class Person(User):
    """Somebody who can log in."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "人"

    def __str__(self) -> str:
        return name_of(self)

    @classmethod
    def behind(cls, user: Any) -> "Person":
        """Return `user` as it is stored now."""
        return cls.objects.get(pk=user.pk)

    @property
    def role(self) -> str:
        """The role: the highest, of somebody who has several; empty without one."""
        if self.is_superuser:
            return ADMINISTRATOR
        held = {group.name for group in self.groups.all()}
        return next((str(role) for role in reversed(GROUPS) if role in held), "")

    def manages(self, other: User) -> bool:
        """Return whether this person may change `other`: no chief changes an administrator."""
        return may(self, "settle") and (self.is_superuser or not other.is_superuser)

    # What others do to a person. All raise Refused.

    def give(self, role: str, *, by: Any) -> None:
        """Give one role instead of what there was: of GROUPS, ADMINISTRATOR, or none ("")."""
        with self._changing(by):
            before = self.role
            if role == before:
                return
            if ADMINISTRATOR in {role, before} and by is not None and not by.is_superuser:
                raise Refused("管理者にできるのは、管理者だけです。")
            self.groups.remove(*Group.objects.filter(name__in=GROUPS))
            self.groups.add(*Group.objects.filter(name=role))
            self.is_superuser = role == ADMINISTRATOR
            self.save(update_fields=["is_superuser"])
            self._forget()
            if not may(self, "settle"):
                self._withdraw_invitations(by)
            self._log("role", by, f"{before or '役割なし'} → {role or '役割なし'}")

    def answer_for(self, categories: Collection[Any], *, by: Any) -> None:
        """Restrict an editor to `categories`; none of them lifts the restriction."""
        with self._changing(by):
            before = {beat.category for beat in self.beats.select_related("category")}
            if before == set(categories):
                return
            self.beats.exclude(category__in=categories).delete()
            new = set(categories) - before
            Beat.objects.bulk_create(Beat(user=self, category=one) for one in new)
            self._forget()
            names = "、".join(sorted(one.name for one in categories))
            self._log("beats", by, names or "すべて")

    def deactivate(self, by: Any) -> None:
        """Let the person in no more: sessions end, and invitations that they sent."""
        with self._changing(by):
            if not self.is_active:
                raise Refused("このログインは、もう止まっています。")
            if by is not None and by.pk == self.pk:
                raise Refused("自分のログインは止められません。ほかの編集長に頼んでください。")
            self.is_active = False
            self.save(update_fields=["is_active"])
            Session.end(self)
            self._withdraw_invitations(by)
            self._log("deactivate", by)

    def reactivate(self, by: Any) -> None:
        """Let the person in again."""
        with self._changing(by):
            if self.is_active:
                raise Refused("このログインは、止まっていません。")
            self.is_active = True
            self.save(update_fields=["is_active"])
            self._log("reactivate", by)

    def log_out(self, by: Any) -> int:
        """End all sessions of the person and return how many."""
        with self._changing(by):
            count = Session.end(self)
            self._log("end_sessions", by, f"{count}台")
        return count

    def move_mail(self, email: str, *, by: Any) -> None:
        """Change the mail address; the old one is told."""
        with self._changing(by):
            self._move_mail(email, by)

    # What a person does alone

    def change_mail(self, email: str) -> None:
        """Change the own mail address; the old one is told."""
        with transaction.atomic():
            self._move_mail(email, self)

    def rename(self, family: str, given: str) -> None:
        """Change the own name."""
        before = str(self)
        with transaction.atomic():
            self.last_name, self.first_name = family, given
            self.save(update_fields=["last_name", "first_name"])
            if str(self) != before:
                self._log("rename", self, f"{before} → {self}")

    def renew_password(self, password: str, *, why: str = "password") -> None:
        """Set another password; all sessions end, `why` is what the log calls it."""
        with transaction.atomic():
            self.set_password(password)
            self.save(update_fields=["password"])
            Session.end(self)
            if why == "reset":
                LoginFailure.pardon(self.username)
            self._log(why, self)
            self._tell("password", self.email)

    def end_session(self, handle: str, *, keep: str | None) -> int:
        """End the own session that a page calls `handle`, or all but that with the key `keep`."""
        with transaction.atomic():
            if handle == "others":
                count = Session.end(self, keep=keep)
            else:
                keys = [one.pk for one in Session.of(self) if one.handle == handle]
                count = Session._default_manager.filter(pk__in=keys).delete()[0]
            if count:
                self._log("end_sessions", self, f"{count}台")
        return count

    # Within

    @contextmanager
    def _changing(self, by: Any) -> Iterator[None]:
        """Hold everybody still who manages people; refuse who does not, and the last one's end.

        By None is the operator of the server.
        """
        with transaction.atomic():
            held = Person.objects.filter(_managing() | Q(pk=self.pk)).order_by("pk")
            list(held.select_for_update())
            self.refresh_from_db()
            self._forget()
            if by is not None and not Person.behind(by).manages(self):
                raise Refused("この人のことは、あなたには変えられません。")
            yield
            managing = Person.objects.filter(_managing(), is_active=True)
            if by is not None and not managing.exists():
                raise Refused(
                    "編集長も管理者もいなくなってしまいます。先にほかの人を編集長にしてください。"
                )

    def _move_mail(self, email: str, by: Any) -> None:
        if email == self.email:
            return
        old, self.email = self.email, email
        self.save(update_fields=["email"])
        self._log("mail", by)
        self._tell("mail", old)

    def _withdraw_invitations(self, by: Any) -> None:
        for invitation in Invitation.objects.open().filter(by=self):
            invitation.revoke(by)

    def _forget(self) -> None:
        """Drop what was read of the roles: it is read once an object."""
        for known in ("_genko_roles", "_genko_beat", "_prefetched_objects_cache"):
            self.__dict__.pop(known, None)

    def _log(self, move: str, by: Any, note: str = "") -> None:
        Event.record(move, by=by, title=str(self), note=note, detail={"person": self.pk})

    def _tell(self, what: str, address: str) -> None:
        """Have a letter sent that says what changed, so that nobody changes it unnoticed."""
        if not address:
            return
        now = timezone.now()
        payload = {"what": what, "name": str(self), "to": address}
        key = f"account:{what}:{self.pk}:{now:%Y%m%d%H%M%S%f}"
        Delivery.objects.plan([Delivery(kind="account", key=key, payload=payload, due_at=now)])


def _managing() -> Q:
    """Return the condition of those who manage people."""
    members = User.groups.through._default_manager.filter(group__name=Role.CHIEF)
    return Q(is_superuser=True) | Q(pk__in=members.values("user_id"))

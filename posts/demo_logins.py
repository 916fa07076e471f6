"""The logins of the demonstration: one a role, for somebody who tries Genko at home.

They are known by their address under .invalid, a domain that never exists (RFC 2606): so
they are told from a newsroom's own "editor" even when `logins.json` is lost. Only a start
on a loopback address makes them; any other start shuts them out.
"""

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet

from posts.models import Session

DOMAIN = "demo.invalid"
ROLES = {"writer": "ライター", "editor": "編集者", "chief": "編集長", "admin": "管理者"}
SUPERUSER = "admin"
NAMES = {
    "writer": ("久我原", "澄"),
    "editor": ("名越", "ふみ"),
    "chief": ("水科", "有"),
    "admin": ("柏木", "透"),
}


class Login(NamedTuple):
    """What a person types to log in, and the role that this gives."""

    username: str
    role: str
    password: str


def ours() -> QuerySet[User]:
    """Return the users of the demonstration that exist."""
    return User.objects.filter(email__in=[f"{name}@{DOMAIN}" for name in ROLES])


@transaction.atomic
def offer(path: Path) -> list[Login]:
    """Make the logins that are missing and return those that work.

    `path` is the JSON file that keeps the passwords. In a database with other users
    nothing is made or changed.
    """
    if User.objects.exclude(pk__in=ours()).exists():
        return known(path)
    passwords = remembered(path)
    fresh = {name: secrets.token_urlsafe(12) for name in ROLES if name not in passwords}
    # First the file, then the users: whoever dies in between has passwords without users,
    # and the next start makes those.
    keep(path, passwords | fresh)
    existing = set(ours().values_list("username", flat=True))
    for name, password in (passwords | fresh).items():
        if name in fresh or name not in existing:
            make(name, password)
    ours().filter(is_active=False).update(is_active=True)
    return known(path)


def make(name: str, password: str | None) -> None:
    """Make the user `name` in its group, or give it a new password; None lets nobody in."""
    family, given = NAMES[name]
    user, _ = User.objects.get_or_create(
        username=name,
        email=f"{name}@{DOMAIN}",
        defaults={"last_name": family, "first_name": given},
    )
    user.is_staff, user.is_superuser = True, name == SUPERUSER
    user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name=ROLES[name]))


def known(path: Path) -> list[Login]:
    """Return the demonstration's active logins whose password is in the file `path`."""
    active = set(ours().filter(is_active=True).values_list("username", flat=True))
    passwords = remembered(path)
    return [
        Login(name, role, passwords[name])
        for name, role in ROLES.items()
        if name in active and name in passwords
    ]


def withdraw() -> int:
    """Shut the demonstration's users out; return how many could log in until now."""
    for user in ours():
        Session.end(user)
    return ours().filter(is_active=True).update(is_active=False)


def remembered(path: Path) -> dict[str, str]:
    """Return the passwords in the file `path` by user name; none when it is not readable."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {name: str(found[name]) for name in ROLES if name in found}


def keep(path: Path, passwords: dict[str, str]) -> None:
    """Write the passwords for the owner's eyes only, in one step."""
    made = path.with_suffix(".new")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(passwords, file, indent=2)
    made.replace(path)

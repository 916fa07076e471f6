"""The cast of the tests: who works at the desk, a post in one line, and a clock of minutes.

Verbs take the clock as a parameter, so `minute(10)` is ten minutes after the tests begin;
nothing sleeps. The hour lies in the past: what is published then is public to a request.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User

from posts.models import JST, Edition, Manuscript, Post, Role

START = datetime(2026, 4, 1, 9, 0, tzinfo=JST)


def minute(number):
    """Return the moment `number` minutes after the start."""
    return START + timedelta(minutes=number)


def begin(by=None, title="題名", body="本文です。", *, kind="article", now=START, **fields):
    """Return a new post; `fields` are those of Manuscript."""
    manuscript = Manuscript(title=title, body=body, **fields)
    return Post.begin(manuscript, by=by, kind=kind, now=now)


def rewrite(post, title, by=None, now=START, **fields):
    """Save another title (and `fields`) over what is stored now, and return the revision."""
    post.refresh_from_db()
    manuscript = replace(post.manuscript, title=title, **fields)
    return post.write(manuscript, by=by, base=post.version, now=now)


def shown(post, moment):
    """Return the title that readers see at `moment`, None without one; fail on two."""
    titles = Edition.objects.public(moment).filter(post=post).values_list("title", flat=True)
    assert len(titles) < 2
    return titles[0] if titles else None


def log(post):
    """Return the moves in the audit log, oldest first."""
    return list(post.events.order_by("pk").values_list("move", flat=True))


def person(name, *roles, **fields):
    """Return a new user with these roles."""
    user = User.objects.create(username=name, **fields)
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
    return user


@pytest.fixture
def writer(db):
    return person("writer", Role.WRITER)


@pytest.fixture
def another_writer(db):
    return person("another_writer", Role.WRITER)


@pytest.fixture
def editor(db):
    return person("editor", Role.EDITOR)


@pytest.fixture
def chief(db):
    return person("chief", Role.CHIEF)


@pytest.fixture
def outsider(db):
    return person("outsider")


@pytest.fixture
def admin(db):
    return person("admin", is_staff=True, is_superuser=True)

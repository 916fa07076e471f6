"""Somebody of each role, and the manuscript that they stand before."""

import pytest

from posts.models import (
    Beat,
    Category,
    Role,
)
from tests.cast import begin, person


@pytest.fixture
def sections(db):
    """A category that is somebody's beat, and another."""
    return [Category.objects.create(name=name, slug=name) for name in ("担当", "担当の外")]


@pytest.fixture
def restricted(sections):
    """An editor with a beat."""
    user = person("restricted", Role.EDITOR)
    Beat.objects.create(user=user, category=sections[0])
    return user


@pytest.fixture
def act(request, client, writer):
    """Log in as a role: `writer` wrote the manuscript, `another_writer` did not."""

    def act(role):
        client.logout()
        if role != "anonymous":
            name = "restricted" if role in {"own", "beat", "foreign"} else role
            client.force_login(request.getfixturevalue(name))
        return client

    return act


@pytest.fixture
def manuscript(writer, restricted, sections):
    """Begin the manuscript that a role stands before."""

    def manuscript(role, **fields):
        place = {"beat": sections[0], "own": sections[1], "foreign": sections[1]}.get(role)
        by = restricted if role == "own" else writer
        return begin(by, category=place and place.pk, **fields)

    return manuscript

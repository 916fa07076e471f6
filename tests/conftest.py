"""What every test can ask for: the browser and the database."""

import importlib
import os

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import settings

from tests import chromium
from tests.cast import (  # noqa: F401
    admin,
    another_writer,
    chief,
    editor,
    outsider,
    writer,
)

# Playwright keeps an event loop in the main thread; Django would refuse the ORM there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# An example is checked for what it gives, not for how long a busy machine takes over it.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


def pytest_itemcollected(item):
    """Mark what drives a browser, and send every committing test through our fixture."""
    if "browser" in item.fixturenames:
        item.add_marker("browser")
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        item.fixturenames.append("transactional_db")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Run last what empties the database: it takes along what migrations have made."""
    emptying = {"transactional_db", "live_server"}
    items.sort(key=lambda item: not emptying.isdisjoint(item.fixturenames))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the system's Chromium, also as root and without a network."""
    path = chromium.find()
    if not path:
        pytest.fail(chromium.MISSING, pytrace=False)
    quiet = ["gpu", "quic", "background-networking", "component-update", "sync", "dev-shm-usage"]
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    return {**browser_type_launch_args, "executable_path": path, "args": arguments}


@pytest.fixture
def transactional_db(transactional_db):
    """Let the flush after the test delete what is append-only; post_migrate guards it again.

    The flush of an earlier test has taken the groups along, which a migration had made.
    """
    from posts.models import guards

    roles = importlib.import_module("posts.migrations.0002_roles")
    roles.make(apps, connection.schema_editor())
    yield
    guards.remove(connection)

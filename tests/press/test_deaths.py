"""Whoever dies at a commit leaves no page that shows what was before it."""

import os
import signal

import pytest

from tests.pages.desk import close_stores, keep, open_store, processes, version_in
from tests.press.deaths import DEATHS, deadly


def change_and_die(folder, where):
    store, desk = open_store(folder)
    deadly(where)
    desk.change(store, "post:1")
    os._exit(0)


@pytest.mark.parametrize("where", DEATHS)
def test_no_page_outlives_what_was_committed(tmp_path, where):
    store, desk = open_store(tmp_path)
    keep(store, desk, "/posts/one/", "post:1", path="host/posts/one/")
    process = processes.Process(target=change_and_die, args=(tmp_path, where))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    found = store.find("/posts/one/")
    assert found is None or version_in(found) == desk.version("post:1")
    assert desk.version("post:1") == (where != "before the commit")
    close_stores()

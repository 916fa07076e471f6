"""The store: what is kept, what is removed, what is left while the database is down."""

import pytest

from posts.pages import NEVER, Removed
from tests.pages.desk import TYPE, keep, open_store, render, version_in

HOUR = 60 * 60 * 1_000_000


def test_a_page_from_data_older_than_a_removal_is_never_kept(store, desk):
    generation, body = store.begin(), render(desk, "post:1")
    desk.change(store, "post:1")
    assert store.keep("a", generation, ["post:1"], [TYPE], body) is None
    assert store.find("a") is None


def test_a_removal_of_something_else_hinders_nobody(store, desk):
    generation, body = store.begin(), render(desk, "post:1")
    desk.change(store, "post:2")
    assert store.keep("a", generation, ["post:1"], [TYPE], body)
    assert store.find("a")


def test_a_boundary_removes_forwards_and_backwards(store, desk, clock):
    began = clock.now
    desk.plan("post:1", began + HOUR, began + 2 * HOUR)
    for hours, public in ((0, False), (1, True), (2, False), (1, True), (0, False), (2, False)):
        clock.now = began + hours * HOUR
        assert store.find("a") is None, "kept from before the boundary"
        assert desk.is_public("post:1", clock.now) == public
        keep(store, desk, "a", "post:1")
        assert store.find("a")


def test_a_deaf_host_shuts_its_store_and_hears_later(tmp_path):
    store, desk = open_store(tmp_path, shared=True)
    keep(store, desk, "a", "post:1")
    desk.down = True
    assert store.find("a")
    store._numbers[3] -= 2_000_000  # heard nothing for two seconds
    assert store.find("a") is None
    assert version_in(store.last_good("a")) == 0
    desk.down = False
    desk.write("post:1")  # another host
    desk.commit()
    assert store.listen()
    assert store.find("a") is None


def test_last_good_ends_with_what_it_shows_and_after_a_day(store, desk, clock, monkeypatch):
    keep(store, desk, "a", "post:1", until=clock.now + HOUR)
    keep(store, desk, "b", "post:2", until=NEVER)
    desk.change(store, "post:1", "post:2")
    assert store.last_good("a")
    clock.now += HOUR
    assert store.last_good("a") is None
    assert store.last_good("b")
    later = store._numbers[0] + 24 * HOUR + 2_000_000
    monkeypatch.setattr("posts.pages.store.microseconds", lambda: later)
    assert store.last_good("b") is None


def test_nothing_withdrawn_is_good(store, desk):
    keep(store, desk, "a", "post:1", "post:2")
    desk.change(store, withdrawn=["post:2"])
    assert store.last_good("a") is None


@pytest.mark.parametrize("code", [7])
def test_another_program_finds_no_page_and_an_older_one_keeps_none(tmp_path, code):
    (old, desk), (new, _) = open_store(tmp_path), open_store(tmp_path)
    keep(old, desk, "a", "post:1")
    new.made_by(code)
    assert old.find("a") is new.find("a") is old.last_good("a") is None
    assert keep(old, desk, "a", "post:1") is None
    assert keep(new, desk, "a", "post:1")


def test_nothing_to_remove_is_nothing():
    assert not Removed()

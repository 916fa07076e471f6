"""What pages share is remembered between them, and never longer than it is right."""

import pytest

from posts.pages import SITE, recall, recall_one
from posts.pages.front import Declared
from tests.pages.desk import open_store

MANY = 600  # more than a process remembers


class Request:
    """A reader's request that is rendered for a store; without one, for nobody's."""

    def __init__(self, store=None):
        self.META = {"genko.declared": Declared(store)} if store else {}


class Shop:
    """Makes values out of versions, and notes what it was asked for."""

    def __init__(self, desk):
        self.desk, self.asked = desk, []

    def make(self, keys):
        self.asked.append(keys)
        return {key: f"{key} {self.desk.version(key)}" for key in keys}

    def get(self, request, *keys):
        return recall(request, keys, self.make, lambda value: [value.partition(" ")[0]])


@pytest.fixture
def shop(desk):
    return Shop(desk)


@pytest.fixture
def request_(store):
    return Request(store)


def test_only_what_changed_is_made_anew(store, desk, shop, request_):
    assert shop.get(request_, "post:1", "post:2", "post:3") == ["post:1 0", "post:2 0", "post:3 0"]
    desk.change(store, "post:2")
    assert shop.get(request_, "post:3", "post:2", "post:1") == ["post:3 0", "post:2 1", "post:1 0"]
    assert shop.asked == [["post:1", "post:2", "post:3"], ["post:2"]]


def test_a_change_of_the_site_changes_all(store, desk, shop, request_):
    shop.get(request_, "post:1", "post:2")
    desk.change(store, SITE)
    shop.get(request_, "post:1", "post:2")
    assert shop.asked == [["post:1", "post:2"]] * 2


def test_another_process_removes_it_too(tmp_path):
    (one, desk), (other, its) = open_store(tmp_path), open_store(tmp_path)
    shop = Shop(desk)
    assert shop.get(Request(one), "post:1") == ["post:1 0"]
    its.change(other, "post:1")
    assert shop.get(Request(one), "post:1") == ["post:1 1"]


def test_what_was_changed_while_it_was_made_is_not_remembered(store, desk, shop, request_):
    def make(keys):
        made = shop.make(keys)
        desk.change(store, "post:1")
        return made

    assert recall(request_, ["post:1"], make, lambda value: ["post:1"]) == ["post:1 0"]
    assert shop.get(request_, "post:1") == ["post:1 1"]


def test_a_page_that_shows_what_is_no_longer_right_is_not_kept(store, desk, shop, request_):
    """Its values may be as old as their check; a removal after that takes the page along."""
    generation = store.begin()
    [value] = shop.get(request_, "post:1")
    desk.change(store, "post:1")
    assert store.keep("a", generation, ["post:1"], [], value.encode()) is None


def test_who_cannot_know_what_is_right_makes_it_anew(store, desk, shop, request_):
    shop.get(request_, "post:1")
    removed = desk.write("post:1")
    desk.commit()
    store.counters.begin()  # a removal that takes long
    assert shop.get(request_, "post:1") == ["post:1 1"]
    store._remove(removed)


def test_for_somebody_of_the_desk_nothing_is_remembered(shop):
    request = Request()
    assert shop.get(request, "post:1") == shop.get(request, "post:1") == ["post:1 0"]
    assert len(shop.asked) == 2


def test_memory_has_an_end(shop, request_):
    for number in range(MANY):
        shop.get(request_, f"post:{number}")
    shop.get(request_, f"post:{MANY - 1}", "post:0")
    assert shop.asked[-1] == ["post:0"]


def test_one_value_alone(store, desk, request_):
    asked = []

    def version():
        asked.append(desk.version("index:series"))
        return asked[-1]

    first = [recall_one(request_, "index:series", version) for _ in range(2)]
    desk.change(store, "index:series")
    assert (first, recall_one(request_, "index:series", version)) == ([0, 0], 1)
    assert asked == [0, 1]

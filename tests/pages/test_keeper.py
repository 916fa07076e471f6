"""The keeper: what it does between requests, a round at a time."""

import pytest

from posts.pages import Keeper
from posts.pages.counters import HEARD
from tests.pages.desk import HOST, Site, ask, front, open_store


@pytest.fixture
def site(tmp_path):
    """A store and its desk, the application in front, and a keeper that nobody has started."""
    store, desk = open_store(tmp_path, shared=True)
    application = front(store, Site(desk, tmp_path))
    return store, desk, application, Keeper(application, HOST)


def renderings(tmp_path):
    """Return what was rendered so far."""
    file = tmp_path / "renderings"
    return file.read_text().split() if file.exists() else []


def test_it_renders_the_front_pages_before_a_reader_comes(site, tmp_path):
    keeper = site[3]
    keeper.warm()
    assert renderings(tmp_path) == [f"{HOST}/", f"{HOST}/feed.xml"]
    assert (tmp_path / f"pages/files/{HOST}/index.html").exists()


def test_it_renders_them_again_only_when_something_was_removed(site, tmp_path):
    store, desk, _, keeper = site
    keeper.warm()
    keeper.warm()
    assert len(renderings(tmp_path)) == 2
    desk.change(store, "/")
    keeper.warm()
    assert renderings(tmp_path)[2:] == [f"{HOST}/"]


def test_files_are_out_of_reach_while_nobody_knows_whether_they_are_right(site, tmp_path):
    store, desk, application, _ = site
    assert store.listen()
    ask(application, "/a/")
    file = tmp_path / f"pages/files/{HOST}/a/index.html"
    assert file.exists()
    store.counters.numbers[HEARD] = 0  # the host has not heard of the others for long
    desk.down = True
    assert not store.listen()
    assert not file.exists() and store.is_down()
    desk.down = False
    assert store.listen()
    assert not store.is_down()


def test_files_come_back_when_the_database_does(site, tmp_path):
    store, desk, application, _ = site
    assert store.listen()
    ask(application, "/a/")
    file = tmp_path / f"pages/files/{HOST}/a/index.html"
    store.shelf.shut()
    assert not file.exists()
    assert store.listen()
    assert file.exists()
    desk.change(store, "/a/")
    assert not file.exists()


@pytest.mark.django_db  # looking closes old connections, which other tests may have left
def test_a_round_that_fails_is_told_and_not_the_last(site, tmp_path, caplog, monkeypatch):
    keeper = site[3]

    def full(*call):
        raise OSError("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(keeper.front, "behind", full)
        keeper.look()
    assert "No space left on device" in caplog.text
    keeper.look()
    assert renderings(tmp_path)

"""A store and its desk, in a folder of their own."""

import pytest

from tests.pages import desk as desks


class Clock:
    """The time of day in µs, which stands still until somebody moves it."""

    def __init__(self):
        self.now = desks.time.time_ns() // 1000

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(tmp_path, clock):
    return desks.open_store(tmp_path, clock=clock)


@pytest.fixture
def store(opened):
    return opened[0]


@pytest.fixture
def desk(opened):
    return opened[1]


@pytest.fixture(autouse=True)
def closed():
    yield
    desks.close_stores()

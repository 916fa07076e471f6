"""The counters: what processes share, and what a death leaves of it."""

import os
import signal
import threading
import time

import pytest

from posts.pages.counters import (
    GENERATION,
    Counters,
    in_microseconds,
    microseconds,
    moment_of,
    pack,
    slot_of,
    unpack,
)
from tests.pages.desk import keep, processes


@pytest.fixture
def counters(tmp_path):
    return Counters(tmp_path / "pages")


def colliding(name):
    """Return another name with the slot of this one."""
    slot = slot_of(name)
    return next(other for n in range(2, 10**6) if slot_of(other := f"post:{n}") == slot)


def hold(folder, held):
    """Take the lock and keep it until the process dies."""
    with Counters(folder).locked():
        held.set()
        time.sleep(60)


def begin_and_die(folder):
    counters = Counters(folder)
    with counters.locked():
        counters.begin()
        os.kill(os.getpid(), signal.SIGKILL)


def test_another_process_sees_every_number(counters, tmp_path):
    counters.begin()
    counters.finish([5], [7])
    other = Counters(tmp_path / "pages")
    assert other.numbers[GENERATION] == counters.numbers[GENERATION]
    assert other.newest([5]) == other.newest([7]) == other.withdrawn([7]) > 0
    assert other.withdrawn([5]) == 0


def test_generations_are_even_and_grow_while_the_clock_stands_or_steps_back(counters, monkeypatch):
    seen = [counters.numbers[GENERATION]]
    for now in (10**15, 10**15, 10**15 + 1, 10**14, 0):
        monkeypatch.setattr("posts.pages.counters.microseconds", lambda now=now: now)
        counters.begin()
        assert counters.numbers[GENERATION] & 1
        counters.finish([1], [])
        seen.append(counters.numbers[GENERATION])
    assert seen == sorted(set(seen))
    assert not any(number & 1 for number in seen)


def test_a_removal_leaves_other_slots_alone(counters):
    counters.begin()
    counters.finish([slot_of("post:1")], [])
    assert counters.newest([slot_of("post:2")]) == 0
    assert counters.newest([slot_of("post:1"), slot_of("post:2")]) == counters.numbers[GENERATION]
    assert counters.newest([]) == 0


def test_names_with_one_slot_are_removed_together(store, desk):
    other = colliding("post:1")
    assert other != "post:1"
    keep(store, desk, "a", "post:1")
    desk.change(store, other)
    assert store.find("a") is None


def test_steady_waits_for_a_removal_and_no_longer_than_its_patience(counters):
    counters.begin()
    began = time.monotonic()
    assert counters.steady(0.02) is None
    assert 0.02 <= time.monotonic() - began < 1
    finishing = threading.Timer(0.02, counters.finish, ([1], []))
    finishing.start()
    assert counters.steady(5) == counters.numbers[GENERATION] > 0
    finishing.join()


def test_the_lock_keeps_threads_apart(counters):
    with counters.locked():
        with pytest.raises(TimeoutError), Counters(counters._lock.parent).locked(0.01):
            pass
        with pytest.raises(TimeoutError), counters.locked(0):
            pass
    with counters.locked(0):
        pass


def test_the_lock_is_free_after_an_exception(counters):
    with pytest.raises(KeyError), counters.locked():
        raise KeyError
    with counters.locked(0):
        pass


def test_a_death_frees_the_lock(counters, tmp_path):
    held = processes.Event()
    process = processes.Process(target=hold, args=(tmp_path / "pages", held))
    process.start()
    assert held.wait(30)
    with pytest.raises(TimeoutError), counters.locked(0.01):
        pass
    process.kill()
    with counters.locked(10):
        pass
    process.join()


def test_a_death_within_a_removal_leaves_it_odd_for_whoever_comes(counters, tmp_path):
    process = processes.Process(target=begin_and_die, args=(tmp_path / "pages",))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert counters.steady(0) is None
    with counters.locked(0):
        counters.finish([], [])
    assert counters.steady(0) == counters.numbers[GENERATION]


def test_rows_are_told_apart_though_they_share_a_place(counters):
    counters.apply([3, 65_536 + 4])
    assert counters.applied(3)
    assert counters.applied(65_536 + 4)
    assert not counters.applied(4)
    counters.apply([65_536 + 3])
    assert not counters.applied(3)  # it is done once more, which is never wrong


def test_an_old_file_of_counters_is_made_longer(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "counters").write_bytes(b"\2" + bytes(7))
    assert Counters(tmp_path / "pages").numbers[GENERATION] == 2


def test_slots_and_moments_go_there_and_back():
    slots = (0, 1, 65_535, slot_of("タグ:日本"))
    assert unpack(pack(slots)) == slots
    assert unpack(pack([])) == ()
    now = microseconds()
    assert in_microseconds(moment_of(now)) == now
    assert in_microseconds(moment_of(0)) == 0

"""Processes that read while another one removes, for real: no answer is older than its question."""

import random
import threading
import time

import pytest

from tests.pages.desk import (
    HOST,
    Site,
    ask,
    front,
    keep,
    open_store,
    processes,
    version_in,
)

pytestmark = pytest.mark.slow

PATHS = [f"/{number}/" for number in range(6)]
CHECKS = 30_000
READERS = 500


def read(folder, threads, checks, report):
    """Read at random; report how many answers were older than what was committed before."""
    store, desk = open_store(folder)
    site, stale, done = front(store, Site(desk)), [], []

    def go_on(seed):
        dice = random.Random(seed)
        for _ in range(checks):
            path = dice.choice(PATHS)
            removed = committed(folder, path)
            _, _, body = ask(site, path)
            shown = int(body.split(b"\n")[0].rpartition(b" ")[2])
            done.append(path)
            if shown < removed:
                stale.append((path, shown, removed))

    crowd = [threading.Thread(target=go_on, args=(seed,)) for seed in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    report.put((len(done), stale[:3]))


def committed(folder, path):
    """Return the version whose removal was done before now."""
    return int((folder / f"done{path.strip('/')}").read_text() or 0)


def remove_at_random(folder, store, desk, over):
    """Change addresses until the readers are through. Return how many changes that were."""
    dice, changes = random.Random(1), 0
    while not over():
        path = dice.choice(PATHS)
        desk.change(store, path)
        draft = folder / "draft"
        draft.write_text(str(desk.version(path)))
        draft.replace(folder / f"done{path.strip('/')}")
        changes += 1
        time.sleep(dice.random() * 0.01)
    return changes


@pytest.mark.parametrize(("count", "threads"), [(2, 4), (4, 3)])
def test_no_reader_in_any_process_gets_what_was_removed(tmp_path, count, threads):
    store, desk = open_store(tmp_path)
    for path in PATHS:
        (tmp_path / f"done{path.strip('/')}").write_text("0")
    report = processes.Queue()
    each = CHECKS // count // threads
    readers = [
        processes.Process(target=read, args=(tmp_path, threads, each, report)) for _ in range(count)
    ]
    for reader in readers:
        reader.start()
    over = lambda: not any(reader.is_alive() for reader in readers)  # noqa: E731
    changes = remove_at_random(tmp_path, store, desk, over)
    found = [report.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert sum(done for done, _ in found) == each * count * threads
    assert [stale for _, stale in found if stale] == []
    assert changes > 20


def rush(folder, threads, start, report):
    """Wait for the start, then ask for one page with many threads at once."""
    store, desk = open_store(folder)
    site, versions = front(store, Site(desk, folder, pause=0.05)), []

    def go():
        start.wait()
        _, _, body = ask(site, "/0/")
        versions.append(int(body.split(b"\n")[0].rpartition(b" ")[2]))

    crowd = [threading.Thread(target=go) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    report.put(versions)


@pytest.mark.parametrize("count", [2, 4])
def test_five_hundred_readers_at_a_removal_are_two_renderings_at_most(tmp_path, count):
    store, desk = open_store(tmp_path)
    keep(store, desk, f"{HOST}/0/", "/0/")
    start, report = processes.Barrier(READERS + 1), processes.Queue()
    crowds = [
        processes.Process(target=rush, args=(tmp_path, READERS // count, start, report))
        for _ in range(count)
    ]
    for crowd in crowds:
        crowd.start()
    desk.change(store, "/0/")
    start.wait()
    versions = [version for _ in crowds for version in report.get(timeout=60)]
    for crowd in crowds:
        crowd.join()
    renderings = (tmp_path / "renderings").read_text().splitlines()
    assert versions == [1] * READERS
    assert 1 <= renderings.count(f"{HOST}/0/") <= 2
    assert version_in(store.find(f"{HOST}/0/")) == 1

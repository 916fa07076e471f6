"""Processes killed anywhere in the store: pages are right afterwards, and nothing is locked.

A process of its own forks a child for every fourth line; the child works and kills itself there.
"""

import os
import signal
import sys
import time

import pytest

from posts.pages import Removed
from tests.pages.desk import HOST, keep, open_store, processes, render, version_in, whole

pytestmark = pytest.mark.slow

WHERE = ("/posts/pages/store.py", "/posts/pages/counters.py", "/posts/pages/shelf.py", "desk.py")
MOST, STRIDE = 500, 4  # lines
KEY = f"{HOST}/a/"


def die_before(line):
    """Kill this process before it comes to so many lines of the store."""
    left = line

    def on_line(frame, event, argument):
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    def on_call(frame, event, argument):
        return on_line if frame.f_code.co_filename.endswith(WHERE) else None

    sys.settrace(on_call)


def renew(store, desk):
    keep(store, desk, KEY, "post:1", path=KEY)


def change(store, desk):
    desk.change(store, "post:1")


def withdraw(store, desk):
    desk.change(store, withdrawn=["post:1"])


def everything(store, desk):
    desk.change(store, "site", "post:1")


def check(store, desk, before):
    """See that readers, this host's lock and the files are as if nobody had died."""
    with store.counters.locked(5):
        pass
    now = desk.version("post:1")
    began = time.monotonic()
    answers = store.find(KEY)
    assert time.monotonic() - began < 2
    assert answers is None or whole(answers) == render(desk, "post:1"), "an old page"
    store.listen()
    file = store.shelf.files / HOST / "a" / "index.html"
    for suffix, encoding in (("", "identity"), (".gz", "gzip"), (".br", "br")):
        path = file.with_name(file.name + suffix)
        if path.exists():
            kept = store.shelf.get(KEY)
            assert kept and path.read_bytes() == kept.bodies[encoding], "a file half written"
            assert f"post:1 {now}\n".encode() in kept.bodies["identity"], "an old file"
    assert store.counters.steady(0) is not None
    assert now in {before, before + 1}
    assert version_in(keep(store, desk, KEY, "post:1", path=KEY)) == now
    assert version_in(store.find(KEY)) == now
    change(store, desk)
    assert store.find(KEY) is None
    assert not file.exists(), "a file that a removal does not find"


def sweep(folder, doing, report):
    """Kill a child in `doing` before each line, and check. Report the last line."""
    for line in range(len(doing.__name__) % STRIDE, MOST, STRIDE):
        store, desk = open_store(folder)
        if doing is not renew:
            keep(store, desk, KEY, "post:1", path=KEY)
        before = desk.version("post:1")
        child = os.fork()
        if child == 0:
            mine, its = open_store(folder)
            die_before(line)
            doing(mine, its)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        reader, again = open_store(folder)
        try:
            check(reader, again, before)
        except AssertionError as error:
            report.send((line, repr(error)))
            return
        if not os.WIFSIGNALED(status):
            report.send((line, "right"))
            return
    report.send((MOST, "never came to its end"))


@pytest.mark.parametrize("doing", [renew, change, withdraw, everything])
def test_whoever_is_killed_anywhere_leaves_no_trace(tmp_path, doing):
    mine, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=sweep, args=(tmp_path, doing, theirs))
    process.start()
    theirs.close()
    line, found = mine.recv()
    process.join()
    assert found == "right", f"killed before line {line}"
    assert line > 20


def withdrawing_and_dying(folder):
    """Die between the commit and the removal."""
    store, desk = open_store(folder)
    with store.removing(desk.write(withdrawn=["post:1"])):
        desk.commit()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_withdrawal_whose_process_died_counts_while_the_database_is_down(tmp_path):
    store, desk = open_store(tmp_path)
    keep(store, desk, KEY, "post:1")
    keep(store, desk, "other", "post:2")
    process = processes.Process(target=withdrawing_and_dying, args=(tmp_path,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    desk.down = True
    assert store.find(KEY) is None
    assert store.is_down()
    assert store.last_good(KEY) is None
    assert version_in(store.last_good("other")) == 0
    desk.down = False
    assert store.listen()
    assert store.find(KEY) is None
    assert version_in(store.find("other")) == 0


def test_a_number_that_a_failed_commit_gave_back_is_heard_of_again(tmp_path):
    """SQLite gives the number of a row that was rolled back to the next one."""
    store, desk = open_store(tmp_path)
    keep(store, desk, KEY, "post:1")
    removed = desk.write("post:2")
    with pytest.raises(KeyError), store.removing(removed):
        desk.db.execute("ROLLBACK")
        raise KeyError
    process = processes.Process(target=withdrawing_and_dying, args=(tmp_path,))
    process.start()
    process.join(30)
    assert removed.rows == set(desk.unheard(0))
    assert store.find(KEY) is None
    assert store.begin() is not None


def test_a_removal_that_nobody_commits_harms_nobody(store, desk):
    keep(store, desk, "a", "post:1")
    with pytest.raises(KeyError), store.removing(Removed({"post:1"})):
        raise KeyError
    assert store.counters.steady(0) is not None
    assert version_in(keep(store, desk, "a", "post:1")) == 0
    assert store.find("a")

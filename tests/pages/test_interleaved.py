"""Threads that are stopped anywhere: every line of the store is once the one where another comes.

One thread does its work and is stopped before a line; meanwhile others do theirs, whole. Then it
goes on. Tried for every line, so no order in which one of them is interrupted is left to chance.
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from tests.pages.desk import keep, version_in

# The shelf and the answers are worked on under a lock, or by nobody else.
WHERE = ("/posts/pages/store.py", "/posts/pages/counters.py")
MOST = 400  # lines
END = object()
BLOCKED = 0.01  # seconds after which a thread is taken to wait for the stopped one


class Stopped:
    """A call in a thread of its own, which stops before each line (or opcode) of the store."""

    def __init__(self, call, *, opcodes=False):
        self.call, self.opcodes = call, opcodes
        self.result, self.error, self.ended = None, None, False
        self.here, self.on = threading.Semaphore(0), threading.Semaphore(0)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self.here.acquire()

    def _run(self):
        sys.settrace(self._trace)
        try:
            self._stop()
            self.result = self.call()
        except BaseException as error:
            self.error = error
        finally:
            sys.settrace(None)
            self.ended = True
            self.here.release()

    def _trace(self, frame, event, argument):
        frame.f_trace_opcodes = self.opcodes
        return self._line if frame.f_code.co_filename.endswith(WHERE) else None

    def _line(self, frame, event, argument):
        if event == ("opcode" if self.opcodes else "line"):
            self._stop()
        return self._line

    def _stop(self):
        self.here.release()
        self.on.acquire()

    def step(self):
        """Let it go on to the next line. Return whether there is one."""
        if not self.ended:
            self.on.release()
            self.here.acquire()
        return not self.ended

    def finish(self):
        while not self.ended:
            self.step()
        self.thread.join()
        if self.error:
            raise self.error
        return self.result


def while_waiting(call, stopped):
    """Call in a thread; where that waits for a lock of the stopped one, let this go on."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call)
        wait([waiting], BLOCKED)
        while not waiting.done() and not stopped.ended:
            stopped.step()
            wait([waiting], 0.0005)
        waiting.result()


def stopped_before(step, store, desk, begin, meanwhile, *, opcodes=False):
    """Stop `begin` before a step, do `meanwhile`, and let readers look at every later step.

    Returns what the stopped one found; `END` when there are not so many steps.
    """
    stopped = Stopped(begin(store, desk), opcodes=opcodes)
    for _ in range(step):
        if not stopped.step():
            stopped.finish()
            return END
    while_waiting(lambda: meanwhile(store, desk), stopped)
    look(store, desk)
    while stopped.step():
        while_waiting(lambda: look(store, desk), stopped)
    found = stopped.finish()
    look(store, desk)
    return found


def look(store, desk):
    """See that a reader finds the page as it is now, or none."""
    answers = store.find("a")
    assert answers is None or version_in(answers) == desk.version("post:1")


def from_the_shelf(store, desk):
    """Let a reader's process find the page that another process had kept."""
    keep(store, desk, "a", "post:1")
    store._pages.clear()
    return lambda: store.find("a")


def from_memory(store, desk):
    keep(store, desk, "a", "post:1")
    desk.change(store, "post:2")
    return lambda: store.find("a")


def rendering(store, desk):
    return lambda: keep(store, desk, "a", "post:1")


def catching_up(store, desk):
    keep(store, desk, "a", "post:1")
    store._numbers[2] = 1  # the interval in which nothing changes has ended
    return store.catch_up


def looking_after_a_change(store, desk):
    keep(store, desk, "a", "post:1")
    desk.change(store, "post:1")
    return lambda: store.find("a")


def change(store, desk):
    desk.change(store, "post:1")


def render(store, desk):
    keep(store, desk, "a", "post:1")


def change_and_render(store, desk):
    change(store, desk)
    render(store, desk)


@pytest.mark.parametrize(
    ("begin", "meanwhile"),
    [
        (from_the_shelf, change_and_render),
        (from_memory, change_and_render),
        (rendering, change),
        (rendering, change_and_render),
        (catching_up, change_and_render),
    ],
)
def test_what_is_stopped_before_any_line_shows_nobody_an_old_page(store, desk, begin, meanwhile):
    for step in range(MOST):
        if stopped_before(step, store, desk, begin, meanwhile) is END:
            break
    assert 3 < step < MOST - 1


def test_who_looks_while_another_renders_finds_no_old_page(store, desk):
    """Stopped within a line too: a page and the word on it belong together."""
    for step in range(MOST):
        begin = looking_after_a_change
        found = stopped_before(step, store, desk, begin, render, opcodes=True)
        if found is END:
            break
        assert found is None or version_in(found) == desk.version("post:1"), step
    assert 3 < step < MOST - 1

"""Hunts for texts that keep rendering busy or break what holds: `python -m tests.soak_text [秒]`.

No unit test: it measures time and memory, each source in a process of its own, small sources for
what must hold and sources of a megabyte for what they cost. It prints where its random numbers
began and the worst it found, and ends with 1 at the first source that is over the limits.
"""

import os
import random
import resource
import signal
import sys
import time
import traceback

from posts.text import render
from tests.text.hostile import RULES, sources, tokens
from tests.text.invariants import check

SECONDS, MEGABYTES = 5, 256
LARGE = 1_000_000
WORST = 10


def main(arguments):
    """Return 0 when nothing was found in the time given (60 seconds), else 1."""
    until = time.monotonic() + float(arguments[0] if arguments else 60)
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    print(f"種 {seed}", flush=True)
    chance, worst = random.Random(seed), []
    render("```python\nx = 1\n```")  # what is loaded once is no cost of a text
    while time.monotonic() < until:
        some = sources(chance.randrange(10**9), 50, longest=15)
        if not apart(hold, some)["passed"]:
            return 1
        source = large(chance)
        cost = apart(render, source)
        worst = sorted([*worst, (cost["seconds"], cost["megabytes"], source[:60])])[-WORST:]
        if not cost["passed"] or cost["seconds"] > SECONDS or cost["megabytes"] > MEGABYTES:
            print(f"限度を超えました：{cost} {source[:300]!r} × {len(source)}字")
            return 1
    for seconds, megabytes, source in reversed(worst):
        print(f"{seconds:5.2f} 秒 {megabytes:4.0f} MB  {source!r}")
    return 0


def hold(some):
    """Check small sources; print the one that fails."""
    for source in some:
        try:
            check(source)
        except BaseException:
            print(f"守られないことがあります：{source!r}", flush=True)
            raise


def large(chance):
    """Return a source of a million characters: a few tokens, again and again."""
    known = tokens()
    piece = chance.choice(RULES)(lambda: chance.choice(known), chance.randint(1, 4))
    lead, tail = (chance.choice(["", *known]) for _ in range(2))
    return lead + piece * (LARGE // len(piece)) + tail


def apart(function, argument):
    """Run the function in a process of its own; say how long it took and how memory grew."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    child = os.fork()
    if not child:
        signal.alarm(10 * SECONDS)
        os._exit(attempt(function, argument))
    _, status, usage = os.wait4(child, 0)
    return {
        "passed": status == 0,
        "seconds": min(time.monotonic() - started, usage.ru_utime + usage.ru_stime),
        "megabytes": max(0, usage.ru_maxrss - before) / 1024,
    }


def attempt(function, argument):
    """Return an exit code instead of raising: a child must not go on as its parent."""
    try:
        function(argument)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

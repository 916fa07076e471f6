"""How much memory the processes take, shared pages counted once."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure

BOUND = 200  # MiB


def measure(first: int) -> Iterator[Figure]:
    """Measure a process and all below it; only Linux tells."""
    if Path("/proc/self/smaps_rollup").exists():
        pids = family(first)
        taken = sum(map(proportional, pids)) / 1024
        note = f"{len(pids)} processes"
        yield Figure("memory of web and worker (PSS)", taken, "MiB", BOUND, note=note)


def family(first: int) -> list[int]:
    """Return a process and all below it."""
    children = Path(f"/proc/{first}/task").glob("*/children")
    below = [int(pid) for path in children for pid in path.read_text().split()]
    return [first, *(pid for child in below for pid in family(child))]


def proportional(pid: int) -> int:
    """Return the proportional set size of a process, in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

"""What processes take of the machine; only Linux tells."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(first: int) -> list[int]:
    """Return a process and all below it."""
    children = Path(f"/proc/{first}/task").glob("*/children")
    below = [int(pid) for path in children for pid in path.read_text().split()]
    return [first, *(pid for child in below for pid in family(child))]


def seconds(first: int) -> float:
    """Return for how long a process and all below it have had a core."""
    ticks = 0
    for pid in family(first):
        stat = Path(f"/proc/{pid}/stat")
        fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else []
        ticks += sum(map(int, fields[11:13]))  # user and system
    return ticks / TICKS


def mebibytes(first: int) -> float:
    """Return what a process and all below it take of the memory, shared pages counted once."""
    found = 0
    for pid in family(first):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        found += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return found / 1024

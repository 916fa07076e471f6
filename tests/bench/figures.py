"""A measured figure, and how it is taken."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of several runs, in milliseconds, and the bound that it has to keep."""

    name: str
    median: float
    slowest: float
    bound: float

    @property
    def holds(self) -> bool:
        return self.median <= self.bound

    def __str__(self) -> str:
        mark = "  " if self.holds else "✗ "
        return (
            f"{mark}{self.name}: median {self.median:,.1f} ms,"
            f" slowest {self.slowest:,.1f} ms (bound {self.bound:,.0f} ms)"
        )


def timed(name: str, work: Callable[[], object], *, bound: float, runs: int = 21) -> Figure:
    """Run `work` once unmeasured and then `runs` times."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return Figure(name, statistics.median(taken), max(taken), bound)

"""A measured figure, and how it is taken."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and the bound that it has to keep.

    Attributes:
        name: of what was measured.
        value: the median of several runs.
        unit: of the value.
        bound: the most that it may be, or the least; None for what is only told.
        least: whether the bound is the least.
        worst: the worst run, where that says something.
        note: what else there is to say.
    """

    name: str
    value: float
    unit: str = "ms"
    bound: float | None = None
    least: bool = False
    worst: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Say whether the bound is kept."""
        if self.bound is None:
            return True
        return self.value >= self.bound if self.least else self.value <= self.bound

    @property
    def limit(self) -> str:
        """The bound in words, empty without one."""
        if self.bound is None:
            return ""
        return f"{'≥' if self.least else '≤'} {self.written(self.bound)}"

    def written(self, value: float) -> str:
        """Return a value with its unit."""
        return f"{value:.2f}" if self.unit == "" else f"{value:,.1f} {self.unit}"

    def __str__(self) -> str:
        parts = [f"{'  ' if self.holds else '✗ '}{self.name}: {self.written(self.value)}"]
        parts += [f"worst {self.written(self.worst)}"] if self.worst is not None else []
        parts += [part for part in (self.limit, self.note) if part]
        return ", ".join(parts)


def of_times(
    name: str, taken: Sequence[float], *, bound: float | None = None, note: str = ""
) -> Figure:
    """Return the figure for durations in seconds."""
    times = [1000 * duration for duration in taken]
    return Figure(name, statistics.median(times), "ms", bound, worst=max(times), note=note)


def timed(name: str, work: Callable[[], object], *, bound: float, runs: int = 21) -> Figure:
    """Run `work` once unmeasured and then `runs` times."""
    work()
    return of_times(name, [duration(work) for _ in range(runs)], bound=bound)


def duration(work: Callable[[], object]) -> float:
    """Return how many seconds `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

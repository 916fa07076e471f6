"""A measured figure, and how it is taken."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, and the bounds that it has to keep.

    Attributes:
        subject: the part of the report that it belongs to.
        name: of what was measured, for people.
        meaning: what that is, in a few words.
        value: the median of several runs.
        unit: of the value; empty for a ratio.
        bound: the most that it may be, or the least; None for what is only told.
        least: whether the bound is the least.
        growth: how many times the value may be at the largest corpus what it is at the smallest.
        worst: the worst run, where that says something.
        usual: what the value would be on a machine at its usual pace (tests.bench.pace).
        note: what else there is to say.
    """

    subject: str
    name: str
    value: float
    meaning: str = ""
    unit: str = "ms"
    bound: float | None = None
    least: bool = False
    growth: float | None = None
    worst: float | None = None
    usual: float | None = None
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
        if self.unit in {"", "倍"}:
            return f"{value:.2f} {self.unit}".rstrip()
        return f"{value:,.{0 if self.unit == '回' else 1}f} {self.unit}"

    def __str__(self) -> str:
        parts = [f"{self.name}: {self.written(self.value)}{'' if self.holds else ' ✗'}"]
        parts += [f"ふだんの速さなら {self.written(self.usual)}"] if self.usual is not None else []
        parts += [f"最悪 {self.written(self.worst)}"] if self.worst is not None else []
        parts += [f"目標 {self.limit}"] if self.limit else []
        return "、".join([*parts, self.note] if self.note else parts)


def of_times(subject: str, name: str, taken: Sequence[float], **told) -> Figure:
    """Return the figure for durations in seconds; `told` are more of its attributes."""
    times = [1000 * duration for duration in taken]
    return Figure(
        subject=subject, name=name, value=statistics.median(times), worst=max(times), **told
    )


def duration(work: Callable[[], object]) -> float:
    """Return how many seconds `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

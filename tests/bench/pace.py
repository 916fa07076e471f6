"""How fast this machine is at the moment: a shared one changes from second to second."""

import statistics
from dataclasses import dataclass, field

from tests.bench.figures import Figure, duration, of_times

# Seconds that `work` takes of a million multiplications and additions on two cores of an
# Intel Xeon at 2.8 GHz which nobody else uses at that moment.
USUAL = 0.065
PART = 20


def work(parts: int = 1) -> int:
    """Do a twentieth of the million, `parts` times."""
    return sum(number * number for number in range(parts * 10**6 // PART))


def slowness() -> float:
    """Return how many times as long as usual this machine takes now."""
    return duration(work) * PART / USUAL


def measure(rounds: int, *, after: bool = False) -> Figure:
    """Return how long the million takes: what all other times are to be read beside."""
    taken = [duration(lambda: work(PART)) for _ in range(rounds)]
    name = "百万回のかけ算と足し算" + ("（測り終えて）" if after else "")
    return of_times("pace", name, taken, meaning="Python だけの計算です")


@dataclass(slots=True)
class Times:
    """How many seconds something took, run after run, and would have taken at the usual pace."""

    seconds: list[float] = field(default_factory=list)
    usual: list[float] = field(default_factory=list)

    def add(self, seconds: float, slow: float | None = None) -> None:
        """Add a run; `slow` is the slowness at that moment, where it was measured already."""
        self.seconds.append(seconds)
        self.usual.append(seconds / (slow or slowness()))

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)

    def figure(self, subject: str, name: str, **told) -> Figure:
        """Return the figure; `told` are more of its attributes."""
        usual = 1000 * statistics.median(self.usual)
        return of_times(subject, name, self.seconds, usual=usual, **told)

"""How much memory the processes take."""

import sys
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.bench.processes import family, mebibytes

BOUND = 200  # MiB


def measure(first: int) -> Iterator[Figure]:
    """Measure the server's first process and all below it."""
    if sys.platform == "linux":
        note = f"{len(family(first))} processes"
        yield Figure("web and worker (PSS)", mebibytes(first), "MiB", BOUND, note=note)

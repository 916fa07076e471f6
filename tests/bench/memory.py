"""How much memory the processes take."""

import sys
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.bench.processes import family, mebibytes

BOUND = 200  # MiB


def measure(first: int) -> Iterator[Figure]:
    """Measure the server's first process and all below it."""
    if sys.platform == "linux":
        yield Figure(
            subject="memory",
            name="サイト全体",
            meaning="make run のすべてのプロセスの PSS（共有は一度だけ数える）",
            value=mebibytes(first),
            unit="MiB",
            bound=BOUND,
            note=f"{len(family(first))} プロセス",
        )

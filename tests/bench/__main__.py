"""Measure, print a line for each figure, and fail when one is beyond its bound.

The corpus is made at the first run and kept in VAR_DIR/bench.
"""

import argparse
import sys
from collections.abc import Iterator

from tests import nginx
from tests.bench import growth, load, memory, press, publishing, rendering, report, site, text
from tests.bench.figures import Figure

SIZES = (1_000, 10_000, 100_000)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("size", nargs="?", type=int, default=SIZES[0], choices=SIZES)
    parser.add_argument("--seconds", type=int, default=2, help="of each run of wrk")
    parser.add_argument("--rounds", type=int, default=5, help="of interleaved runs")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args()


def measure(asked: argparse.Namespace) -> Iterator[tuple[str, Figure]]:
    """Yield each figure with the subject to which it belongs."""
    yield from (("text", figure) for figure in text.measure())
    site.prepare(asked.size)
    yield from (("uncached", figure) for figure in rendering.measure())
    with site.serving() as first:
        yield from (("publishing", figure) for figure in publishing.measure())
        found = press.measure(first, asked.seconds, asked.rounds)
        yield from (("press", figure) for figure in found)
        yield from (("memory", figure) for figure in memory.measure(first))


def main() -> int:
    asked = arguments()
    if not (load.is_there() and nginx.find()):
        print(load.MISSING)
        return 1
    figures: dict[str, list[Figure]] = {}
    for subject, measured in measure(asked):
        print(measured, flush=True)
        figures.setdefault(subject, []).append(measured)
    growth.keep(figures)
    if asked.write:
        report.write(asked.size, figures, growth.table())
    return 0 if all(figure.holds for found in figures.values() for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())

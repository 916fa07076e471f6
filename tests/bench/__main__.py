"""Measure, print a line for each figure, and fail when one is beyond its bound.

The corpora are made at the first run and kept in VAR_DIR/bench, with what was measured last.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator

from tests import nginx
from tests.bench import (
    desk,
    load,
    memory,
    pace,
    press,
    publishing,
    rendering,
    report,
    runs,
    site,
    text,
)
from tests.bench.figures import Figure

SIZES = (1_000, 10_000, 100_000)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("sizes", nargs="*", type=int, help="1000 (as a rule), 10000, 100000")
    parser.add_argument("--seconds", type=int, default=2, help="of each run of wrk")
    parser.add_argument("--rounds", type=int, default=5, help="of interleaved runs")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md instead")
    asked = parser.parse_args()
    if not set(asked.sizes) <= set(SIZES):
        parser.error(f"sizes are {SIZES}")
    return asked


def measure(database: str, size: int, seconds: int, rounds: int) -> Iterator[Figure]:
    """Yield each figure as it is found."""
    yield pace.measure(rounds)
    yield from text.measure()
    site.prepare(database, size)
    yield from rendering.measure(8 * rounds + 1)
    yield from desk.measure(2 * rounds - 1)
    with site.serving() as first:
        yield from publishing.measure(2 * rounds - 1)
        yield from press.measure(first, seconds, rounds)
        yield from memory.measure(first)
    yield pace.measure(rounds, after=True)


def one(database: str, size: int, asked: argparse.Namespace) -> int:
    """Measure with one corpus; say with 1 when something is beyond its bound."""
    print(f"━━ {report.DATABASES[database]}、原稿 {size:,} 本 ━━", flush=True)
    found = []
    for figure in measure(database, size, asked.seconds, asked.rounds):
        print(f"{report.SUBJECTS[figure.subject].title}、{figure}", flush=True)
        found.append(figure)
    runs.keep(database, size, asked.rounds, asked.seconds, found)
    return 0 if all(figure.holds for figure in found) else 1


def each(asked: argparse.Namespace) -> int:
    """Measure with several corpora: each in a process of its own, Django is set up once in one."""
    given = [f"--seconds={asked.seconds}", f"--rounds={asked.rounds}"]
    command = [sys.executable, "-m", "tests.bench", *given]
    codes = [subprocess.run([*command, str(size)], check=False).returncode for size in asked.sizes]
    return max(codes)


def main() -> int:
    asked = arguments()
    database = os.environ.get("TEST_DATABASE", "sqlite")
    if database not in site.DATABASES:
        sys.exit(f"TEST_DATABASE={database}: sqlite か postgresql を指定してください。")
    if not (load.is_there() and nginx.find()):
        sys.exit(load.MISSING)
    if asked.write:
        return report.write(runs.kept())
    if len(asked.sizes) > 1:
        return each(asked)
    return one(database, *(asked.sizes or SIZES[:1]), asked)


if __name__ == "__main__":
    sys.exit(main())

"""Measure, print a line for each figure, and fail when one is above its bound."""

import sys

from tests.bench import text
from tests.bench.figures import Figure


def main() -> int:
    figures: list[Figure] = []
    for measured in text.measure():
        print(measured, flush=True)
        figures.append(measured)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())

"""How figures grow with the number of articles: kept beside each corpus, told for all of them."""

import json
import os
from pathlib import Path

from tests.bench.figures import Figure

GROWING = ("uncached", "publishing")
NAME = "figures.json"


def keep(figures: dict[str, list[Figure]]) -> None:
    """Keep what grows beside the corpus that it was measured with."""
    found = {one.name: one.value for subject in GROWING for one in figures.get(subject, [])}
    (Path(os.environ["VAR_DIR"]) / NAME).write_text(json.dumps(found, indent=1))


def table() -> str:
    """Return a table of all sizes that were measured on this machine, with their growth."""
    kept = Path(os.environ["VAR_DIR"]).parent.glob(f"*/{NAME}")
    sizes = {int(file.parent.name): json.loads(file.read_text()) for file in kept}
    ordered = sorted(sizes)
    names = list(dict.fromkeys(name for size in ordered for name in sizes[size]))
    lines = [
        f"| 中央値（ms） | {' | '.join(f'{size:,}本' for size in ordered)} | 何倍 |",
        f"| --- |{' ---: |' * (len(ordered) + 1)}",
    ]
    for name in names:
        values = [sizes[size].get(name) for size in ordered]
        cells = ["" if value is None else f"{value:,.1f}" for value in values]
        first, last = values[0], values[-1]
        grown = f"{last / first:.1f}" if first and last and len(values) > 1 else ""
        lines.append(f"| {name} | {' | '.join(cells)} | {grown} |")
    return "\n".join(lines)

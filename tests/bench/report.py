"""docs/performance.md and its plot: what was measured, on which machine, with which programs."""

import datetime
import os
import platform
import re
import subprocess
import sys
from html import escape
from importlib.metadata import version
from pathlib import Path

from tests import nginx
from tests.bench.figures import Figure

DOCS = Path(__file__).parent.parent.parent / "docs"
SUBJECTS = {
    "press": "できあがったページ",
    "publishing": "公開してから見えるまで",
    "uncached": "しまわれていないページ",
    "memory": "メモリー",
    "text": "文章の変換と比較",
}
TEMPLATE = Path(__file__).with_name("performance.md")
HEAD = "| 何を | 中央値 | 最悪 | 目標 | |\n| --- | ---: | ---: | ---: | --- |\n"
WIDTH, LEFT, BAR = 720, 130, 12


def write(size: int, figures: dict[str, list[Figure]], growth: str = "") -> None:
    """Write the page and its plot; `growth` is a table of figures by the number of articles."""
    tables = "\n\n".join(
        f"## {title}\n\n{table(figures[subject])}"
        for subject, title in SUBJECTS.items()
        if subject in figures
    )
    page = TEMPLATE.read_text(encoding="utf-8").format(
        size=size,
        machine=machine(),
        programs=programs(),
        day=datetime.date.today(),
        tables=tables,
        growth=growth,
    )
    (DOCS / "performance.md").write_text(page, encoding="utf-8")
    (DOCS / "performance.svg").write_text(plot(figures.get("press", [])), encoding="utf-8")


def table(figures: list[Figure]) -> str:
    """Return figures as a table."""
    rows = []
    for one in figures:
        worst = one.written(one.worst) if one.worst is not None else ""
        mark = "" if one.holds else " ✗"
        cells = [one.name, one.written(one.value) + mark, worst, one.limit, one.note]
        rows.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(rows)


def machine() -> str:
    """Return what computer this is."""
    found = re.search(r"model name\s*:\s*(.+)", text_of("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+)", text_of("/proc/meminfo"))
    parts = [
        found[1] if found else platform.machine(),
        f"{os.cpu_count()} コア（wrk も同じコアを使う）",
        f"メモリー {int(memory[1]) // 1024**2} GiB" if memory else "",
        f"{platform.system()} {platform.release().split('-')[0]}",
    ]
    return "、".join(filter(None, parts))


def text_of(path: str) -> str:
    """Return the text of a file of the system, empty where there is none."""
    return Path(path).read_text() if Path(path).exists() else ""


def programs() -> str:
    """Return the versions of what was measured."""
    said = subprocess.run([nginx.find(), "-v"], capture_output=True, text=True, check=True)
    python = f"Python {sys.version.split()[0]}"
    ours = [f"{name} {version(name.lower())}" for name in ("Django", "Granian")]
    return "、".join([python, *ours, said.stderr.strip().rpartition(": ")[2]])


def plot(figures: list[Figure]) -> str:
    """Return the ratios to nginx as bars."""
    rows: dict[str, list[Figure]] = {}
    for one in figures:
        if one.name.endswith("/ nginx"):
            rows.setdefault(one.name.partition(": ")[0], []).append(one)
    most = max((one.value for row in rows.values() for one in row), default=1)
    scale = (WIDTH - LEFT - 50) / max(1.0, most)
    parts, top = [], 30
    for name, row in rows.items():
        parts.append(f'<text x="{LEFT - 8}" y="{top + BAR + 4}" class="r">{escape(name)}</text>')
        for place, one in enumerate(row):
            y, length = top + place * (BAR + 2), one.value * scale
            bar = f'x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR}"'
            parts.append(f'<rect {bar} class="b{place}"/>')
            at = f'x="{LEFT + length + 4:.0f}" y="{y + BAR - 2}"'
            parts.append(f"<text {at}>{one.value:.2f}</text>")
        top += 2 * (BAR + 2) + 10
    line = LEFT + scale
    parts.append(f'<path d="M{line:.0f} 24V{top}" class="l"/>')
    legend = "濃い: nginx とページのファイル　薄い: 前に何も置かないサーバー　線: nginx のファイル"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 10}">
<style>text{{font:12px sans-serif;fill:#555}}.r{{text-anchor:end}}
.b0{{fill:#2f6f6a}}.b1{{fill:#8fb8b3}}.l{{stroke:#a33;stroke-dasharray:4 3}}</style>
<rect width="{WIDTH}" height="{top + 10}" fill="#fff"/>
<text x="{LEFT}" y="16">{legend}</text>
{chr(10).join(parts)}
</svg>
"""

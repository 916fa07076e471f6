"""docs/performance.md and its plots: what was measured, on which machine, with which programs."""

import os
import platform
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from tests import nginx
from tests.bench.figures import Figure
from tests.bench.pace import USUAL
from tests.bench.plot import bars
from tests.bench.press import PAIRS
from tests.bench.runs import Run

DOCS = Path(__file__).parent.parent.parent / "docs"
TEMPLATE = Path(__file__).with_name("performance.md")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Subject(NamedTuple):
    """A section: its heading, what its figures are, and whether one run says all."""

    title: str
    about: str
    once: bool = False


FILES = "nginx が同じ中身を同じ住所のただのファイルから返す速さとの比（1.00 で同じ）"
SUBJECTS = {
    "pace": Subject(
        "計算機の速さ",
        "いつも同じ計算にかかる時間です。ほかの仕事で忙しい計算機では大きくなり、"
        "下の時間もそれだけ延びます。そこで、一回ごとにすぐあとでこの計算の一部を測り、"
        f"かかった時間を割り戻して、ふだんの速さ（百万回で {1000 * USUAL:.0f} ms）での値を、"
        "わかるものにはかっこで添えました。目標と比べるのは、測ったままの値です。",
    ),
    "rendering": Subject(
        "しまわれていないページを作る時間",
        "記事が一本公開されたあとに、サーバーがページを作りなおす時間です。データベースへの"
        "問い合わせも含みます。一覧のほかの記事の見出しは、サーバーが覚えています。",
    ),
    "anew": Subject(
        "初めて読まれるページを作る時間",
        "載っている記事を、サーバーが一本も覚えていないときの時間です。深い一覧を順に読むと、"
        "いつもこうなります。",
    ),
    "waiting": Subject(
        "最初の読者が待つ時間",
        "作って、圧縮して、しまうまでの時間です。次の読者からは「できあがったページ」になります。",
    ),
    "queries": Subject(
        "ページを作るための問い合わせの回数",
        "データベースに何回たずねるかです。記事が増えても変わらないことが目標です。",
    ),
    "publishing": Subject(
        "公開してから見えるまで",
        "動いているサイトの横で記事を公開し、出るはずのページをすべて読みます。",
    ),
    "desk": Subject("編集部の待ち時間", "管理画面と、原稿の保存にかかる時間です。"),
    "front": Subject(
        "できあがったページ：前に nginx を置いたとき",
        f"`docs/nginx.conf` の nginx が返す速さです。{FILES}。wrk（1 スレッド、16 接続）が"
        "同じ計算機から読み、回ごとの比の中央値をとります。CPU は、一つの要求にかかった計算の"
        "時間で、計算機が忙しくてもあまり変わりません。",
    ),
    "own": Subject(
        "できあがったページ：前に何も置かないとき",
        f"`make run` のサーバーがじかに返す速さです。{FILES}。",
    ),
    "constant": Subject(
        "できあがったページ：同じサーバーの限界との比",
        "`make run` と同じサーバーが、何も考えずに決まった中身を返す速さとの比です。"
        f"一回ごとに一割ほど揺れるため、この二つだけは {PAIRS + 1} 倍の回数を交互に測ります。",
    ),
    "p99": Subject(
        "できあがったページ：遅いほうの待ち時間",
        "前に何も置かず、16 接続で読み続けたとき、100 回のうち 99 回はこの時間で返ります。",
    ),
    "memory": Subject("メモリー", "サイトとワーカーのすべてが使う量です。"),
    "text": Subject(
        "文章の変換と比較", "データベースを使わない仕事です。原稿の数にはよりません。", once=True
    ),
}
RATIOS = {"front": "前に nginx", "own": "前に何も置かない"}


def write(runs: list[Run]) -> int:
    """Write the page and its plots from what was kept; say with 1 when a bound is not kept."""
    if not runs:
        print("まだ測っていません。make bench を実行してください。")
        return 1
    sections = {name: section(name, runs) for name in SUBJECTS}
    page = TEMPLATE.read_text(encoding="utf-8").format(
        summary=summary(runs),
        runs="\n".join(map(told, runs)),
        machine=machine(),
        programs=programs(),
        sections="\n\n".join(filter(None, sections.values())),
    )
    (DOCS / "performance.md").write_text(page, encoding="utf-8")
    for name, drawing in plots(runs).items():
        (DOCS / name).write_text(drawing, encoding="utf-8")
    return 1 if any(row.missed for row in all_rows(runs)) else 0


class Row(NamedTuple):
    """A figure by the number of articles, with one database; None where it was not measured."""

    database: str
    sizes: list[int]
    figures: list[Figure | None]

    @property
    def last(self) -> Figure:
        """The figure with the largest corpus."""
        return [one for one in self.figures if one][-1]

    @property
    def grown(self) -> float | None:
        """How many times of the first value the last one is, at the same pace of the machine."""
        first, last = self.figures[0], self.figures[-1]
        alone = len(self.figures) < 2 or not first or not last or self.last.unit in {"", "倍"}
        if alone or not first or not last or not first.value:
            return None
        if first.usual and last.usual:
            return last.usual / first.usual
        return last.value / first.value

    @property
    def outgrown(self) -> bool:
        """Whether it grows more than it may."""
        bound = self.last.growth
        return bound is not None and self.grown is not None and round(self.grown, 1) > bound

    @property
    def missed(self) -> list[str]:
        """Where the bounds are not kept, in words."""
        places = zip(self.sizes, self.figures, strict=True)
        found = [f"{size:,} 本" for size, one in places if one and not one.holds]
        if len(found) > 1 and len(found) == len(self.figures):
            found = ["どの大きさでも"]
        return [*found, "増え方"] if self.outgrown else found

    @property
    def checked(self) -> bool:
        """Whether there is a bound, and a value to compare with it."""
        growing = self.last.growth is not None and self.grown is not None
        return growing or self.last.bound is not None

    @property
    def limits(self) -> str:
        """The bounds in words."""
        bound = self.last.growth
        growth = "" if bound is None else "増えない" if bound == 1 else f"{bound:g} 倍まで"
        return "、".join(filter(None, [self.last.limit, growth]))


def rows(subject: str, database: str, runs: list[Run]) -> list[Row]:
    """Return the rows of a subject in the order in which they were measured."""
    ours = [run for run in runs if run.database == database]
    found = [{one.name: one for one in run.figures if one.subject == subject} for run in ours]
    names = dict.fromkeys(name for one in found for name in one)
    sizes = [run.size for run in ours]
    return [Row(database, sizes, [one.get(name) for one in found]) for name in names]


def all_rows(runs: list[Run]) -> list[Row]:
    """Return the rows of the whole page."""
    return [
        row
        for name, subject in SUBJECTS.items()
        for database in DATABASES
        for row in rows(name, database, runs[:1] if subject.once else runs)
    ]


def section(name: str, runs: list[Run]) -> str:
    """Return the section on a subject: a table for each database."""
    subject = SUBJECTS[name]
    used = runs[:1] if subject.once else runs
    found = {database: rows(name, database, used) for database in DATABASES}
    tables = [
        ("" if subject.once else f"**{DATABASES[database]}**\n\n") + table(lines, subject.once)
        for database, lines in found.items()
        if lines
    ]
    pictures = [f"![{subject.title}]({path})" for path in plots(runs) if shows(path, name)]
    parts = [f"## {subject.title}", subject.about, *pictures, *tables]
    return "\n\n".join(parts) if tables else ""


def table(lines: list[Row], once: bool) -> str:
    """Return rows as a table."""
    sizes = ["中央値"] if once else [f"{size:,} 本" for size in lines[0].sizes]
    growth = any(row.grown is not None for row in lines)
    heads = ["何を", "何のことか", "目標", *sizes, *(["何倍"] if growth else []), "結果", "備考"]
    marks = ["---", "---", "---", *(["---:"] * (len(sizes) + growth)), "---", "---"]
    found = [heads, marks, *(cells(row, growth) for row in lines)]
    return "\n".join(f"| {' | '.join(line)} |" for line in found)


def cells(row: Row, growth: bool) -> list[str]:
    """Return the cells of a row."""
    last = row.last
    values = [value(one) if one else "" for one in row.figures]
    if growth:
        values.append("" if row.grown is None else marked(f"{row.grown:.1f}", not row.outgrown))
    result = ("✗ " + "、".join(row.missed)) if row.missed else ("達成" if row.checked else "")
    return [last.name, last.meaning, row.limits, *values, result, last.note]


def value(figure: Figure) -> str:
    """Return what was measured, and what that is at the usual pace."""
    usual = "" if figure.usual is None else f"（{figure.usual:,.1f}）"
    return marked(figure.written(figure.value), figure.holds) + usual


def marked(value: str, holds: bool) -> str:
    """Return a value, bold when it is beyond its bound."""
    return value if holds else f"**{value}**"


def summary(runs: list[Run]) -> str:
    """Say how many goals are reached, and which are not."""
    checked = [row for row in all_rows(runs) if row.checked]
    missed: dict[tuple[str, str], list[str]] = {}
    for row in checked:
        if row.missed:
            part = DATABASES[row.database], SUBJECTS[row.last.subject].title
            missed.setdefault(part, []).append(f"{row.last.name}（{'、'.join(row.missed)}）")
    count = sum(map(len, missed.values()))
    first = f"目標のある {len(checked)} 項目のうち、{len(checked) - count} 項目が目標に届きました。"
    if not missed:
        return first
    lines = [
        f"- **{title}（{database}）** {'、'.join(names)}"
        for (database, title), names in missed.items()
    ]
    return "\n".join([f"{first}届いていないものは、次のとおりです。", "", *lines])


def told(run: Run) -> str:
    """Return how a run was made."""
    how = f"{run.day}、交互に {run.rounds} 回、wrk は {run.seconds} 秒ずつ"
    return f"- {run.server}、原稿 {run.size:,} 本（{how}）"


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


def shows(path: str, subject: str) -> bool:
    """Say whether a plot belongs to a subject."""
    return subject == ("front" if path == "performance.svg" else "rendering")


def plots(runs: list[Run]) -> dict[str, str]:
    """Return the plots by their names: stored pages, and making each page."""
    found = {}
    for database in DATABASES:
        lines = [row for row in rows("rendering", database, runs) if row.last.unit == "ms"]
        if lines:
            columns = [f"{size:,} 本（ms、{DATABASES[database]}）" for size in lines[0].sizes]
            times = {row.last.name: [one and one.value for one in row.figures] for row in lines}
            found[f"performance-{database}.svg"] = bars(columns, times)
    ratios: dict[str, list[float | None]] = {}
    for subject in RATIOS:
        for row in rows(subject, runs[0].database, runs):
            ratios.setdefault(row.last.name, []).append(row.last.value)
    if ratios:
        found["performance.svg"] = bars([*RATIOS.values()], ratios, line=1, digits=2)
    return found

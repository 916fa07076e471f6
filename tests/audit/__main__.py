"""Audit the public pages: `python -m tests.audit [--write]`; 1 when something is not flawless.

vnu finds no error and no warning, axe nothing in either scheme on a phone and on a wide screen,
and Lighthouse at least 99 for speed and 100 for the rest. --write keeps it in docs/audit.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.audit import site, tools
from tests.bench.site import HOME

DOCS = Path(__file__).parent.parent.parent / "docs" / "audit.md"
SIZES = {"390px": (390, 844), "1280px": (1280, 900)}
SCHEMES = ("light", "dark")
RUNS = 3  # of Lighthouse, of which the median counts
GOALS = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
NAMES = {
    "performance": "速さ",
    "accessibility": "使いやすさ",
    "best-practices": "作法",
    "seo": "検索",
}
# What Lighthouse asks of the place and not of the page: the site here has no certificate.
SKIPPED = ("is-on-https", "redirects-http", "uses-http2")


class Found(NamedTuple):
    """What a tool says of a page: in a few words, and whether that is good enough."""

    page: str
    said: str
    good: bool


def vnu(modules: Path, base: str) -> Iterator[Found]:
    """Check the HTML of each page (Nu Html Checker)."""
    with tempfile.TemporaryDirectory() as folder:
        files = site.keep(base, Path(folder))
        jar = modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
        command = ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always"]
        done = subprocess.run([*command, *files.values()], capture_output=True, check=True)
        said = json.loads(done.stderr)["messages"]
    for name, file in files.items():
        own = [one for one in said if one.get("url", "").endswith(f"/{file.name}")]
        wrong = [one for one in own if one["type"] == "error" or one.get("subType") == "warning"]
        words = "；".join(sorted({one["message"] for one in wrong}))
        yield Found(name, words or "指摘なし", not wrong)


def axe(modules: Path, base: str, browser: Browser) -> Iterator[Found]:
    """Look for what shuts people out (axe-core): each page, each scheme, each size."""
    script = (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    for name, path in site.PAGES.items():
        wrong: set[str] = set()
        for scheme in SCHEMES:
            for label, (width, height) in SIZES.items():
                with browser.new_context(
                    color_scheme=scheme,
                    viewport={"width": width, "height": height},
                    bypass_csp=True,
                ) as context:
                    page = context.new_page()
                    page.goto(base + path)
                    page.evaluate(script)
                    result = page.evaluate("axe.run()")
                wrong |= {
                    f"{one['id']}（{scheme}、{label}）：{one['nodes'][0]['target']}"
                    for one in result["violations"]
                }
        yield Found(name, "；".join(sorted(wrong)) or "指摘なし", not wrong)


def lighthouse(modules: Path, base: str, binary: str) -> Iterator[Found]:
    """Measure the pages that most readers come to (Lighthouse, a phone)."""
    for name in site.MEASURED:
        scores: dict[str, list[float]] = {goal: [] for goal in GOALS}
        weak: set[str] = set()
        for _ in range(RUNS):
            report = one_report(modules, base + site.PAGES[name], binary)
            for goal, values in scores.items():
                category = report["categories"][goal]
                values.append(round(100 * category["score"]))
                audits = (report["audits"][one["id"]] for one in category["auditRefs"])
                if goal != "performance":
                    weak |= {one["id"] for one in audits if one["score"] not in {None, 1}}
        found = {goal: median(values) for goal, values in scores.items()}
        words = "、".join(f"{NAMES[goal]} {value:.0f}" for goal, value in found.items())
        good = all(found[goal] >= least for goal, least in GOALS.items())
        yield Found(name, words + (f"（{'、'.join(sorted(weak))}）" if weak else ""), good)


def one_report(modules: Path, address: str, binary: str) -> dict:
    """Return what Lighthouse says of an address."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
    command = [str(modules / ".bin" / "lighthouse"), address, "--output=json", "--quiet"]
    command += [f"--only-categories={','.join(GOALS)}", f"--chrome-flags={flags}"]
    command += [f"--skip-audits={','.join(SKIPPED)}"]
    environment = os.environ | {"CHROME_PATH": binary}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def audit() -> dict[str, list[Found]]:
    """Return what each tool says of each page, told as it comes."""
    modules, binary = tools.install(HOME.parent / "audit"), chromium.find()
    if not binary:
        sys.exit(tools.MISSING)
    found: dict[str, list[Found]] = {}
    with site.serving() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=binary, args=["--no-sandbox", "--disable-background-networking"]
        )
        looks = {
            "vnu（HTML）": vnu(modules, base),
            "axe（使いやすさ）": axe(modules, base, browser),
            "Lighthouse": lighthouse(modules, base, binary),
        }
        for tool, pages in looks.items():
            print(f"━━ {tool}", flush=True)
            found[tool] = []
            for one in pages:
                print(f"{'　' if one.good else '✗ '}{one.page}：{one.said}", flush=True)
                found[tool].append(one)
        browser.close()
    return found


def write(found: dict[str, list[Found]]) -> None:
    """Keep what was found in docs/audit.md."""
    versions = json.loads((tools.HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lines = [
        "# 公開ページの検査",
        "",
        "`make audit` が調べ、`make audit ARGS=--write` が書いたページです。手では直しません。",
        "",
        "、".join(f"{name} {number}" for name, number in versions.items())
        + "。デモの記事を、明暗二つの表示と、390px・1280px の幅で見ています。",
    ]
    for tool, pages in found.items():
        lines += ["", f"## {tool}", "", "| ページ | 結果 |", "| --- | --- |"]
        lines += [f"| {one.page} | {'' if one.good else '✗ '}{one.said} |" for one in pages]
    DOCS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.audit")
    parser.add_argument("--write", action="store_true", help="keep the result in docs/audit.md")
    asked = parser.parse_args()
    found = audit()
    if asked.write:
        write(found)
    return 0 if all(one.good for pages in found.values() for one in pages) else 1


if __name__ == "__main__":
    sys.exit(main())

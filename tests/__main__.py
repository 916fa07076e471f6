"""Run every test on SQLite and on PostgreSQL: `python -m tests [arguments of pytest]`."""

import os
import subprocess
import sys
import tempfile

import pytest

from tests import chromium, nginx

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# What knows no database has nothing to say about the second one.
PURE = ("tests/text", "tests/formats", "tests/pages", "tests/test_vectors.py")


def main(arguments):
    """Return the exit code: 0 only when every test that was asked for passed on both."""
    lacking = {
        name: program.MISSING
        for name, program in {"browser": chromium, "nginx": nginx}.items()
        if not program.ensure()
    }
    codes = side_by_side(arguments, lacking)
    for name, code in codes.items():
        print(f"{DATABASES[name]}: {verdict(code)}")
    for missing in lacking.values():
        print(missing)
    # Arguments may select nothing on one database; nothing on both is a mistyped name.
    failed = any(code not in {0, pytest.ExitCode.NO_TESTS_COLLECTED} for code in codes.values())
    skipped = os.environ.get("CI") == "true" and bool(lacking)
    return int(failed or skipped or 0 not in codes.values())


def side_by_side(arguments, lacking):
    """Return pytest's exit codes: the first database is watched, the other one told afterwards."""
    first, second = DATABASES
    with tempfile.TemporaryFile() as report, suite(second, arguments, lacking, report) as behind:
        title(first)
        codes = {first: suite(first, arguments, lacking).wait()}
        title(second)
        codes[second] = behind.wait()
        report.seek(0)
        sys.stdout.write(report.read().decode(errors="replace"))
    return codes


def title(database):
    print(f"\n━━ {DATABASES[database]} ━━", flush=True)


def suite(database, arguments, lacking, report=None):
    """Start pytest on `database`, without the tests that need what this machine lacks."""
    able = ["-m", " and ".join(f"not {name}" for name in lacking)] if lacking else []
    once = [f"--ignore={folder}" for folder in PURE] if database != "sqlite" else []
    command = [sys.executable, "-m", "pytest", *able, *once, *arguments]
    environment = os.environ | {"TEST_DATABASE": database}
    return subprocess.Popen(command, env=environment, stdout=report, stderr=report)


def verdict(code):
    """Return what pytest's exit code says, in Japanese."""
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        return "該当するテストがありません"
    return "失敗があります" if code else "すべて成功"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

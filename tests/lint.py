"""Run the checks of style, types, migrations and settings: `python -m tests.lint`."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]


def steps():
    """Return the checks as {name: command}."""
    templates = sorted(map(str, Path("templates").rglob("*.html")))
    djade = [str(BIN / "djade"), "--check", "--target-version", "6.1"]
    return {
        "ruff check": [str(BIN / "ruff"), "check", "--quiet"],
        "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet"],
        "djade": [*djade, *templates],
        "mypy": [str(BIN / "mypy"), "cms", "posts"],
        "makemigrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
        "check --deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    }


def main():
    """Run every check, whatever the ones before it said; return the exit code."""
    with tempfile.TemporaryDirectory() as var:
        failed = [name for name, command in steps().items() if not passes(name, command, var)]
    print(f"直すところがあります: {', '.join(failed)}" if failed else "すべての検査を通りました。")
    return int(bool(failed))


def passes(name, command, var):
    """Run one check in a production's environment whose data lie in `var`."""
    production = {
        "VAR_DIR": var,
        "DATABASE_URL": f"sqlite:///{var}/lint.sqlite3",
        "SITE_URL": "https://example.jp",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DEBUG": "0",
    }
    print(f"━━ {name}", flush=True)
    return subprocess.run(command, env=os.environ | production, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())

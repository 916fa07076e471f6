"""The tools: from npm, by exact versions and hashes, kept in VAR_DIR/audit."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MISSING = """
make audit には Node.js（npm）と Java と Chromium が必要です。入れてから、もう一度実行してください。
  Debian・Ubuntu   apt install nodejs npm default-jre-headless chromium

make audit needs Node.js (npm), Java and Chromium. Install them, then run it again.
"""


def install(folder: Path) -> Path:
    """Install the tools into `folder`, unless they are there; return node_modules."""
    if not (shutil.which("npm") and shutil.which("java")):
        sys.exit(MISSING)
    modules, stamp = folder / "node_modules", folder / "installed"
    wanted = (HERE / "package-lock.json").read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return modules
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    # No script of a package runs: nothing here needs one.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=folder, check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return modules

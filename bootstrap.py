#!/usr/bin/env python3
"""Make .venv with the libraries of the lock, then start Genko or its tests.

    python3 bootstrap.py run          the site, the admin and the worker
    python3 bootstrap.py test [ARGS]  the tests on SQLite and PostgreSQL; ARGS go to pytest
    python3 bootstrap.py lint         the checks of style and types
    python3 bootstrap.py bench        measures, beside the bounds that hold
    python3 bootstrap.py audit        the public pages, by vnu, axe and Lighthouse
    python3 bootstrap.py soak [ARGS]  stored pages under any history; steps, seed, hosts
    python3 bootstrap.py python ARGS  the Python of .venv

Needs nothing but the standard library and starts on any Python from 3.6 on: the Python
that runs this file only has to find one that Django accepts.
"""

import fcntl
import glob
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "genko-locks")
UNFINISHED = os.path.join(VENV, "genko-unfinished")
LOCKS = {"run": ["requirements.lock"], "test": ["requirements-dev.lock", "requirements.lock"]}

OLDEST = (3, 12)
PREFERRED = [(3, 13), (3, 12)]
NAMES = ["python3.13", "python3.12", "python3.14", "python3.15", "python3", "python"]

# A shim may name a Python that does not start, so every candidate has to speak for itself.
PROBE = """
import json, sys, sysconfig
try:
    import sqlite3, ssl, zlib
    sqlite = sqlite3.sqlite_version_info >= (3, 37)
except ImportError:
    sqlite = False
try:
    import ensurepip, venv
    pip = True
except ImportError:
    pip = False
cpython = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
print(json.dumps({
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "version": list(sys.version_info[:3]), "final": sys.version_info[3] == "final",
    "cpython": cpython, "sqlite": sqlite, "pip": pip,
}))
"""

REFUSAL = """
Genko には Python 3.12 以上（3.13 を推奨）が必要ですが、見つかりませんでした。
次のどれかで用意してから、もう一度同じコマンドを実行してください。
  Debian・Ubuntu   apt install python3 python3-venv
  macOS            brew install python@3.13
  pyenv            pyenv install 3.13
  uv               uv python install 3.13

Genko needs Python 3.12 or newer (3.13 recommended) and found none.
Install one as shown above, then run the same command again.
"""


class Refusal(Exception):
    """Why the set-up cannot go on; the text is for the person at the terminal."""


def main(arguments):
    """Run the verb of `arguments` (sys.argv without the program); return an exit code."""
    verb, rest = (arguments or ["help"])[0], arguments[1:]
    if verb not in ("run", "test", "lint", "bench", "audit", "soak", "python"):
        say(__doc__)
        return 2
    try:
        prepare(LOCKS["test" if verb in ("test", "lint", "bench", "audit", "soak") else "run"])
    except Refusal as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        say("\n中断しました。もう一度実行すると、用意をやり直します。")
        return 130
    command = {
        "run": ["manage.py", "serve"],
        "test": ["-m", "tests"],
        "lint": ["-m", "tests.lint"],
        "bench": ["-m", "tests.bench"],
        "audit": ["-m", "tests.audit"],
        "soak": ["-m", "tests.soak_pages"],
        "python": [],
    }[verb]
    if verb != "python":
        os.chdir(ROOT)
    os.execve(PYTHON, [PYTHON] + command + rest, environment())  # noqa: S606


def say(text):
    """Print Japanese even where the locale is C and Python older than 3.7."""
    sys.stdout.flush()
    sys.stdout.buffer.write((text + "\n").encode("utf-8"))
    sys.stdout.buffer.flush()


def environment():
    """Return this environment without what would spoil a child's Python or pip.

    PYTHONDONTWRITEBYTECODE makes every start compile all modules again (2 s against 0.6 s).
    """
    spoilers = {
        "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET",
        "PIP_USER", "__PYVENV_LAUNCHER__",
    }  # fmt: skip
    return {name: value for name, value in os.environ.items() if name not in spoilers}


# --- .venv -------------------------------------------------------------------------------


def prepare(locks):
    """Bring .venv to the first of `locks` (names of files; the others are part of it)."""
    if up_to_date(locks[0]):
        return
    with open(os.path.abspath(__file__)) as me:
        # Two terminals may start at once: the second waits here and finds the work done.
        fcntl.flock(me, fcntl.LOCK_EX)
        if not up_to_date(locks[0]):
            install(locks)


def up_to_date(lock):
    """Return whether .venv holds `lock` as it is now; costs no process."""
    if not os.path.exists(PYTHON) or os.path.exists(UNFINISHED):
        return False
    try:
        with open(STAMP) as file:
            return digest(lock) in file.read().split()
    except OSError:
        return False


def digest(lock):
    """Return the SHA-256 of the file `lock` in the project, in hexadecimal."""
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def install(locks):
    """Make .venv where it is missing or broken and install the first of `locks`."""
    start, uv = time.time(), find_uv()
    if not usable(uv):
        shutil.rmtree(VENV, ignore_errors=True)
        os.makedirs(VENV)
    # Whoever stops in between leaves this mark, and the next run begins with an empty folder.
    with open(UNFINISHED, "w"):
        pass
    if not os.path.exists(PYTHON):
        make_venv(uv)
    say("ライブラリを入れています（初回は1分ほどかかります）…")
    fill(uv, os.path.join(ROOT, locks[0]))
    with open(STAMP, "w") as file:
        file.write("\n".join(digest(lock) for lock in locks) + "\n")
    os.remove(UNFINISHED)
    say("用意ができました（{:.0f} 秒）。".format(time.time() - start))


def usable(uv):
    """Return whether .venv is whole: its Python runs and something can install into it."""
    if os.path.exists(UNFINISHED) or not os.path.exists(PYTHON):
        return False
    found = probe(PYTHON)
    return found is not None and complaint(found, uv=True) is None and bool(uv or has_pip())


def has_pip():
    """Return whether .venv has a pip."""
    return bool(glob.glob(os.path.join(VENV, "lib", "python*", "site-packages", "pip")))


def make_venv(uv):
    """Make .venv with the best Python here; as a last resort let uv bring one.

    Raises Refusal when there is none.
    """
    found, complaints = best_python(uv)
    if found:
        say("Python {}.{}.{} を使います: {}".format(*(found["version"] + [found["path"]])))
        # With uv at hand its own installer fills the folder, and pip's 2 seconds are saved.
        without = ["--without-pip"] if uv else []
        run([found["path"], "-m", "venv"] + without + [VENV], "仮想環境 .venv を作れませんでした。")
    elif uv:
        say("Python 3.12 以上が見つからないため、uv で用意します…")
        asked = ["--allow-existing", "--python", ">=3.12"]
        run([uv, "venv", "--quiet"] + asked + [VENV], REFUSAL)
    else:
        raise Refusal("\n".join(complaints) + "\n" + REFUSAL)


def fill(uv, lock):
    """Install the hashed file `lock` into .venv and compile it. Raises Refusal."""
    failed = (
        "ライブラリを入れられませんでした。ネットワークの接続を確かめて、"
        "もう一度同じコマンドを実行してください。"
    )
    if uv:
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON]
    else:
        # Twice quiet: errors only, not the warnings of whatever else pip is configured with.
        command = [PYTHON, "-m", "pip", "install", "-qq", "--no-input"]
        command.append("--disable-pip-version-check")
    run(command + ["--require-hashes", "-r", lock], failed)


def run(command, failed):
    """Run `command`; raise Refusal with the text `failed` when it does not succeed."""
    try:
        code = subprocess.call(command, env=environment(), cwd=ROOT)
    except OSError as error:
        raise Refusal("{}: {}\n{}".format(command[0], error.strerror, failed)) from None
    if code == -signal.SIGINT:
        raise KeyboardInterrupt
    if code:
        raise Refusal(failed)


# --- Which Python ------------------------------------------------------------------------


def best_python(uv):
    """Return (the best Python as `probe` describes it or None, why others were refused)."""
    fit, complaints = {}, []
    for path in candidates():
        found = probe(path)
        if found is None or found["path"] in fit:
            continue
        problem = complaint(found, uv)
        if problem:
            line = "  {}: {}".format(found["path"], problem)
            complaints += [] if line in complaints else [line]
            continue
        if tuple(found["version"][:2]) == PREFERRED[0]:
            return found, []
        fit[found["path"]] = found
    return (min(fit.values(), key=rank) if fit else None), complaints


def rank(found):
    """Sort key: preferred versions in their order, then the newer ones from the oldest."""
    version = tuple(found["version"][:2])
    return PREFERRED.index(version) if version in PREFERRED else len(PREFERRED), version


def candidates():
    """Yield paths of files that may be a Python, likely ones first, each once."""
    seen = set()
    for path in from_path() + from_pyenv():
        folder, name = os.path.split(path)
        place = os.path.join(os.path.realpath(folder), name)  # /bin is often /usr/bin
        inside = place.startswith(os.path.realpath(VENV) + os.sep)
        if place not in seen and not inside and os.access(path, os.X_OK):
            seen.add(place)
            yield path


def from_path():
    """Return the interpreter that runs this file and every Python in the folders of PATH."""
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return [sys.executable] + [os.path.join(folder, name) for name in NAMES for folder in folders]


def from_pyenv():
    """Return the Pythons that pyenv has installed, newest first.

    pyenv's shims refuse to start outside a folder that selects a version, so the versions
    are looked up where they lie. $HOME may be another one than at the installation: the
    folders above `shims` on PATH know better.
    """
    folders = os.environ.get("PATH", "").split(os.pathsep)
    roots = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")] + [
        os.path.dirname(folder.rstrip("/"))
        for folder in folders
        if os.path.basename(folder.rstrip("/")) == "shims"
    ]
    found = [path for root in roots if root for path in glob.glob(root + "/versions/3.*")]
    found.sort(key=version_of, reverse=True)
    return [os.path.join(path, "bin", "python3") for path in found]


def version_of(folder):
    """Return the numbers of a folder's name, to sort 3.9 before 3.13; (0,) for other names."""
    parts = os.path.basename(folder).split(".")
    return tuple(int(part) for part in parts) if all(map(str.isdigit, parts)) else (0,)


def probe(path):
    """Run the Python at `path` and return what PROBE says of it; None when it does not run.

    It is run from / because the .python-version of a folder changes what a shim does.
    """
    try:
        result = subprocess.run(
            [path, "-I", "-c", PROBE],
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
        )
        found = json.loads(result.stdout.decode("utf-8"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return found if result.returncode == 0 and isinstance(found, dict) else None


def complaint(found, uv):
    """Return why the Python that `probe` described cannot be used; None when it can."""
    if tuple(found["version"][:2]) < OLDEST:
        return "Python {}.{}.{} は古すぎます。".format(*found["version"])
    if not (found["cpython"] and found["final"]):
        return "CPython の正式版ではありません。"
    if not found["sqlite"]:
        return "SQLite 3.37 以上と SSL を使えるように作られていません。"
    if not (found["pip"] or uv):
        return "venv がありません（Debian・Ubuntu では apt install python3-venv）。"
    return None


def find_uv():
    """Return the path of uv, or None: it installs faster, pip does as well."""
    home = os.path.expanduser("~")
    places = [os.path.join(home, place, "uv") for place in (".local/bin", ".cargo/bin")]
    found = [shutil.which("uv")] + [path for path in places if os.access(path, os.X_OK)]
    return next((path for path in found if path), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

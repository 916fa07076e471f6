"""Choose the database of the tests before Django reads its settings (`-p tests.database`).

TEST_DATABASE is sqlite (the default) or postgresql. Either lives in a new folder that goes
away at the end. A plugin and not conftest.py, because pytest-django reads the settings first.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests import postgresql

OURS = ["ALLOWED_HOSTS", "CACHE_URL", "DATABASE_URL", "DEBUG", "HOST", "MAIL_URL", "MEDIA_HOST"]
OURS += ["PORT", "POSTS", "SENTRY_DSN", "STORAGE_URL"]
# Sockets have short paths (107 bytes), so not below a TMPDIR of any length.
FOLDER = Path(tempfile.mkdtemp(prefix="genko-", dir="/tmp"))


def choose():
    """Point the environment at a new database of the kind TEST_DATABASE."""
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
    for name in OURS:
        os.environ.pop(name, None)
    os.environ["VAR_DIR"] = str(FOLDER / "var")
    os.environ["SECRET_KEY"] = "only-for-tests-" * 5
    os.environ["SITE_URL"] = "http://testserver"
    kind = os.environ.setdefault("TEST_DATABASE", "sqlite")
    if kind == "postgresql":
        # Nothing has to outlive the tests (-F).
        os.environ["DATABASE_URL"] = postgresql.start(FOLDER / "data", FOLDER, "-F")
    elif kind != "sqlite":
        sys.exit(f"TEST_DATABASE={kind}: sqlite か postgresql を指定してください。")


choose()

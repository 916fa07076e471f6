"""Whatever happens at the desk, every stored page is exactly what would be rendered now.

The soak does the work, in a new database of its own; `make soak` does many times as much. All
steps together are 2,000: half of them on each database, some on two hosts.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.slow

STEPS = {"sqlite": "1000", "postgresql": "700"}
TWO_HOSTS = "300"
SEED = "20251209"


def soak(*arguments):
    """Run the soak; return its exit code and all that it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak_pages", *arguments],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=1800)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, said


def test_every_stored_page_equals_a_fresh_one():
    code, said = soak(STEPS[connection.vendor], SEED)
    assert code == 0, said


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite serves one host")
def test_another_host_follows_within_a_second():
    code, said = soak(TWO_HOSTS, SEED, "2")
    assert code == 0, said

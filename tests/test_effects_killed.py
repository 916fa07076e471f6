"""Workers and verbs that are killed at any moment: nothing is missing, nothing is there twice.

The soak does the work, in a new database of its own; by hand it does a hundred times as much.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

KILLS = "3"  # of each of the four workers
SEED = "20251209"


def soak(*arguments):
    """Run the soak; return its exit code and all that it said."""
    command = [sys.executable, "-m", "tests.soak_effects", *arguments]
    process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=240)
    finally:
        # One that takes too long has workers, which would go on for ever.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, said


@pytest.mark.parametrize("arguments", [(KILLS, SEED), ("statements",), ("stop",)])
def test_it_leaves_all_or_nothing(arguments):
    code, said = soak(*arguments)
    assert code == 0, said

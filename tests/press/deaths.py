"""Where a process that changes something dies."""

import os
import signal

from posts.pages import Store
from posts.pages.counters import Counters

# The method of a removal at which it is killed, and whether behind the call.
DEATHS = {
    "before the commit": (Counters, "begin", True),
    "behind the commit": (Store, "_remove", False),
    "in the removal": (Counters, "finish", False),
    "beside the rows": (Counters, "apply", True),
    "behind the removal": (Counters, "finish", True),
}


def deadly(where):
    """Let this process be killed at its next removal."""
    owner, method, behind = DEATHS[where]
    original = getattr(owner, method)

    def killed(self, *given):
        if behind:
            original(self, *given)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, method, killed)

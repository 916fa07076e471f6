"""Counts the work of a call, so that no test depends on how busy the machine is."""

import sys

_TOOL = 4  # an id that neither debuggers nor coverage nor profilers take


def work_of(function, *arguments):
    """Return how many calls and turns of loops the function needs."""
    count = 0

    def add(*_):
        nonlocal count
        count += 1

    events = sys.monitoring.events.PY_START, sys.monitoring.events.JUMP, sys.monitoring.events.CALL
    sys.monitoring.use_tool_id(_TOOL, "work")
    try:
        for event in events:
            sys.monitoring.register_callback(_TOOL, event, add)
        sys.monitoring.set_events(_TOOL, sum(events))
        function(*arguments)
    finally:
        sys.monitoring.free_tool_id(_TOOL)
        for event in events:
            sys.monitoring.register_callback(_TOOL, event, None)
    return count

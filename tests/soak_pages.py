"""Hunts for stored pages that are wrong: `python -m tests.soak_pages 歩数 [種] [ホスト数]`.

Runs the machine of tests.press for so many steps (2,000), in a new database of the kind
TEST_DATABASE. Two hosts need PostgreSQL. It prints where its random numbers began and, when a
page is wrong, the shortest history that makes it so.
"""

import os
import random
import sys
import time

import django

from tests import database  # noqa: F401 (chooses the database)

STEPS = 25  # of one history; the first that Hypothesis tries is always a dull one


def main(arguments):
    """Return 0, or raise what the machine found."""
    steps = int(arguments[0]) if arguments else 2000
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    hosts = int(arguments[2]) if len(arguments) > 2 else 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    print(f"種 {seed}、ホスト {hosts}", flush=True)
    django.setup()
    prepare()
    run(steps, seed, hosts)
    return 0


def prepare():
    """Make the tables, in a process of its own: this one never asks the database."""
    child = os.fork()
    if not child:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def run(steps, seed, hosts):
    """Run the machine."""
    import hypothesis
    from hypothesis.stateful import run_state_machine_as_test

    from tests.press import machine

    started, machine.press = time.monotonic(), machine.Press(hosts)
    settings = hypothesis.settings(
        max_examples=max(1, steps // STEPS),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(machine.Exactness), settings=settings)
    finally:
        machine.press.close()
        seconds = time.monotonic() - started
        print(f"{seconds:.0f} 秒、{machine.press.counts}", flush=True)
    counts = machine.press.counts
    # What is asked for a second time comes from the store.
    assert counts["stored"] > 0.9 * counts["answers"] > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

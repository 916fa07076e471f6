"""Kills workers and verbs and looks at what they leave: `python -m tests.soak_effects [回数] [種]`.

Four workers carry out one table while each is killed so many times (100) at random moments.
`statements` in place of the number kills verbs after each of their statements instead, and
`stop` tells a worker to stop. Each in a new database of the kind TEST_DATABASE; everything that
asks the database is a process of its own, forked from one that never did.
"""

import itertools
import json
import os
import random
import signal
import sys
import time
import traceback
from datetime import timedelta

import django

from tests import database  # noqa: F401 (chooses the database)

WORKERS = 4
SPEED = 20  # seconds of the workers' clock in one of ours: a lease ends after three
PATIENCE = 120  # seconds until everything is done when the killing has ended
STOCK = 100  # deliveries that are always there to be done
STARTED = time.time()


def main(arguments):
    """Run what was asked for; raise AssertionError or return 0."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    ask(prepare)
    if arguments[:1] == ["statements"]:
        kill_every_verb_at_every_statement()
    elif arguments[:1] == ["stop"]:
        stop_a_worker()
    else:
        kills = int(arguments[0] if arguments else 100) * WORKERS
        seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
        print(f"種 {seed}", flush=True)
        kill_workers(kills, random.Random(seed))
    return 0


# Processes


def spawn(work, *arguments):
    """Start `work` in a process of its own and return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work(*arguments)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def run(work, *arguments):
    """Call work(say, …) in a process of its own; return its exit code and the last it said."""
    reading, writing = os.pipe()

    def say(answer):
        os.write(writing, json.dumps(answer, default=str).encode() + b"\n")

    child = spawn(work, say, *arguments)
    os.close(writing)
    with os.fdopen(reading) as lines:
        said = [json.loads(line) for line in lines]
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said[-1] if said else None


def ask(work, *arguments):
    """Return what `work` says in a process of its own, which has to live."""
    code, said = run(work, *arguments)
    assert code == 0
    return said


def end(pid):
    """Kill a process and wait for it."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def prepare(say):
    """Make the tables; the two of ours count what the effects do."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    (settings.VAR_DIR / "housekeeping").touch()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE soak_begun (delivery varchar(200))")
        cursor.execute("CREATE TABLE soak_done (delivery varchar(200) PRIMARY KEY)")


# Workers


def effect(delivery, now):
    """Note that it began; after a while insert the row that may be there once."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO soak_begun VALUES (%s)", [delivery.key])
    time.sleep(random.uniform(0.001, 0.02))
    with transaction.atomic(), connection.cursor() as cursor:
        insert = "INSERT INTO soak_done VALUES (%s) ON CONFLICT DO NOTHING"
        cursor.execute(insert, [delivery.key])


def work():
    """Carry out deliveries for ever, by a faster clock."""
    from django.utils import timezone

    from posts import effects

    effects.KINDS |= {"count": effect, "live": effect}
    timezone.now = faster(timezone.now)
    while True:
        if not effects.tick():
            time.sleep(0.02)


def faster(now):
    """Return a clock that runs SPEED times as fast as `now` since the start."""

    def clock():
        return now() + timedelta(seconds=(time.time() - STARTED) * (SPEED - 1))

    return clock


def supply():
    """Publish articles and plan deliveries for ever, so that there is always something to do."""
    from django.utils import timezone

    from posts.models import Delivery
    from tests.cast import begin

    timezone.now = faster(timezone.now)
    for number in itertools.count():
        begin(now=timezone.now()).publish(None)
        if Delivery.objects.filter(done_at=None).count() < STOCK:
            keys = [f"count:{number}:{part}" for part in range(STOCK)]
            rows = [Delivery(kind="count", key=key, due_at=timezone.now()) for key in keys]
            Delivery.objects.plan(rows)
        time.sleep(0.05)


def kill_workers(kills, chance):
    """Kill workers at random moments; then nothing is missing, and nothing is there twice."""
    supplier, workers = spawn(supply), [spawn(work) for _ in range(WORKERS)]
    try:
        for number in range(kills):
            time.sleep(chance.uniform(0.02, 0.3))
            end(workers[number % WORKERS])
            workers[number % WORKERS] = spawn(work)
        os.kill(supplier, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while (left := ask(count_open)) and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        for child in (supplier, *workers):
            end(child)
    found = ask(compare)
    print(f"殺した回数 {kills}、残り {left}、{found}", flush=True)
    assert left == 0
    assert found["dead"] == found["missing"] == found["unknown"] == found["unplanned"] == 0
    assert found["deliveries"] == found["done"] > kills
    # Only what a dead worker had in hand is done again.
    assert found["repeated"] <= kills


def count_open(say):
    """Say how many deliveries are not done yet."""
    from posts.models import Delivery

    say(Delivery.objects.filter(done_at=None, dead=False).count())


def compare(say):
    """Say how what was planned and what was done differ."""
    from posts.models import Delivery, Edition

    deliveries = set(Delivery.objects.values_list("key", flat=True))
    begun, done = rows("soak_begun"), rows("soak_done")
    editions = {f"live:{pk}" for pk in Edition.objects.values_list("pk", flat=True)}
    say(
        {
            "deliveries": len(deliveries),
            "done": len(done),
            "dead": Delivery.objects.filter(dead=True).count(),
            "missing": len(deliveries - set(done)),
            "unknown": len(set(done) - deliveries),
            "unplanned": len(editions - deliveries),
            "articles": len(editions),
            "repeated": len(begun) - len(set(begun)),
        }
    )


def rows(table):
    """Return the column of one of our two tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT delivery FROM {table}")
        return [key for (key,) in cursor.fetchall()]


# Verbs


def first(post):
    """Return the call that publishes `post`."""
    from tests.cast import minute

    return lambda: post.publish(None, now=minute(1))


def change(post):
    """Return the call that schedules a change to `post`, which is public."""
    from tests.cast import minute, rewrite

    post.publish(None, now=minute(1))
    rewrite(post, "後")
    return lambda: post.publish(None, at=minute(60), now=minute(2))


def cancel(post):
    """Return the call that takes back the scheduled change to `post`."""
    from tests.cast import minute

    change(post)()
    return lambda: post.unschedule(None, now=minute(3))


def withdraw(post):
    """Return the call that takes `post` from the readers, with the change that waits."""
    from tests.cast import minute

    change(post)()
    return lambda: post.unpublish(None, now=minute(3))


def kill_every_verb_at_every_statement():
    """Kill each verb after its first, second, … last statement: all or nothing is there."""
    for verb in (first, change, cancel, withdraw):
        code, pk = run(make, verb, 0)
        assert code == 0
        whole, nothing, seen = ask(state, pk), None, []
        for number in itertools.count(1):
            code, pk = run(make, verb, number)
            if code == 0:
                break
            assert code == -signal.SIGKILL
            nothing = nothing or ask(state, run(make, verb, -1)[1])
            seen.append(ask(state, pk))
        assert nothing != whole
        assert all(found in (nothing, whole) for found in seen), seen
        # What comes behind the commit is killed too.
        made = seen.count(whole)
        print(f"{verb.__name__}: 殺した回数 {len(seen)}、なし {seen.count(nothing)}、全部 {made}")
        assert seen == sorted(seen, key=whole.__eq__)
        assert made and len(seen) - made > 10


def make(say, verb, number):
    """Make a post and call `verb`, dying after statement `number`; 0: living; -1: not at all."""
    from django.db import connection

    from tests.cast import begin

    counter = itertools.count(1)
    post = begin(body="本文です。")

    def die(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if next(counter) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    call = verb(post)
    say(post.pk)
    if number >= 0:
        with connection.execute_wrapper(die):
            call()


def state(say, pk):
    """Say what there is of a post, in words that are the same for every post."""
    from posts.models import Delivery, Post

    post = Post.objects.get(pk=pk)
    editions = list(post.editions.order_by("visible_from"))
    order = {f"live:{edition.pk}": place for place, edition in enumerate(editions)}
    deliveries = Delivery.objects.filter(post=post).order_by("due_at")
    say(
        [
            post.status,
            bool(post.slug),
            list(post.events.order_by("pk").values_list("move", flat=True)),
            [[one.title, one.visible_from, one.visible_until] for one in editions],
            [[order.get(one.key), one.due_at, one.attempts] for one in deliveries],
        ]
    )


# A worker that is told to stop


def stop_a_worker():
    """Tell a worker to stop in the middle of a delivery: it ends behind it, and no other began."""
    ask(plan_three)
    worker = spawn(dawdle)
    while not ask(begun):
        time.sleep(0.05)
    os.kill(worker, signal.SIGTERM)
    _, status = os.waitpid(worker, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    left = ask(outcome)
    print(left)
    assert left == [["slow:0", True, 1, None], *([f"slow:{n}", False, 0, None] for n in (1, 2))]


def plan_three(say):
    """Plan three deliveries that are due."""
    from django.utils import timezone

    from posts.models import Delivery

    Delivery.objects.plan(
        [Delivery(kind="slow", key=f"slow:{n}", due_at=timezone.now()) for n in range(3)]
    )


def dawdle():
    """Run the command `worker`, which takes two seconds over a delivery."""
    from django.core.management import call_command

    from posts import effects

    effects.KINDS["slow"] = lambda delivery, now: time.sleep(2)
    effects.TURN = 60  # what ends the turn is to be the signal
    call_command("worker")


def begun(say):
    """Say whether a delivery has begun."""
    from posts.models import Delivery

    say(Delivery.objects.filter(attempts=1).exists())


def outcome(say):
    """Say how each delivery stands."""
    from posts.models import Delivery

    found = Delivery.objects.order_by("key")
    say([[one.key, bool(one.done_at), one.attempts, one.leased_until] for one in found])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

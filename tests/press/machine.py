"""The machine: after any history every stored page equals one rendered now, byte for byte.

Whatever is done, by a desk or by a process that dies of it, each address that was ever known is
read afterwards over HTTP: from two processes with the store, twice, and from one without it.
"""

import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from django.conf import settings as django
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.cast import minute
from tests.press.app import HOST, Clock, Desk, Web, adjust, die
from tests.press.deaths import DEATHS
from tests.press.http import DECODED, Reader, ask

ALWAYS = ["/", "/page/2/", "/authors/", "/series/", "/archive/", "/feed.xml"]
ALWAYS += ["/sitemap.xml", "/sitemap-2026-04.xml", "/sitemap-pages.xml", "/robots.txt"]
ALWAYS += ["/?utm_source=mail", "/nothing-here/"]
HEARING = 1.0  # seconds in which another host hears of a change, as the design promises
SURELY = timedelta(hours=20)  # no clock steps back further


class Press:
    """All processes, which live as long as the machine runs.

    Attributes:
        webs: two servers with the store; on one host, or on two.
        counts: what was seen, to be told at the end.
    """

    def __init__(self, hosts):
        self.hosts = [django.VAR_DIR / f"host-{number}" for number in range(hosts)]
        self.clock = Clock()
        self.clock.set(minute(0))
        adjust(self.clock)
        for host in self.hosts:
            host.mkdir(parents=True)
        self.bare = [Web(None), Web(None)]
        self.webs = [Web(self.hosts[number % hosts]) for number in range(2)]
        self.desks = [Desk(host) for host in self.hosts]
        self.readers = [Reader(web.port, HOST) for web in (*self.webs, *self.bare)]
        self.counts = dict.fromkeys(["steps", "pages", "answers", "stored"], 0)
        self.counts |= dict.fromkeys(["files", "late", "killed", "refused"], 0)

    def restart(self, number):
        """Kill one of the servers with a store, and start it again."""
        self.webs[number].kill()
        self.readers[number].leave()
        self.webs[number].start()
        self.readers[number].connect()

    def close(self):
        for process in (*self.webs, *self.bare, *self.desks):
            process.process.kill()


press: Press | None = None  # made by whoever runs the machine

# What rules are given

numbers = st.integers(0, 7)
minutes = st.sampled_from([1, 2, 3, 60, 61, 24 * 60, 3 * 24 * 60])
soon = st.none() | minutes
hosts = st.integers(0, 1)
# Mostly a desk does it, and readers ask before, or while it is done; some processes die of it.
ways = st.sampled_from(["calm", "calm", "calm", "busy", "busy", *DEATHS])
words = st.sampled_from(["あ", "い", "うえ", "お<b>", "か&き"])
lists = st.lists(numbers, max_size=2)
fields = st.fixed_dictionaries(
    {"title": words},
    optional={
        "slug": st.sampled_from(["one", "two", "三", "four"]),
        "deck": words,
        "body": words | st.sampled_from(["[リンク](post:one)", "# 見出し\n\n本文。"]),
        "excerpt": words,
        "category": st.none() | numbers,
        "series": st.none() | numbers,
        "series_part": st.none() | st.integers(1, 3),
        "cover": st.none() | numbers,
        "picture": numbers,
        "bylines": lists,
        "tags": lists,
        "days": st.sampled_from([1, 40, 400]),
    },
)
names = st.sampled_from(["新しい名", "別の名", "三つ目", "青木", "政治"])
colours = st.sampled_from(["#b3301a", "#123456", "#ffee00"])
accents = st.just("") | colours
menus = st.lists(st.fixed_dictionaries({"name": words, "address": st.just("/about/")}), max_size=2)
slugs = st.sampled_from(["slug-a", "slug-b", "住所"])
CHANGES = {
    "author": {"name": names, "slug": slugs, "bio": words, "title": words, "yomi": words}
    | {"portrait": st.none() | numbers},
    "category": {"name": names, "slug": slugs, "description": words, "position": numbers}
    | {"parent": st.none() | numbers, "disclosure": words, "accent": accents},
    "media": {"alt": words, "caption": words, "credit": words},
    "series": {"name": names, "slug": slugs, "description": words, "finished": st.booleans()},
    "site": {"name": names, "tagline": words, "publisher": words}
    | {"reading_rate": st.sampled_from([50, 400]), "footer": words, "menu": menus}
    | {"face": st.sampled_from(["mincho", "gothic"]), "accent": colours}
    | {"logo": st.none() | numbers, "lead": st.none() | numbers}
    | {"analytics": st.sampled_from(["", "https://count.example/a.js"])},
    "tag": {"name": names, "slug": slugs, "yomi": words},
}
changes = st.sampled_from(
    [(model, field) for model, found in CHANGES.items() for field in found]
).flatmap(lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), CHANGES[pair[0]][pair[1]]))


class Exactness(RuleBasedStateMachine):
    """Histories of a desk, of its clock and of its processes."""

    @initialize()
    def begin_anew(self):
        press.clock.set(minute(0))
        self.paths, self.known = set(ALWAYS), {}
        self.actor, self.nowhere = press.hosts[0], set()
        press.desks[0].ask("reset")
        self.latest = minute(24 * 60)  # no step back reaches before the first articles
        press.clock.set(self.latest)

    def do(self, way, host, name, /, **arguments):
        """Let somebody do something, a second after what was done before."""
        self.tick()
        host %= len(press.hosts)
        self.actor = press.hosts[host]
        desk = press.desks[host]
        if way in DEATHS:
            press.counts["killed"] += 1
            die(self.actor, way, name, arguments)
            return
        asked = sorted(self.paths) if way == "busy" else []
        for reader in press.readers[:2]:
            reader.send(asked)
        desk.send(name, arguments)
        for reader in press.readers[:2]:
            reader.hear(len(asked))
        press.counts["refused"] += bool(desk.hear())

    def tick(self, step=timedelta(seconds=1)):
        now = max(press.clock.now() + step, self.latest - SURELY)
        self.latest = max(self.latest, now)
        press.clock.set(now)

    # Manuscripts

    @rule(way=ways, host=hosts, kind=st.sampled_from(["article"] * 4 + ["page"]), fields=fields)
    def begin(self, way, host, kind, fields):
        self.do(way, host, "begin", kind=kind, fields=fields)

    @rule(host=hosts, fields=fields)
    def appear(self, host, fields):
        self.do("calm", host, "begin", kind="article", fields=fields)
        self.do("calm", host, "publish", number=-1)

    @rule(way=ways, host=hosts, number=numbers, fields=fields)
    def write(self, way, host, number, fields):
        self.do(way, host, "write", number=number, fields=fields)

    @rule(host=hosts, number=numbers, revision=numbers)
    def restore(self, host, number, revision):
        self.do("calm", host, "restore", number=number, revision=revision)

    @rule(
        way=ways,
        host=hosts,
        number=numbers,
        verb=st.sampled_from(["submit", "approve", "return_", "archive", "revive"]),
    )
    def move(self, way, host, number, verb):
        self.do(way, host, "move", number=number, verb=verb)

    # To the readers

    @rule(
        way=ways,
        host=hosts,
        number=numbers,
        kind=st.sampled_from(["minor", "update", "correction", "addition"]),
        note=words,
        at=soon,
        until=soon,
        revision=st.none() | numbers,
    )
    def publish(self, way, host, **arguments):
        self.do(way, host, "publish", **arguments)

    @rule(way=ways, host=hosts, number=numbers, fields=fields, at=soon)
    def change_and_publish(self, way, host, number, fields, at):
        self.do("calm", host, "write", number=number, fields=fields)
        self.do(way, host, "publish", number=number, at=at)

    @rule(way=ways, host=hosts, first=numbers, second=numbers)
    def publish_both(self, way, host, first, second):
        self.do(way, host, "publish_both", first=first, second=second)

    @rule(way=ways, host=hosts, number=numbers)
    def unschedule(self, way, host, number):
        self.do(way, host, "move", number=number, verb="unschedule")

    @rule(way=ways, host=hosts, number=numbers, at=soon)
    def unpublish(self, way, host, number, at):
        self.do(way, host, "unpublish", number=number, at=at)

    # What articles stand under

    @rule(way=ways, host=hosts, number=numbers, change=changes)
    def change(self, way, host, number, change):
        model, field, value = change
        self.do(way, host, "change", model=model, number=number, field=field, value=value)

    @rule(
        way=ways,
        host=hosts,
        number=numbers,
        model=st.sampled_from(["author", "category", "media", "series", "tag"]),
    )
    def delete(self, way, host, number, model):
        self.do(way, host, "delete", model=model, number=number)

    @rule(
        way=ways,
        host=hosts,
        model=st.sampled_from(["author", "category", "series", "tag"]),
        first=numbers,
        second=numbers,
    )
    def merge(self, way, host, model, first, second):
        self.do(way, host, "merge", model=model, first=first, second=second)

    @rule(
        way=ways,
        host=hosts,
        number=numbers,
        model=st.sampled_from(["author", "category", "series", "tag"]),
        slug=slugs,
    )
    def rename(self, way, host, number, model, slug):
        self.do(way, host, "change", model=model, number=number, field="slug", value=slug)

    @rule(way=ways, host=hosts, number=numbers, step=st.sampled_from([-1, 1]))
    def shift(self, way, host, number, step):
        self.do(way, host, "shift", number=number, step=step)

    @rule(way=ways, host=hosts, number=numbers, parent=st.none() | numbers)
    def put_under(self, way, host, number, parent):
        self.do(way, host, "put_under", number=number, parent=parent)

    @rule(way=ways, host=hosts, number=numbers, fields=fields)
    def import_one(self, way, host, number, fields):
        self.do(way, host, "import_one", number=number, fields=fields)

    @rule(host=hosts, name=st.sampled_from(["rebuild", "tidy", "relate", "recount"]))
    def keep_house(self, host, name):
        self.do("calm", host, name)

    # Time, and processes that die

    @rule(step=minutes.map(lambda number: timedelta(minutes=number)))
    def wait(self, step):
        self.tick(step)

    @rule(step=st.sampled_from([timedelta(microseconds=1), *map(timedelta, (0, 30))]))
    def wait_oddly(self, step):
        self.tick(step)

    @rule(step=st.sampled_from([1, 2, 61, 19 * 60]).map(lambda number: timedelta(minutes=number)))
    def step_back(self, step):
        self.tick(-step)

    @rule(number=hosts, delay=st.sampled_from([0, 0.002, 0.01, 0.03]))
    def kill_a_server(self, number, delay):
        press.readers[number].send(sorted(self.paths))
        time.sleep(delay)
        press.restart(number)

    # What must hold

    @invariant()
    def every_page_is_exact(self):
        started = time.monotonic()
        found = press.desks[0].ask("known")
        self.paths.update(quote(path, "/?=") for path in found)
        paths = sorted(self.paths)
        encoding = ["", "gzip", "br"][press.counts["steps"] % 3]
        # What was nowhere before is asked for again where it is found now, and now and then.
        likely = (
            [path for path in paths if path not in self.nowhere]
            if press.counts["steps"] % 4
            else paths
        )
        asked = [likely, likely, paths[::2], paths[1::2]]
        *stored, some, others = ask(press.readers, asked, accept_encoding=encoding)
        fresh = dict(zip(paths[::2] + paths[1::2], some + others, strict=True))
        self.nowhere = {path for path in paths if fresh[path].status != 200}
        self.compare({path: fresh[path] for path in likely}, stored, started)
        pages = {path: answer for path, answer in fresh.items() if answer.status == 200}
        again = ask(press.readers[:2], [[*pages]] * 2, accept_encoding="" if encoding else "gzip")
        self.compare(pages, again, started)
        if len(press.hosts) == 1:
            self.ask_whether_changed(pages)
            for path, answer in zip(pages, again[press.counts["steps"] % 2], strict=True):
                self.known[path] = answer
        self.note(pages, again)
        self.look_at_files(fresh, started)

    def compare(self, fresh, answers, started):
        """Compare what the stores answered; another host than the actor's may be asked again."""
        for web, reader, found in zip(press.webs, press.readers, answers, strict=False):
            wrong, asked = self.differing(fresh, list(fresh), found), 0.0
            while wrong and web.host != self.actor and asked < HEARING:
                press.counts["late"] += 1
                time.sleep(0.05)
                paths, asked = list(wrong), time.monotonic() - started
                wrong = self.differing(fresh, paths, ask([reader], [paths])[0])
            assert not wrong, "\n".join(wrong.values())

    @staticmethod
    def differing(fresh, paths, found):
        """Return the addresses where a store said another thing than what is right."""
        return {
            path: f"{path}\nright:  {fresh[path].page}\nstored: {answer.page}"
            for path, answer in zip(paths, found, strict=True)
            if answer.page != fresh[path].page
        }

    def ask_whether_changed(self, pages):
        """Ask as a reader who still has a page from before: 304 would leave it there."""
        for path, answer in pages.items():
            known = self.known.get(path)
            if known and known.body != answer.body and "etag" in known.headers:
                for reader in press.readers[:2]:
                    accepted = known.headers.get("content-encoding", "")
                    tag = known.headers["etag"]
                    reader.send([path], accept_encoding=accepted, if_none_match=tag)
                    assert reader.hear(1)[0].status == 200, path

    def note(self, pages, answers):
        """Count what came from the store."""
        found = [answer for answers_of_one in answers for answer in answers_of_one]
        press.counts["steps"] += 1
        press.counts["pages"] += len(pages)
        press.counts["answers"] += len(found)
        press.counts["stored"] += sum("etag" in answer.headers for answer in found)

    def look_at_files(self, fresh, started):
        """Compare the files that a web server in front would hand out by itself."""
        for host in press.hosts:
            wrong = self.wrong_files(host, fresh)
            while wrong and host != self.actor and time.monotonic() - started < HEARING:
                time.sleep(0.05)
                wrong = self.wrong_files(host, fresh)
            assert not wrong, f"These files are wrong: {wrong}"

    @staticmethod
    def wrong_files(host, fresh):
        """Return the addresses whose files a host has and should not have, or not so."""
        tree, wrong = host / "pages" / "files" / HOST, []
        for folder, _, files in os.walk(tree):
            for file in (Path(folder, name) for name in files if not name.startswith(".")):
                encoding = {".gz": "gzip", ".br": "br"}.get(file.suffix, "")
                name = file.relative_to(tree).as_posix()
                name = name.removesuffix(file.suffix) if encoding else name
                path = "/" + quote(name.removesuffix("index.html"))
                with suppress(FileNotFoundError):  # it was taken away meanwhile, as is right
                    body = DECODED[encoding](file.read_bytes())
                    press.counts["files"] += 1
                    if fresh[path].status != 200 or body != fresh[path].body:
                        wrong.append(path)
        return wrong

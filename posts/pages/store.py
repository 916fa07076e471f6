"""The store: finds a page that is still right, keeps one, removes by name.

How it stays right, in the order of the numbers in `counters`:

- A page carries the generation that was read before its first query. It is right while none of its
  names was removed later. It is not kept when one was removed while it was rendered.
- A removal makes the generation odd, lets the transaction commit, removes the names, and makes the
  generation even. Who meets an odd one waits. Who finds it odd and the lock free meets a removal
  whose process died: what it committed is read from the rows of the database.
- Between two boundaries, moments at which an edition begins or ends to be visible, nothing changes
  by itself. Who comes after a boundary first removes what it changed.
- Several hosts share a database but no memory: each hears of removals from their rows, and one that
  heard nothing for a second keeps its store shut.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from django.db import Error as DatabaseError

from .answer import Answers, Headers, encode
from .counters import (
    CODE,
    DOWN,
    GENERATION,
    HEARD,
    HIGHEST,
    SINCE,
    UNTIL,
    Counters,
    microseconds,
    slot_of,
)
from .shelf import Kept, Shelf

NEVER = 2**62  # a boundary that does not come, microseconds
_SECOND = 1_000_000
_DOWN = 15 * _SECOND  # unless it was found to answer again
_DEAF = _SECOND  # a host that heard nothing for so long does not trust its pages
_FORGOTTEN = 60 * 60 * _SECOND  # rows of removals are kept for longer than this
_LAST_GOOD = 24 * 60 * 60 * _SECOND
_MEMORY = 24 * 1024 * 1024  # bytes of pages that one process holds
_MOST = 200_000  # pages on the shelf
_RECALLED = 500  # values that one process remembers between pages
_FLIGHTS = 256
_UNKEPT = 10_000  # addresses
_PATIENCE = 0.3  # seconds that a reader waits for another one's catching up
# Every page is under this name.
SITE = "site"


@dataclass(slots=True)
class Removed:
    """What a transaction changes for readers.

    Attributes:
        names: of what looks different now.
        withdrawn: of what readers may not see any more, not even while the database is down.
        boundaries: moments (µs) at which something begins or ends to be visible.
        rows: the rows in the database that say the same.
    """

    names: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    boundaries: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Say whether anything changes."""
        return bool(self.names or self.withdrawn or self.boundaries or self.rows)

    def add(self, other: "Removed") -> None:
        """Take in what `other` changes."""
        self.names |= other.names
        self.withdrawn |= other.withdrawn
        self.boundaries |= other.boundaries
        self.rows |= other.rows


class Ledger(Protocol):
    """What the store asks the database, each in a query of its own."""

    @property
    def shared(self) -> bool:
        """Whether other hosts may write into the database."""

    def unheard(self, above: int) -> Iterable[int]:
        """Return the rows of removals above an id."""

    def read(self, rows: list[int]) -> Removed:
        """Return what these rows remove."""

    def turn(self, since: int, until: int, now: int) -> tuple[Removed, int, int]:
        """Return what changed by itself, and the interval around `now` in which nothing does.

        Args:
            since: the microsecond from which what readers see is known.
            until: the one up to which it is known.
            now: the present one, which does not lie between them.
        """


@dataclass(slots=True)
class Page:
    """A page in the memory of a process.

    Attributes:
        right: the generation at which it was last known to be right. It is part of the page, so
            that no thread takes the word on one page for a word on another.
    """

    slots: tuple[int, ...]
    answers: Answers
    right: int


@dataclass(slots=True)
class Recalled:
    """What several pages show, in the memory of a process.

    Attributes:
        right: the generation that was read before it was made.
    """

    slots: tuple[int, ...]
    value: Any
    right: int


class Store:
    """The pages of a host, as one process sees them."""

    def __init__(
        self, folder: Path, ledger: Ledger, clock: Callable[[], int] = microseconds
    ) -> None:
        """Open the store in `folder`.

        Args:
            folder: a directory of its own; all processes of the host share it.
            ledger: the way to the database.
            clock: the time of day in µs, as the queries of readers see it.
        """
        self.counters = Counters(folder)
        self.shelf = Shelf(folder)
        self.ledger, self.clock = ledger, clock
        self._shared = ledger.shared
        self._numbers = self.counters.numbers
        self._flights = folder / "flights"
        self._flights.mkdir(exist_ok=True)
        self._pages: dict[str, Page] = {}
        self._recalled: dict[Hashable, Recalled] = {}
        self._unkept: dict[str, int] = {}
        self._size = 0
        self._memory = threading.Lock()
        self._listening = threading.local()

    # Finding

    def at_hand(self, key: str) -> Answers | None:
        """Return what `find` does, where that takes no look at anything but memory."""
        page = self._pages.get(key)
        if page is not None and page.right == self._numbers[GENERATION] and self._in_time():
            return page.answers
        return None

    def _in_time(self, deaf: int = _DEAF) -> bool:
        numbers = self._numbers
        if not numbers[SINCE] <= self.clock() < numbers[UNTIL]:
            return False
        return not self._shared or abs(microseconds() - numbers[HEARD]) < deaf

    def find(self, key: str) -> Answers | None:
        """Return the answers of the page under `key` if there is one and it is right."""
        generation = self.begin()
        if generation is None:
            return None
        page = self._pages.get(key)
        if page is None or self.counters.newest(page.slots) > page.right:
            kept = self.shelf.get(key)
            if kept is None or self.counters.newest(kept.slots) > kept.generation:
                return None
            page = self._remember(key, kept)
        page.right = generation
        return page.answers

    def begin(self) -> int | None:
        """Return the generation for a page that is going to be rendered; None: it cannot be kept.

        Whatever should have been removed by now is removed first.
        """
        generation = self.counters.steady()
        if generation is not None and self._in_time():
            return generation
        return None if self.is_down() or not self.catch_up() else self.counters.steady()

    def is_down(self) -> bool:
        """Say whether the database did not answer, and `listen` was not answered since."""
        asks_anyway = getattr(self._listening, "now", False)
        return not asks_anyway and microseconds() - self._numbers[DOWN] < _DOWN

    def note_down(self) -> None:
        """Note that the database does not answer."""
        self._numbers[DOWN] = microseconds()

    def is_unkept(self, key: str) -> bool:
        """Say whether what was under `key` could not be kept, and nothing changed since."""
        return self._unkept.get(key) == self._numbers[GENERATION]

    def note_unkept(self, key: str, generation: int) -> None:
        """Note that what is under `key` cannot be kept: nobody needs to wait for it.

        Args:
            key: of what was asked for.
            generation: what `begin` gave before it was rendered.
        """
        if len(self._unkept) >= _UNKEPT:
            self._unkept.clear()
        self._unkept[key] = generation

    def last_good(self, key: str) -> Answers | None:
        """Return the page under `key` as it last was, for when the database does not answer.

        Not when it, or something in it, was withdrawn or has come to its end since, and not a
        page that was removed more than a day ago.
        """
        kept = self.shelf.get(key)
        if kept is None or kept.until <= self.clock():
            return None
        if self.counters.withdrawn(kept.slots) > kept.generation:
            return None
        removed = self.counters.newest(kept.slots)
        if removed > kept.generation and microseconds() - removed > _LAST_GOOD:
            return None
        return Answers(kept.headers, kept.bodies, kept.changed)

    def recall[K: Hashable, V](
        self,
        keys: Sequence[K],
        make: Callable[[list[K]], dict[K, V]],
        names: Callable[[V], Iterable[str]],
    ) -> dict[K, V]:
        """Return the values of these keys, from memory where nothing they show was removed since.

        Args:
            keys: of what is wanted.
            make: gives the values of keys, of those that are not remembered; in one go, as it
                reads them from the database, and all of them: nothing that was read before.
            names: gives the names of what a value shows, as a page has them.
        """
        generation = self.begin()
        if generation is None:
            return make([*keys])
        right = self._right_of(keys)
        found = {key: one.value for key, one in right.items()}
        if lacking := [key for key in keys if key not in found]:
            made = make(lacking)
            found |= made
            for key, value in made.items():
                slots = tuple({slot_of(name) for name in (*names(value), SITE)})
                right[key] = Recalled(slots, value, generation)
        with self._memory:  # what was wanted last stands last, and goes last
            for key, one in right.items():
                self._recalled.pop(key, None)
                self._recalled[key] = one
            while len(self._recalled) > _RECALLED:
                del self._recalled[next(iter(self._recalled))]
        return found

    def _right_of[K: Hashable](self, keys: Sequence[K]) -> dict[K, Recalled]:
        """Return those of these keys that are remembered and right."""
        known = {key: self._recalled.get(key) for key in keys}
        newest = self.counters.newest
        return {key: one for key, one in known.items() if one and newest(one.slots) <= one.right}

    # Keeping

    @contextmanager
    def flight(self, key: str) -> Iterator[None]:
        """Let one process and thread at a time render the page under `key`."""
        name = self._flights / str(slot_of(key) % _FLIGHTS)
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def keep(
        self,
        key: str,
        generation: int,
        names: Iterable[str],
        headers: Headers,
        body: bytes,
        *,
        until: int = NEVER,
        path: str | None = None,
    ) -> Answers | None:
        """Keep a page that was rendered and return its answers; None when it is no longer right.

        Args:
            key: of the page.
            generation: what `begin` gave before the first query.
            names: of all that the page shows.
            headers: of the answer, without those of an encoding.
            body: the page.
            until: the microsecond at which something in it ends to be visible.
            path: host and address, for a page that nginx may serve.
        """
        slots = tuple(sorted({slot_of(name) for name in (*names, SITE)}))
        kept = Kept(generation, microseconds() // _SECOND, until, slots, headers, encode(body))
        with self.counters.locked():
            right = self.counters.newest(slots) <= generation and self._same_code()
            if right and self._numbers[GENERATION] & 1 == 0:
                put = self.shelf.put(key, kept, path)
                return self._remember(key, put).answers if put else None
        return None

    def _remember(self, key: str, kept: Kept) -> Page:
        answers = Answers(kept.headers, kept.bodies, kept.changed)
        page = Page(kept.slots, answers, kept.generation)
        with self._memory:
            before = self._pages.pop(key, None)
            self._size += page.answers.size - (before.answers.size if before else 0)
            self._pages[key] = page
            while self._size > _MEMORY and len(self._pages) > 1:
                oldest = next(iter(self._pages))
                self._size -= self._pages.pop(oldest).answers.size
        return page

    # Removing

    @contextmanager
    def removing(self, removed: Removed) -> Iterator[None]:
        """Commit a transaction inside this, and what it changes is removed with it."""
        with self.counters.locked():
            self._mend()
            self.counters.begin(map(slot_of, removed.withdrawn))
            # A row that is not committed is none: SQLite gives its number to another one.
            done = replace(removed, rows=set())
            try:
                yield
                done = removed
                self._numbers[DOWN] = 0
            finally:
                self._remove(done)

    def _remove(self, removed: Removed) -> None:
        """Remove names, under the lock; the generation is odd and becomes even."""
        withdrawn = [slot_of(name) for name in removed.withdrawn]
        slots = [slot_of(name) for name in removed.names] + withdrawn
        self.shelf.take_files(None if slot_of(SITE) in slots else slots)
        if self._numbers[UNTIL]:  # else nobody looked yet which boundary is next
            self._expect(removed.boundaries)
        self.counters.finish(slots, withdrawn)
        # Last: who dies before this leaves rows to whoever mends it, at worst once too often.
        self.counters.apply(removed.rows)

    def _expect(self, boundaries: Iterable[int]) -> None:
        """Narrow the interval in which nothing changes by itself to what lies between these."""
        now, numbers = self.clock(), self._numbers
        for boundary in boundaries:
            if boundary <= now:
                numbers[SINCE] = max(numbers[SINCE], boundary)
            else:
                numbers[UNTIL] = min(numbers[UNTIL], boundary)

    def remove(self, removed: Removed) -> None:
        """Remove what no transaction of this process changes."""
        with self.removing(removed):
            pass

    def catch_up(self, deaf: int = _DEAF) -> bool:
        """Remove what dead processes, other hosts and the time have changed.

        Args:
            deaf: for how many microseconds this host need not have heard of the others.

        Returns:
            False when that cannot be known, as the database does not answer.
        """
        try:
            with self.counters.locked(_PATIENCE):
                self._catch_up(deaf)
        except DatabaseError:
            self.note_down()
            return False
        except TimeoutError:
            return False
        return True

    def listen(self) -> bool:
        """Catch up before a reader comes; a web server in front gets no files while that fails.

        Returns:
            False when it cannot be known whether the pages are right.
        """
        settled = self.counters.steady() is not None and self._in_time(_DEAF // 4)
        self._listening.now = True
        known = settled or self.catch_up(_DEAF // 4)
        self._listening.now = False
        if known:
            self._numbers[DOWN] = 0
        if self.shelf.is_shut() == known:
            with self.counters.locked():
                self.shelf.open() if known else self.shelf.shut()
        return known

    def _catch_up(self, deaf: int) -> None:
        self._mend()
        if self._in_time(deaf):  # another process was faster
            return
        numbers, heard, now = self._numbers, microseconds(), self.clock()
        removed = Removed()
        if self._shared:
            removed = self._unheard()
            if heard - numbers[HEARD] > _FORGOTTEN:  # the rows may be gone
                removed.names.add(SITE)
        since, until = numbers[SINCE], numbers[UNTIL]
        if not since <= now < until:
            changed, since, until = self.ledger.turn(since, until, now)
            removed.add(changed)
        if removed:
            self.counters.begin()
            self._remove(removed)
        # In this order: who dies on the way leaves an interval that holds nothing unknown.
        numbers[SINCE] = max(numbers[SINCE], since)
        numbers[UNTIL] = until
        numbers[SINCE], numbers[HEARD] = since, heard
        self._expect(removed.boundaries)

    def _mend(self) -> None:
        """Under the lock an odd generation means that whoever made it odd has died."""
        if self._numbers[GENERATION] & 1:
            # All of them: SQLite may have given the number of a row that was undone again.
            self._remove(self._rows(lambda row: True))

    def _unheard(self) -> Removed:
        """Return the removals that this host has not done yet, from their rows."""
        return self._rows(lambda row: not self.counters.applied(row))

    def _rows(self, wanted: Callable[[int], bool]) -> Removed:
        rows = list(filter(wanted, self.ledger.unheard(self._numbers[HIGHEST])))
        return self.ledger.read(rows) if rows else Removed()

    def forget(self) -> int:
        """Delete the pages that will not be handed out again, and the oldest of too many.

        Returns:
            How many.
        """
        before = microseconds() - _LAST_GOOD
        useless = []
        for number, (key, generation, slots) in enumerate(self.shelf.ages()):
            if number >= _MOST or generation < self.counters.newest(slots) < before:
                useless.append(key)
        with self.counters.locked():
            return self.shelf.drop(useless)

    # What the pages are made by

    def made_by(self, code: int) -> None:
        """Remove every page that another version of the program made.

        Args:
            code: a number that stands for the program, its templates and settings.
        """
        self._code = code
        with self.counters.locked():
            self._mend()
            if self._numbers[CODE] != code:
                self._numbers[CODE] = code
                self.counters.begin()
                self._remove(Removed(withdrawn={SITE}))

    _code = 0

    def _same_code(self) -> bool:
        return self._numbers[CODE] == self._code

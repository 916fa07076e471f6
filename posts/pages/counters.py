"""What is still right: numbers in memory that all processes of a host share.

Generations are even numbers that grow, moments in microseconds where the clock allows. Each name
has a slot with the generation of its last removal; names that share a slot are removed together,
which costs a rendering and is never wrong. Reading takes no lock: the generation is odd while a
removal is under way (a seqlock).
"""

import fcntl
import mmap
import os
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

# Where the single numbers are.
GENERATION, SINCE, UNTIL, HEARD, HIGHEST, CODE, DOWN = range(7)
_SLOTS = 65_536
_REMOVED, _WITHDRAWN, _APPLIED = (64 + part * _SLOTS for part in range(3))
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_SIZE = 8 * (64 + 3 * _SLOTS)


def microseconds() -> int:
    """Return the time of day, in microseconds since 1970."""
    return time.time_ns() // 1000


def in_microseconds(moment: datetime) -> int:
    """Return an aware moment in microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """Return the aware moment that is so many microseconds after 1970."""
    return _EPOCH + microseconds * _MICROSECOND


class Counters:
    """The numbers of one host, in a file that every process maps.

    Attributes:
        numbers: the file as 64-bit numbers; an item is read and written at once.
    """

    def __init__(self, folder: Path) -> None:
        """Map the file in `folder`, made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = folder / "lock"
        with (folder / "counters").open("a+b") as file:
            if os.fstat(file.fileno()).st_size < _SIZE:
                os.ftruncate(file.fileno(), _SIZE)
            self.numbers = memoryview(mmap.mmap(file.fileno(), _SIZE)).cast("Q")

    @contextmanager
    def locked(self, patience: float | None = None) -> Iterator[None]:
        """Keep every other process and thread of this host out; the kernel frees it at a death.

        Args:
            patience: seconds to wait; None waits until it is free. Raises TimeoutError.
        """
        file = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(file, patience)
            yield
        finally:
            os.close(file)

    def steady(self, patience: float = 0.1) -> int | None:
        """Return the generation once no removal is under way; None when one takes too long.

        Args:
            patience: seconds to wait.
        """
        numbers = self.numbers
        if not (generation := numbers[GENERATION]) & 1:
            return generation
        end = time.monotonic() + patience
        while (generation := numbers[GENERATION]) & 1:
            if time.monotonic() > end:
                return None
            time.sleep(0.0005)
        return generation

    def newest(self, slots: Iterable[int]) -> int:
        """Return the generation of the last removal of any of these slots."""
        numbers = self.numbers
        return max((numbers[_REMOVED + slot] for slot in slots), default=0)

    def withdrawn(self, slots: Iterable[int]) -> int:
        """Return the generation at which something under these slots was last withdrawn."""
        numbers = self.numbers
        return max((numbers[_WITHDRAWN + slot] for slot in slots), default=0)

    def begin(self, withdrawn: Iterable[int] = ()) -> None:
        """Say that a removal is under way; under the lock.

        Args:
            withdrawn: slots of what readers may see no more, even if the removal's process dies
                and the rows of the database cannot be read.
        """
        self.numbers[GENERATION] |= 1
        for slot in withdrawn:
            self.numbers[_WITHDRAWN + slot] = self.numbers[GENERATION]

    def finish(self, removed: Iterable[int], withdrawn: Iterable[int]) -> None:
        """Remove these slots, and say that the removal is done; under the lock."""
        numbers = self.numbers
        generation = max((numbers[GENERATION] | 1) + 1, microseconds() & ~1)
        for slot in removed:
            numbers[_REMOVED + slot] = generation
        for slot in withdrawn:
            numbers[_REMOVED + slot] = numbers[_WITHDRAWN + slot] = generation
        # Last: who sees the new generation sees the slots too.
        numbers[GENERATION] = generation

    def applied(self, row: int) -> bool:
        """Return whether the removal of this row of the database was done on this host."""
        return self.numbers[_APPLIED + row % _SLOTS] == row

    def apply(self, rows: Iterable[int]) -> None:
        """Note that the removals of these rows are done on this host."""
        for row in rows:
            self.numbers[_APPLIED + row % _SLOTS] = row
            self.numbers[HIGHEST] = max(self.numbers[HIGHEST], row)


def slot_of(name: str) -> int:
    """Return the slot of a name."""
    return crc32(name.encode()) % _SLOTS


def pack(slots: Iterable[int]) -> bytes:
    """Return the slots as bytes, two for each."""
    numbers = list(slots)
    return struct.pack(f"<{len(numbers)}H", *numbers)


def unpack(packed: bytes) -> tuple[int, ...]:
    """Return the slots that were packed."""
    return struct.unpack(f"<{len(packed) // 2}H", packed)


def _lock(file: int, patience: float | None) -> None:
    if patience is None:
        fcntl.flock(file, fcntl.LOCK_EX)
        return
    end = time.monotonic() + patience
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.001)

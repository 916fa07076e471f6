"""Tell the operator how far a long work has come: a line a second, with rate and time left."""

import time
from collections.abc import Callable

from posts.backup import Stage

_MEGABYTE = 1_000_000


class Telling:
    """Writes lines for a `posts.backup.Progress`."""

    def __init__(self, write: Callable[[str], object]) -> None:
        """Take what writes a line."""
        self._write = write
        self._stage: Stage | None = None
        self._began = self._shown = time.monotonic()

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Write where `stage` is, if the last line is a second old."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._shown = stage, now, now
        if now - self._shown < 1:
            return
        self._shown = now
        rate = done / max(now - self._began, 0.001)
        left = f"　残り約 {(total - done) / rate:.0f} 秒" if total > done and rate else ""
        if stage == Stage.PAGES:
            self._write(f"{stage}　{done}/{total}　毎秒 {rate:.1f}{left}")
            return
        of = f"/{megabytes(total)}" if total else ""
        self._write(f"{stage}　{megabytes(done)}{of}　毎秒 {megabytes(int(rate))}{left}")


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / _MEGABYTE:,.1f} MB"

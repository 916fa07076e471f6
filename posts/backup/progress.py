"""How far a long work has come."""

from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """A part of the work, as the operator is told of it."""

    CHECK = "バックアップの確認"
    DATABASE = "データベース"
    FILES = "画像"
    VERIFY = "画像の確認"
    PAGES = "ページ"


# Called with the stage, how much is done, and of how much (0: not known); pages are counted, all
# else is in bytes.
Progress = Callable[[Stage, int, int], None]


class Counter:
    """Adds up what is done of a stage, and tells the sum."""

    def __init__(self, progress: Progress, stage: Stage, total: int) -> None:
        """Begin at nothing."""
        self._progress, self._stage, self._total = progress, stage, total
        self._done = 0

    def add(self, piece: int) -> None:
        """Tell that `piece` more is done."""
        self._done += piece
        self._progress(self._stage, self._done, self._total)

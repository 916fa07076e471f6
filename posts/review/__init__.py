"""Reading a revision to remark on it: for the desk, and for a reader with a link.

Not among the readers' views: what is read here is a manuscript, which no public page may know.
"""

from .reader import reader, selected
from .reading import MOST_COMMENTS, Page, Part, Reading, Thread, Typed, show

__all__ = [
    "MOST_COMMENTS",
    "Page",
    "Part",
    "Reading",
    "Thread",
    "Typed",
    "reader",
    "selected",
    "show",
]

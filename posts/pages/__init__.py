"""Finished public pages: kept once rendered, handed out before Django, removed by name.

A page is kept under the names of what it shows (`post:12`, `list:tag:3`). A verb removes names; a
page that shows any of them is rendered anew for its next reader. Every file of this package says
which part it has: the counters say what is still right, the shelf holds the pages, an answer is
what one reader gets of a page, the store puts them together, and the front stands before Django.
"""

from .counters import in_microseconds, moment_of
from .front import FOR_EVER, Application, Front, declare, recall, recall_one, remembers
from .keeper import Keeper
from .store import NEVER, SITE, Ledger, Removed, Store

__all__ = [
    "FOR_EVER",
    "NEVER",
    "SITE",
    "Application",
    "Front",
    "Keeper",
    "Ledger",
    "Removed",
    "Store",
    "declare",
    "in_microseconds",
    "moment_of",
    "recall",
    "recall_one",
    "remembers",
]

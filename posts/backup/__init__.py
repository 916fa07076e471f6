"""Backups: made while the desk goes on working, and given back into an empty place.

A backup is a folder: the database as it was at one moment, the files that it names, and a manifest
that says what there has to be, down to the hashes of some rendered pages. `making` writes it,
`restoring` brings it back and compares; the other files of this package each know one kind of
thing in it.
"""

from .making import Made, make
from .manifest import Manifest, Refused
from .progress import Progress, Stage
from .restoring import Restored, restore

__all__ = [
    "Made",
    "Manifest",
    "Progress",
    "Refused",
    "Restored",
    "Stage",
    "make",
    "restore",
]

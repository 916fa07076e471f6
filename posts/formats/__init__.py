"""Readers of foreign files: bytes in, Records out. No Django, no settings, no database."""

from .errors import Refused
from .jekyll import parse
from .names import is_article, source_key
from .prepare import Prepared, Read, read_all
from .record import Image, Json, Record
from .sources import Entry, Source, open_source

__all__ = [
    "Entry",
    "Image",
    "Json",
    "Prepared",
    "Read",
    "Record",
    "Refused",
    "Source",
    "is_article",
    "open_source",
    "parse",
    "read_all",
    "source_key",
]

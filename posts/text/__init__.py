"""Pure functions on text: no Django, no settings, no database, no clock.

Outsiders import from here; within the package each module imports the ones it stands on.
"""

from .characters import clean, xml_safe
from .diff import Change, Fold, Run, diff, fold_equal
from .folding import fold
from .graphemes import count_graphemes, graphemes
from .headings import Heading
from .headlines import break_headings, headline
from .links import Link, Linked, post_slugs
from .markdown import Excerpt, Rendered, render, render_inline
from .merge import Conflict, Merged, has_marks, merge
from .phrases import phrases
from .pictures import Picture, image_sources
from .reading import count_characters, reading_minutes
from .readings import index_heading, sort_key
from .sanitise import absolute, sanitise
from .sentences import shorten, split_sentences
from .slugs import canonical_slug, is_slug, slugify
from .titles import drop_repeated_title
from .warnings import broken_links, hints, problems

__all__ = [
    "Change",
    "Conflict",
    "Excerpt",
    "Fold",
    "Heading",
    "Link",
    "Linked",
    "Merged",
    "Picture",
    "Rendered",
    "Run",
    "absolute",
    "broken_links",
    "break_headings",
    "canonical_slug",
    "clean",
    "count_characters",
    "count_graphemes",
    "diff",
    "drop_repeated_title",
    "fold",
    "fold_equal",
    "graphemes",
    "has_marks",
    "headline",
    "hints",
    "image_sources",
    "index_heading",
    "is_slug",
    "merge",
    "phrases",
    "post_slugs",
    "problems",
    "reading_minutes",
    "render",
    "render_inline",
    "sanitise",
    "shorten",
    "slugify",
    "sort_key",
    "split_sentences",
    "xml_safe",
]

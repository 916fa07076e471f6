"""Pure functions on text: no Django, no settings, no database, no clock.

Outsiders import from here; within the package each module imports the ones it stands on.
"""

from .anchors import LONGEST, Anchor, Span, anchor, locate, select
from .characters import clean, xml_safe
from .compare.diff import Change, Fold, Run, diff, fold_equal
from .compare.merge import Conflict, Merged, has_marks, merge
from .graphemes import count_graphemes, graphemes
from .hints import hints
from .html.beside import beside
from .html.headings import Heading
from .html.headlines import break_headings, broken_title, link_headings
from .html.links import Link, Linked, post_slugs
from .html.nodes import Node
from .html.passages import Passage, mark, passages, whole_text
from .html.pictures import Picture, image_sources
from .html.sanitise import absolute, sanitise
from .html.scrolling import reachable
from .html.spoken import spoken
from .html.vertical import upright
from .measures import count_characters, reading_minutes
from .names.collation import index_heading, sort_key
from .names.folding import fold
from .names.pairs import pairs, pairs_from, pairs_within
from .names.slugs import canonical_slug, is_slug, slugify
from .names.titles import drop_repeated_title
from .phrases import phrases
from .rendering import Excerpt, Rendered, render, render_inline
from .sentences import shorten, split_sentences
from .warnings import broken_links, misread, problems, without_alt

__all__ = [
    "LONGEST",
    "Anchor",
    "Change",
    "Conflict",
    "Excerpt",
    "Fold",
    "Heading",
    "Link",
    "Linked",
    "Merged",
    "Node",
    "Passage",
    "Picture",
    "Rendered",
    "Run",
    "Span",
    "absolute",
    "anchor",
    "beside",
    "broken_links",
    "break_headings",
    "broken_title",
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
    "hints",
    "image_sources",
    "index_heading",
    "is_slug",
    "locate",
    "mark",
    "link_headings",
    "merge",
    "misread",
    "passages",
    "pairs",
    "pairs_from",
    "pairs_within",
    "phrases",
    "post_slugs",
    "problems",
    "reachable",
    "reading_minutes",
    "render",
    "render_inline",
    "sanitise",
    "select",
    "shorten",
    "slugify",
    "sort_key",
    "split_sentences",
    "spoken",
    "whole_text",
    "upright",
    "xml_safe",
    "without_alt",
]

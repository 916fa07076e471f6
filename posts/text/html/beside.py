"""Notes beside the text, on pages that are wide enough: for pages only.

The list of notes stays where it is, at the end; the style sheet anchors each note to its first mark
and below the note before it. Nothing on a page waits for what is placed so: hence this counts lines
first, and notes that would reach below the text stay at its end.
"""

import re
from itertools import pairwise
from math import ceil

_NOTE = re.compile(r'<li id="fn:([\w-]+)">')
_MARK = r'<sup id="fnref:{}">'
_END = "</section>"
# What is no run of sentences keeps its place: its height is hard to tell.
_BLOCK = re.compile(r"<(?:pre|table|ul|ol|dl|figure|img|blockquote|div|details|h\d)\b")
_MARKUP = re.compile(r"<rt[^<>]*>[^<]*</rt>|<[^<>]*>")
_WIDE = re.compile(r"[\u2e80-\ud7a3\uf900-\ufaff\uff00-\uff60]")
# In rem: the height of a line and what it holds, at the least, of the text, and at the most of a
# note in the narrowest column; the gap between notes, and what is free below the text.
_LINE, _HOLDS = 1.8, 38
_NOTE_LINE, _NOTE_HOLDS = 1.35, 11
_GAP, _FREE = 1.35, 7.0


def beside(html: str) -> str:
    """Return the HTML of a page whose notes may stand beside their marks, if there is room."""
    text, start, notes = html.rpartition('<section class="footnote"')
    names = _NOTE.findall(notes)
    if not names or not notes.rstrip().endswith(_END) or not _fit(text, notes, names):
        return html
    for number, name in enumerate(names, start=1):
        anchor = f'data-beside="--note-{number}">'
        mark = _MARK.format(name)
        text = text.replace(mark, f"{mark[:-1]} {anchor}")
        notes = notes.replace(f'<li id="fn:{name}">', f'<li id="fn:{name}" {anchor}')
    return text + start.replace("footnote", "footnote beside") + notes


def _fit(text: str, notes: str, names: list[str]) -> bool:
    """Say whether each note, with those below it, ends before what comes after the text."""
    places = [text.find(_MARK.format(name)) for name in names]
    bodies = _NOTE.split(notes)[2::2]
    if min(places) < 0 or places != sorted(places) or _BLOCK.search("".join(bodies)):
        return False
    pieces = [text[start:end] for start, end in pairwise([*places, len(text)])]
    after = below = 0.0
    for piece, body in zip(reversed(pieces), reversed(bodies), strict=True):
        after += _at_least(piece)
        below += _at_most(body)
        if below > after + _FREE:
            return False
    return True


def _at_least(piece: str) -> float:
    words = _MARKUP.sub("", piece)
    wide = len(_WIDE.findall(words))
    return (wide + (len(words) - wide) / 2) / _HOLDS * _LINE


def _at_most(body: str) -> float:
    further = max(0, body.count("<p>") - 1)  # paragraphs, each with a line that is not full
    length = len(_MARKUP.sub("", body).strip())
    return (ceil(length / _NOTE_HOLDS) + further) * _NOTE_LINE + _GAP

"""Ruby in every notation in use, and 圏点."""

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from posts.text.characters import HAN, KANA
from posts.text.graphemes import graphemes

# With ヶ, which is read as a word, and the selectors of variants (葛󠄀).
_BASE = f"{HAN}ヶ\ufe00-\ufe0f\U000e0100-\U000e01ef"
_READING = f"{KANA}ー・ 　"
_PLAIN = r"《》｜\\\n\x02\x03"
# ｜base《reading》 (青空文庫). The bar says that 《》 is no book title, so any reading will do.
_WIDE_BAR = rf"｜([^{_PLAIN}]{{1,50}})《"
_BARRED = rf"(?<!\\){_WIDE_BAR}([^{_PLAIN}]{{1,50}})》"
# |base《kana》 (カクヨム). A narrow bar may mean anything else, so only kana will do.
_NARROW_BAR = rf"\|([^{_PLAIN}|{{}}\s]{{1,50}})《"
_NARROW = rf"(?<!\\){_NARROW_BAR}([{_READING}]{{1,50}})》"
# Han straight before 《kana》; other 《》 are real brackets, and so are those of an escaped bar.
_BARE = rf"([{_BASE}]{{1,50}})《([{_READING}]{{1,50}})》|\\(?:{_WIDE_BAR}|{_NARROW_BAR})"
# {base|reading} and {東京|とう|きょう} (でんでんマークダウン); a table needs \| for the bar.
_BAR = r"\\?\|"
_PART = r"[^{}|\\\n\x02\x03]{1,50}"
# Not Liquid's {{ x | filter }} and {% … %}.
_BRACED = rf"(?<![\\{{])\{{(?![%\s])({_PART})((?:{_BAR}{_PART}){{1,50}})(?<![%\s])\}}(?!\}})"
# 圏点 (カクヨム).
DOTTED = r"(?<!\\)《《((?:[^《》]|《[^《》\n]{1,50}》){1,200}?)》》"

RUBY = {"ruby_barred": _BARRED, "ruby_narrow": _NARROW, "ruby_bare": _BARE, "ruby_braced": _BRACED}


class Ruby(InlineProcessor):
    """A reading over its base, or a reading over each of its characters."""

    def handleMatch(  # type: ignore[override]  # as the base class of this style does
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int, int]:
        """Return the ruby that was found, and where; None to go on behind what is none."""
        if m[1] is None:  # an escaped bar
            return None, m.start(), m.end()
        base, readings = m[1], [part for part in re.split(_BAR, m[2]) if part]
        characters = graphemes(base)
        parts = characters if len(characters) == len(readings) > 1 else [base]
        if len(parts) != len(readings):
            readings = ["".join(readings)]
        return _ruby(parts, readings), m.start(), m.end()


def _ruby(parts: list[str], readings: list[str]) -> Element:
    """Return the ruby element; rp shows brackets where ruby is unknown (feeds, plain text)."""
    ruby = Element("ruby")
    ruby.text = AtomicString(parts[0])
    for index, reading in enumerate(readings):
        texts = (("rp", "（"), ("rt", reading.strip()), ("rp", "）"))
        for name, text in texts:
            SubElement(ruby, name).text = AtomicString(text)
        if index + 1 < len(parts):
            ruby[-1].tail = AtomicString(parts[index + 1])
    return ruby


class Dotted(InlineProcessor):
    """圏点 over a passage, in which other notation is read."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Return the passage that was found, and where."""
        dotted = Element("em", {"class": "kenten"})
        dotted.text = m[1]
        return dotted, m.start(), m.end()

"""Characters: which a text may hold, what XML can carry, and which of them are Japanese."""

import re
import unicodedata

# For the brackets of regular expressions.
# 々〆〇〻 of "CJK Symbols and Punctuation"; "CJK Unified Ideographs" with extension A; "CJK
# Compatibility Ideographs"; planes 2 and 3, where all further extensions are.
HAN = "\u3005-\u3007\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# The letters of "Hiragana", "Katakana" and "Katakana Phonetic Extensions": without ー, ・ and the
# voiced marks, which stand beside other letters too.
KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff"
# Letters and punctuation: besides the above, the rest of "CJK Symbols and Punctuation" (without
# its space) and of the kana, and "Halfwidth and Fullwidth Forms" as far as Japanese uses them.
JAPANESE = f"\u3001-\u30ff\u31f0-\u31ff{HAN}\uff01-\uff9f"

# C0 (without tab and newline), DEL and C1, surrogates, the byte order mark, and the code points
# that Unicode will never assign ("noncharacters": U+FDD0..FDEF and the last two of each plane).
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_FORBIDDEN = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff{_NONCHARACTERS}]", re.UNICODE
)
_RETURNS = re.compile("\r\n?")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# macOS hands over file names and pasted text with the voiced marks apart from their kana.
_VOICED = re.compile("[\u3040-\u30ff][\u3099\u309a]")


def clean(text: str) -> tuple[str, int]:
    """Remove what no text may hold, and leave everything else as it was typed.

    Line ends become LF and U+3099/U+309A are composed onto their kana. NFC over the whole text
    would rewrite names (U+FA19 神 becomes U+795E), so nothing else is normalised. Idempotent.

    Args:
        text: what a person typed, pasted or imported.

    Returns:
        The text, and how many characters were removed (line ends are not counted).
    """
    text, removed = _FORBIDDEN.subn("", _RETURNS.sub("\n", text))
    return _VOICED.sub(_compose, text), removed


def _compose(pair: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", pair[0])


def xml_safe(text: str) -> str:
    """Return the text without the characters that XML 1.0 forbids.

    Source: XML 1.0 (fifth edition), production 2 ``Char``. One forbidden character makes a whole
    feed unreadable, so this guards every place that writes XML.
    """
    return _NOT_XML.sub("", text)

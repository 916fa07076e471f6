"""Bare addresses in a sentence: where they end, and how they are shown.

Japanese sets no space behind an address: it ends before the first character that is not ASCII.
"""

import re
import unicodedata
from urllib.parse import quote

# RFC 3986 without what Markdown and prose need: quotes, backquote, bars, braces, caret.
BARE = r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
_HOST = re.compile(r"https?://[A-Za-z0-9\[]", re.IGNORECASE)
_TRAILING = ".,:;!?'*_~"
_PAIRS = {")": "(", "]": "["}
_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
# What an address may hold as it is (RFC 3986), and "%" for what is encoded already.
_ADDRESS = "!#$%&'()*+,/:;=?@[]~"


def bare_address(text: str) -> str:
    """Return the address that a run of its characters begins with, or "" if none does.

    Marks that end a sentence and brackets that close one opened before it do not belong to it.
    """
    surplus = {closing: text.count(closing) - text.count(_PAIRS[closing]) for closing in _PAIRS}
    end = len(text)
    while end:
        last = text[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return text[:end] if _HOST.match(text[:end]) else ""


def encode_address(address: str) -> str:
    """Percent-encode what an address may not hold; what is encoded already stays."""
    return quote(address, safe=_ADDRESS, errors="replace")


def readable(address: str) -> str:
    """Return the address with encoded letters shown as letters, for reading only."""
    return _ENCODED.sub(_letters, address)


def _letters(encoded: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(encoded[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return encoded[0]
    shown = all(unicodedata.category(char)[0] in "LMN" or char in "・、。「」（）" for char in text)
    return text if shown else encoded[0]

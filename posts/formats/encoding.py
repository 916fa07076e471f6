"""From the bytes of a file to text that is safe to keep."""

import codecs
import io
import re

from .errors import Refused

MAX_BYTES = 2 * 1024 * 1024
MAX_LINE = 1024 * 1024

# Everything a feed or a database cannot carry: C0 without tab and newline, DEL, C1, surrogates
# and the two non-characters that XML 1.0 forbids.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_UTF16_STARTS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"-\0-\0-\0", b"\0-\0-\0-")
_UTF32_STARTS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decode(data: bytes) -> str:
    """Return the text of a UTF-8 file, without its mark and with newlines as line feeds.

    Raises Refused for any other encoding, which it names, and past the limits of size: 2 MB a
    file, 1 MB a line.
    """
    _check_size(data)
    if data.startswith(_UTF32_STARTS) or data.startswith(_UTF16_STARTS) or _is_jis(data):
        raise _foreign(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _foreign(data, error.start) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> tuple[str, int]:
    """Return the text without control characters, and how many were removed."""
    return _CONTROL.subn("", text)


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        size = len(data) / 1024 / 1024
        raise Refused(f"ファイルが大きすぎます（{size:.1f} MB）。", hint="1 記事は 2 MB までです。")
    for number, line in enumerate(io.BytesIO(data), start=1):
        if len(line) > MAX_LINE:
            raise Refused(
                "1 行が 1 MB を超えています。",
                hint="記事のファイルかどうか確かめてください。",
                line=number,
            )


def _foreign(data: bytes, position: int = 0) -> Refused:
    name = _guess(data)
    if name:
        return Refused(f"{name} のようです。", hint="UTF-8 で保存し直してください。")
    return Refused(
        "UTF-8 として読めない文字があります。",
        hint="元のファイルを UTF-8 で保存し直してください。",
        line=data.count(b"\n", 0, position) + 1,
    )


def _guess(data: bytes) -> str:
    """Name the encoding by trial; "" where none fits or where it is UTF-8 with a flaw."""
    if data.startswith(_UTF32_STARTS):
        return "UTF-32"
    if data.startswith(_UTF16_STARTS):
        return "UTF-16"
    if _is_jis(data):
        return "ISO-2022-JP（JIS）"
    if _is_mostly_utf8(data):
        return ""
    # EUC-JP first: its bytes often pass as half-width kana of Shift_JIS, seldom the reverse.
    for codec, name in (("euc_jp", "EUC-JP"), ("cp932", "Shift_JIS")):
        if _decodes(data, codec):
            return name
    return ""


def _is_jis(data: bytes) -> bool:
    return (b"\x1b$B" in data or b"\x1b$@" in data) and _decodes(data, "iso2022_jp")


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    flaws = text.count("\ufffd")
    return sum(char > "\x7f" for char in text) - flaws > 4 * flaws


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True

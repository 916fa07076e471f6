"""Hints on Markdown as typed: habits from word processors and other systems, and slips.

Sentences in Japanese, for the desk. Nothing here changes a text: its writer may have meant it so.
Source of the list: what Japanese writers bring along from Word, note and Zenn.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import batched

from .budget import TooComplexError
from .characters import HAN, KANA
from .html.urls import BARE
from .markdown.fences import read_fence
from .markdown.layout import interrupts, without_markers
from .markdown.prose import read_prose

_SHOWN = 3  # lines that a sentence names
_LETTER = f"{HAN}{KANA}ー"
# "[^1]: 注", at the start of a line or an item, is a note; any other "[^1]" is a mark of it.
_NOTE = re.compile(
    r"(?P<start>^[ \t]*+(?:(?:[-*+]|\d{1,3}[.)])[ \t]++)*+)?"
    r"(?<!\\)\[\^(?P<label>[^\[\]\n]{1,200})\](?(start)(?P<colon>[:：])?)",
    re.MULTILINE,
)
_BARE = re.compile(BARE)
# A letter that goes on with an address, not with the sentence.
_GOES_ON = re.compile(f"(?!から|まで|より|など|参照|以下|経由|[等をにではがのともへや])[{_LETTER}]")
_STRONG = re.compile(r"(?<![\\*])\*\*(?!\*)")
_UNDERSCORES = re.compile(
    r"https?://[^\s*<>]+|(?P<slip>"
    rf"(?<=[{_LETTER}])_(?![_\s])[^_]{{1,40}}(?<!\s)_(?![_0-9A-Za-z])"
    rf"|(?<![_0-9A-Za-z\\])_(?![_\s])[^_]{{1,40}}(?<!\s)_(?=[{_LETTER}]))"
)
_TAGS = r"[#＃][^\s#＃]+(?:[ \u3000]+[#＃][^\s#＃]+)+[ \u3000]*$"


def hints(source: str) -> tuple[str, ...]:
    """Return which lines of this Markdown may not say what their writer meant; () for none.

    Args:
        source: Markdown as typed.

    Returns:
        A sentence for each kind of slip, the one that comes first at the beginning.
    """
    try:
        text = read_prose(source)
    except TooComplexError:
        return ()  # the page shows it as typed, which is a problem and no slip
    slips = [(_lines(text, find(text)), advice) for find, advice in _SLIPS]
    slips = sorted((slip for slip in slips if slip[0]), key=lambda slip: slip[0][0])
    return tuple(f"{_places(numbers)}：{advice}" for numbers, advice in slips)


def _lines(text: str, positions: Iterable[int]) -> list[int]:
    """Return the numbers of the lines that hold these positions, which ascend."""
    numbers = [1]
    seen = 0
    for position in positions:
        numbers.append(numbers[-1] + text.count("\n", seen, position))
        seen = position
    return list(dict.fromkeys(numbers[1:]))


def _places(numbers: list[int]) -> str:
    rest = len(numbers) - _SHOWN
    shown = "・".join(map(str, numbers[:_SHOWN]))
    return f"{shown}行目" + (f"ほか{rest}か所" if rest > 0 else "")


# Each kind of slip is found by a function, which returns where in a text it is.

_Find = Callable[[str], Iterable[int]]


def _each(pattern: str) -> _Find:
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda text: (match.start() for match in compiled.finditer(text))


def _at_the_start(pattern: str) -> _Find:
    return _each(f"^[ \t\u3000]*+(?:{pattern})")


def _unclosed_fences(text: str) -> Iterator[int]:
    position = 0
    for line in text.split("\n"):
        opening = read_fence(without_markers(line)) if "```" in line or "~~~" in line else None
        if opening and "~" not in opening[1]:
            yield position
        position += len(line) + 1


def _marks_without_note(text: str) -> Iterator[int]:
    marks, notes = _marks_and_notes(text)
    labels = {note["label"] for note in notes}
    return (mark.start("label") for mark in marks if mark["label"] not in labels)


def _notes_without_mark(text: str) -> Iterator[int]:
    marks, notes = _marks_and_notes(text)
    labels = {mark["label"] for mark in marks}
    notes = [note for note in notes if note["colon"] == ":"]
    return (note.start("label") for note in notes if note["label"] not in labels)


def _marks_and_notes(text: str) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
    found = list(_NOTE.finditer(text)) if "[^" in text else []
    return [it for it in found if not it["colon"]], [it for it in found if it["colon"]]


def _cut_addresses(text: str) -> Iterator[int]:
    for address in _BARE.finditer(text):
        if address[0][-1] in "/=_-" and _GOES_ON.match(text, address.end()):
            yield address.start()


def _spaced_strong(text: str) -> Iterator[int]:
    for start, paragraph in _paragraphs(text) if "**" in text else ():
        marks = [mark.start() for mark in _STRONG.finditer(paragraph)]
        if len(marks) % 2 == 0:  # one too many: nobody knows which belong together
            for opening, closing in batched(marks, 2, strict=True):
                inside = paragraph[opening + 2 : closing]
                if inside.strip() and inside != inside.strip():
                    yield start + opening


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs, and the items of lists, and where each of them begins."""
    start = end = 0
    for line in text.split("\n"):
        if not line or interrupts(line.lstrip(" \t")):
            yield start, text[start:end]
            start = end
        end += len(line) + 1
    yield start, text[start:]


def _underscored(text: str) -> Iterator[int]:
    return (match.start() for match in _UNDERSCORES.finditer(text) if match["slip"])


_SLIPS: tuple[tuple[_Find, str], ...] = (
    (
        _at_the_start(_TAGS),
        "「#」で始まるタグは、本文の文字になります。タグは本文ではなく「タグ」の欄に入れてください。",
    ),
    (
        _at_the_start(rf"(?!{_TAGS})＃(?!＃*$)"),
        "行頭の「＃」が全角です。見出しにするなら、半角の「#」に直してください。",
    ),
    (
        _at_the_start("＊(?!＊|[＊ \u3000]*$)"),
        "行頭の「＊」が全角です。箇条書きにするなら、「- 項目」と半角で書いてください。",
    ),
    (
        _at_the_start("・(?!・|[・ \u3000]*$)"),
        "行頭の「・」は箇条書きになりません。「- 項目」と書くと箇条書きになります。",
    ),
    (
        _at_the_start(r"(?:[０-９]{1,3}[．.）)]|[0-9]{1,3}．)(?![0-9０-９])"),
        "行頭の番号が全角です。番号つきの箇条書きにするなら、「1. 項目」と半角で書いてください。",
    ),
    (_at_the_start("＞"), "行頭の「＞」が全角です。引用にするなら、半角の「>」に直してください。"),
    (
        _at_the_start(f"-[\u3000「『（{_LETTER}]"),
        "行頭の「-」のうしろに半角の空白がありません。「- 項目」と書くと箇条書きになります。",
    ),
    (
        _each(r"^ {0,3}\u3000[ \u3000]*(?:[-*+]|[0-9]{1,3}[.)]) +(?![-*+ ]*$)\S"),
        "箇条書きの字下げが全角の空白なので、箇条書きになりません。字下げを取るか、半角の空白に直してください。",
    ),
    (
        _unclosed_fences,
        "コードの始まり（「```」など）に、終わりがありません。コードの次の行に、同じ記号だけを書いてください。",
    ),
    (
        _at_the_start(r"\[\^[^\[\]\n]+\]："),
        "注の「：」が全角なので、注になりません。「[^1]: 注の文」と半角の「:」で書いてください。",
    ),
    (
        _marks_without_note,
        "注の印「[^…]」に、注の文がありません。「[^1]: 注の文」の行を、同じ名前で書いてください。",
    ),
    (
        _notes_without_mark,
        "この注を指す印が、本文にありません。注をつけるところに、同じ名前で「[^1]」と書いてください。",
    ),
    (
        _each(r"(?<!\\)!\[[^\[\]\n]*\]\([ \t]*\)"),
        "画像の住所がありません。「![説明](画像の住所)」と、括弧のなかに書いてください。",
    ),
    (
        _each(r"(?<!\\)<post:[^<>\s]*>"),
        "「<post:…>」はリンクになりません。「[](post:スラッグ)」と書くと、記事の題がリンクになります。",
    ),
    (
        _cut_addresses,
        "住所のリンクが、日本語の手前で切れます。「[文字](https://…)」と書くか、住所を「<」と「>」で囲んでください。",
    ),
    (
        _spaced_strong,
        "「**」のすぐ内側に空白があるので、強調になりません。「**強調**」と詰めて書いてください。",
    ),
    (
        _underscored,
        "「_」は日本語の文字のとなりでは強調になりません。「**強調**」か「*強調*」と書いてください。",
    ),
)

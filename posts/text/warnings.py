"""What an editor should look at: what readers would stumble over, and marks that are not ours.

Sentences in Japanese, for the desk. Nothing here changes a text: its writer may have meant it so.
"""

import re
from collections.abc import Iterable, Iterator

from .rendering import Rendered

_SHOWN = 3  # pieces of text, slugs or lines that a sentence names

_LETTER = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NOT_PROSE = re.compile(r"`+[^`]*`+|https?://\S+")
_UNDERSCORES = re.compile(
    rf"(?<=[{_LETTER}])_(?![_\s])[^_]{{1,40}}(?<!\s)_(?![_0-9A-Za-z])"
    rf"|(?<![_0-9A-Za-z\\])_(?![_\s])[^_]{{1,40}}(?<!\s)_(?=[{_LETTER}])"
)
# Each a habit from word processors and other systems, and what it takes here.
_AT_THE_START = (
    ("＃(?!＃*$)", "行頭の「＃」が全角です。見出しにするなら、半角の「#」に直してください。"),
    ("＊(?!＊)", "行頭の「＊」が全角です。箇条書きにするなら、「- 項目」と半角で書いてください。"),
    ("・(?!・)", "行頭の「・」は箇条書きになりません。「- 項目」と書くと箇条書きになります。"),
    (
        r"(?:[０-９]{1,3}[．.）)]|[0-9]{1,3}．)(?![0-9０-９])",
        "行頭の番号が全角です。番号つきの箇条書きにするなら、「1. 項目」と半角で書いてください。",
    ),
    ("＞", "行頭の「＞」が全角です。引用にするなら、半角の「>」に直してください。"),
    (
        f"-[\u3000「『（{_LETTER}]",
        "行頭の「-」のうしろに半角の空白がありません。「- 項目」と書くと箇条書きになります。",
    ),
)
_STARTS = [(re.compile(f"[ \u3000]{{0,3}}(?:{mark})"), advice) for mark, advice in _AT_THE_START]
_SPACED = "「**」のすぐ内側に空白があるので、強調になりません。「**強調**」と詰めて書いてください。"
_UNDERSCORED = (
    "「_」は日本語の文字のとなりでは強調になりません。「**強調**」か「*強調*」と書いてください。"
)


def problems(rendered: Rendered) -> tuple[str, ...]:
    """Return what readers of this body would stumble over, a sentence each; () for nothing."""
    if rendered.as_typed:
        return (
            "本文を Markdown として読み切れなかったため、書いたままの文字で表示します。"
            "記号の入れ子や、閉じていない括弧の並びを減らしてください。",
        )
    found = []
    if rendered.broken:
        found.append(broken_links(rendered.broken))
    if rendered.left_over:
        named = _some([f"「{surroundings}」" for surroundings in rendered.left_over])
        found.append(
            f"本文に「**」がそのまま残っています：{named}。"
            "強調にするなら、「**」の内側の空白を取り、前後の数をそろえてください。"
            "「**」の字を出すのなら、「\\*\\*」と書いてください。"
        )
    return tuple(found)


def broken_links(slugs: Iterable[str]) -> str:
    """Return the sentence on links to articles that are not there, by the slugs they name."""
    named = _some([f"post:{slug}" for slug in slugs])
    return (
        f"本文のリンク先が見つかりません：{named}。読者には、リンクのない文字として見えます。"
        "つづりを確かめてください。まだ公開していない記事なら、そちらを先に公開してください。"
    )


def _some(words: list[str]) -> str:
    rest = len(words) - _SHOWN
    return "、".join(words[:_SHOWN]) + (f"、ほか{rest}か所" if rest > 0 else "")


def hints(source: str) -> tuple[str, ...]:
    """Return which lines of this Markdown may not say what their writer meant; () for none.

    Args:
        source: Markdown as typed.

    Returns:
        A sentence for each kind of slip, the one that comes first at the beginning. Source of the
        list: what Japanese writers bring along from Word, note and Zenn.
    """
    lines_of: dict[str, list[int]] = {}
    for number, line in _written_lines(source):
        for advice in _advice(line):
            lines_of.setdefault(advice, []).append(number)
    return tuple(f"{_places(numbers)}：{advice}" for advice, numbers in lines_of.items())


def _written_lines(source: str) -> Iterator[tuple[int, str]]:
    """Yield the numbers and lines outside code, without the code and addresses within."""
    fence = ""
    for number, line in enumerate(source.split("\n"), start=1):
        mark = _FENCE.match(line)
        if fence:
            closes = mark and mark[1].startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if closes else fence
        elif mark:
            fence = mark[1]
        elif not line.startswith(("    ", "\t")):
            yield number, _NOT_PROSE.sub(" ", line)


def _advice(line: str) -> Iterator[str]:
    for mark, advice in _STARTS:
        if mark.match(line):
            yield advice
    if _is_spaced(line.split("**")):
        yield _SPACED
    if _UNDERSCORES.search(line):
        yield _UNDERSCORED


def _is_spaced(parts: list[str]) -> bool:
    """Say whether a pair of ``**`` has a space right inside; an odd one belongs to another line."""
    if len(parts) % 2 == 0 or any(part.startswith("*") for part in parts):
        return False
    return any(part.strip() and part != part.strip() for part in parts[1::2])


def _places(numbers: Iterable[int]) -> str:
    numbers = list(numbers)
    rest = len(numbers) - _SHOWN
    shown = "・".join(map(str, numbers[:_SHOWN]))
    return f"{shown}行目" + (f"ほか{rest}か所" if rest > 0 else "")

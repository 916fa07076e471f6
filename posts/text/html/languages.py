"""`lang` on what is surely not Japanese, so that it is spoken and drawn as its own language.

Sure are: Hangul; characters without kana beside them, some of which only Chinese has; sentences in
Latin letters, by their small words. A product's name or a single word is none of these.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, product

from .nodes import BLOCKS, VOID, Node, Tag, closes, opens, words

_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
_WORD = f"[{_LETTER}0-9][{_LETTER}0-9'’-]*"
_BETWEEN = '[,;:.!?)”’"]{0,3}(?:[ \n]+|[—–…/]+)[(“‘"]{0,3}'
# Not from within a word, so that a long one is looked at once.
_LATIN = re.compile(
    rf"(?<![{_LETTER}0-9'’-])[{_LETTER}][{_LETTER}0-9'’-]*(?:{_BETWEEN}{_WORD}){{3,}}[.!?]?"
)
_HANGUL = "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"
_KOREAN = re.compile(rf"[{_HANGUL}]+(?:[ ,.!?·~0-9-]{{1,9}}[{_HANGUL}]+)*[.!?]?")
_HINT = re.compile(rf"[{_HANGUL}]|[{_LETTER}0-9'’-]{_BETWEEN}[{_LETTER}0-9]")
_HAN = "\u3400-\u9fff"
_CHINESE = re.compile(rf"[{_HAN}]+(?:[，。、！？：；“”‘’…—·0-9 ]{{1,9}}[{_HAN}]+)*[。！？]?")
# Small words that hardly another of these languages has, let alone Japanese product names.
_SMALL = {
    "en": words("the and of to that with this are from not which they their what when your it's"),
    "fr": words("le les des est et une dans que qui pour avec sur pas du ce il elle nous vous"),
    "de": words("der die das und nicht ist ein eine mit für von zu den dem sich auf auch wir"),
    "es": words("el los las que una por con para del está como pero más su y"),
}
# In so many words, one of them tells enough; in fewer two are needed.
_MANY = 7
# What only Chinese says, also in the characters that Japanese has.
_PARTICLES = frozenset("這們你妳您嗎吧呢沒麼很啦")
_APART = words("code kbd pre rp rt samp")


def languages(text: str) -> list[tuple[str, str]]:
    """Return the text in pieces, each with its language, which is "" where it is not sure."""
    pieces, begin = [], 0
    for start, end, language in sorted(_found(text)):
        pieces += [(text[begin:start], ""), (text[start:end], language)]
        begin = end
    return [piece for piece in [*pieces, (text[begin:], "")] if piece[0]]


def set_languages(nodes: list[Node]) -> list[Node]:
    """Return the nodes with `lang` on whole blocks, and on spans around what stands in others.

    Not in code and readings, and not where the writer said the language.
    """
    text = "".join(node for node in nodes if isinstance(node, str))
    return list(_set(nodes)) if _may_be(text) else nodes


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _KOREAN.finditer(text):
        yield *match.span(), "ko"
    if _simplified().intersection(text) or _PARTICLES.intersection(text):
        for match in _CHINESE.finditer(text):
            if language := _chinese(match[0]):
                yield *match.span(), language
    for match in _LATIN.finditer(text):
        if language := _latin(match[0]):
            yield *match.span(), language


def _may_be(text: str) -> bool:
    """Say whether it is worth looking closer; most articles are Japanese throughout."""
    return bool(_HINT.search(text) or (_simplified() | _PARTICLES).intersection(text))


def _latin(run: str) -> str:
    """Return the language of a run of Latin words, "" in doubt."""
    found = re.findall(f"[{_LETTER}'’]+", run.lower().replace("’", "'"))
    scores = {language: len(small.intersection(found)) for language, small in _SMALL.items()}
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    sure = scores[best] > 2 * scores[second]
    return best if sure and scores[best] >= (1 if len(found) >= _MANY else 2) else ""


def _chinese(run: str) -> str:
    """Return the kind of Chinese that a run without kana is, "" in doubt."""
    signs = {char for char in run if "\u3400" <= char <= "\u9fff"}
    if len(signs & _simplified()) > 1 and all(_has("gb2312", char) for char in signs):
        return "zh-Hans"
    if len(signs & _PARTICLES) > 1 and all(_has("big5", char) for char in signs):
        return "zh-Hant"
    return ""


@cache
def _simplified() -> frozenset[str]:
    """Return the characters of simplified Chinese that Japanese has not, JIS X 0213 included."""
    known = bytes(chain.from_iterable(product(range(0xB0, 0xF8), range(0xA1, 0xFF))))
    signs = known.decode("gb2312", "ignore")
    japanese = signs.encode("euc_jis_2004", "ignore").decode("euc_jis_2004")
    return frozenset(signs).difference(japanese)


def _has(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _set(nodes: list[Node]) -> Iterator[Node]:
    apart: list[bool] = []  # for each open element
    for index, node in enumerate(nodes):
        if isinstance(node, str):
            yield from [node] if any(apart) else _spans(node)
            continue
        if language := _of_block(nodes, index):
            node.attributes["lang"] = language
        if node.closing and apart:
            apart.pop()
        elif not node.closing and node.name not in VOID:
            apart.append(node.name in _APART or "lang" in node.attributes)
        yield node


def _spans(text: str) -> Iterator[Node]:
    for piece, language in languages(text):
        if language:
            yield from (Tag("span", {"lang": language}), piece, Tag("span", closing=True))
        else:
            yield piece


def _of_block(nodes: list[Node], start: int) -> str:
    """Return the language of all that a block holds, if it begins at `start` and holds none."""
    block = nodes[start]
    if not opens(block, *BLOCKS) or opens(block, *_APART) or "lang" in _attributes(block):
        return ""
    held, depth = [], 0
    for index in range(start + 1, len(nodes)):
        node = nodes[index]
        if isinstance(node, str):
            held.append("" if depth else node)
        elif node.name in BLOCKS:
            return _whole("".join(held)) if closes(node, _name(block)) else ""
        elif node.name in _APART:
            depth += -1 if node.closing else 1
        elif "lang" in node.attributes:
            return ""
    return ""


def _whole(text: str) -> str:
    pieces = languages(text)
    found = {language for _, language in pieces if language}
    alone = not any(char.isalpha() for piece, language in pieces if not language for char in piece)
    return found.pop() if len(found) == 1 and alone else ""


def _attributes(node: Node) -> dict[str, str]:
    return node.attributes if isinstance(node, Tag) else {}


def _name(node: Node) -> str:
    return node.name if isinstance(node, Tag) else ""

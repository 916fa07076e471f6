"""The allow-list: the only HTML that an article may hold. There is no second list.

What a writer typed is never trusted. nh3 parses as a browser does, keeps what is listed here and
drops the rest; a script element goes with its content. Every opening here is an opening for
attacks too: add the input that would abuse it to the tests when adding one.
"""

import re
from collections import Counter
from functools import lru_cache

import nh3

from posts.text.budget import TooComplexError

from .embeds import FRAME
from .nodes import VOID, words

_PHRASING = words(
    "abbr b bdi br cite code del dfn em i ins kbd mark q rb rp rt ruby s samp small span strong"
    " sub sup time u var wbr"
)
_TAGS = _PHRASING | words(
    "a blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr"
    " img li ol p pre section summary table tbody td tfoot th thead tr ul"
)
_DROPPED_WITH_CONTENT = words(
    "iframe math noembed noframes noscript object script style svg template xmp"
)
_ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang"},
    "a": {"data-frame", "href", "rel", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"alt", "height", "src", "title", "width"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_VALUES = {
    "div": {"role": {"note", "region"}, "tabindex": {"0"}, "aria-label": {"表"}},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "span": {"role": {"img"}, "aria-label": {"完了", "未完了"}},
}
_SCHEMES = {"http", "https", "mailto", "tel"}

_CLASSES = words(
    "alert align-center align-left align-right code codehilite credit embed footnote"
    " footnote-backref footnote-ref kenten link-card message message-title more table-scroll task"
    " task-box tcy warn"
)
# Pygments marks tokens by classes of one to three characters.
_TOKEN_CLASS = re.compile(r"[a-z]{1,3}[0-9]?")
_RELATIONS = words("author external license nofollow noopener noreferrer sponsored tag ugc")
_ID = re.compile(r"[\w.:-]{1,200}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_SAFE_ADDRESS = re.compile(r"https?://|/(?![/\\])|#", re.IGNORECASE)
_NUMBERS = frozenset({"colspan", "height", "rowspan", "span", "start", "value", "width"})

_UPRIGHT = re.compile(r'<span class="tcy">([0-9!?]{1,2})</span>')
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z0-9]{1,32});)")
# The parser's time grows with the square of the depth (10,000 nested lists take a second) and of
# the ampersands in one text that begin no character reference (300,000 take a second).
_DEEPEST = 1_000
_MOST_AMPERSANDS = 200_000
# And with the lines and references of one text: each is put behind those before it.
_MOST_PUT_TOGETHER = 100_000_000_000  # lines and references times characters
_MOST_PASSES = 10


def _classes(tag: str, value: str) -> str | None:
    kept = [
        name
        for name in value.split()
        if name in _CLASSES or (tag == "span" and _TOKEN_CLASS.fullmatch(name))
    ]
    return " ".join(kept) or None


def _relations(value: str) -> str | None:
    return " ".join(name for name in value.split() if name in _RELATIONS) or None


_PATTERNS = {"data-frame": FRAME, "id": _ID, "lang": _LANGUAGE} | dict.fromkeys(_NUMBERS, _NUMBER)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that this attribute may keep, or None to drop it."""
    if name == "class":
        return _classes(tag, value)
    if name == "rel":
        return _relations(value)
    if name == "cite":  # nh3 checks the scheme of href and src only
        return value if _SAFE_ADDRESS.match(value) else None
    pattern = _PATTERNS.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


def _cleaner(
    schemes: set[str] = _SCHEMES,
    base: str | None = None,
    attributes: dict[str, set[str]] = _ATTRIBUTES,
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=attributes,
        attribute_filter=_attribute,
        tag_attribute_values=_VALUES,
        url_schemes=schemes,
        url_relative=("rewrite_with_base", base) if base is not None else "pass_through",
        link_rel=None,
    )


_ARTICLE = _cleaner()
_DRAFT = _cleaner(_SCHEMES | {"post"})
_INLINE = nh3.Cleaner(
    tags=_PHRASING,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={"abbr": {"title"}, "em": {"class"}, "span": {"class"}, "*": {"lang"}},
    attribute_filter=_attribute,
    link_rel=None,
)


def sanitise(html: str) -> str:
    """Return the HTML with only what the allow-list lets through, well-formed.

    Sanitising twice is sanitising once.

    Raises:
        TooComplexError: elements are nested deeper than any article nests them, or so wrongly
            that cleaning them does not come to an end.
    """
    _check_texts(html)
    _check_cost(html)
    # A heading in a heading and the like come apart one layer at a time.
    for _ in range(_MOST_PASSES):
        before, html = html, _ARTICLE.clean(html)
        if html == before:
            return html
    raise TooComplexError


def sanitise_draft(html: str) -> str:
    """Return the HTML as ``sanitise`` does, where ``post:slug`` may still be an address.

    Raises:
        TooComplexError: as ``sanitise``.
    """
    _check_texts(html)
    _check_cost(html)
    return _DRAFT.clean(html)


def sanitise_inline(html: str) -> str:
    """Return the HTML with only phrasing elements: no blocks, no links, no images.

    Raises:
        TooComplexError: as ``sanitise``.
    """
    _check_texts(html)
    _check_cost(html)
    return _INLINE.clean(html)


def _check_cost(html: str) -> None:
    if len(_BARE_AMPERSAND.findall(html)) > _MOST_AMPERSANDS:
        raise TooComplexError
    depth, opened = 0, Counter[str]()
    for closing, name in _ANY_TAG.findall(html.lower()):
        if closing and opened[name]:
            opened[name] -= 1
            depth -= 1
        elif not closing and name not in VOID:
            opened[name] += 1
            depth += 1
            if depth > _DEEPEST:
                raise TooComplexError


def _check_texts(html: str) -> None:
    for text in html.split("<"):
        references = text.count("&")
        length = len(text) - 4 * references  # what they stand for is shorter
        if (text.count("\n") + references) * length > _MOST_PUT_TOGETHER:
            raise TooComplexError


def absolute(html: str, base: str) -> str:
    """Return the HTML for feeds and e-mail: addresses absolute, nothing that only a page needs.

    Args:
        html: rendered body HTML.
        base: the absolute address of the page that the HTML is on.

    Raises:
        ValueError: ``base`` is not an absolute address.
        TooComplexError: as ``sanitise``.
    """
    _check_cost(html)
    return _absolute_cleaner(base).clean(_UPRIGHT.sub(r"\1", html))


@lru_cache(maxsize=32)
def _absolute_cleaner(base: str) -> nh3.Cleaner:
    return _cleaner(base=base, attributes=_ATTRIBUTES | {"a": {"href", "rel", "title"}})

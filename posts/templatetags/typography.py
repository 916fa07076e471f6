"""Where the lines of titles may break."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from posts import text

register = template.Library()

# 「…」は: `word-break: keep-all` still breaks behind a closing bracket (CSS Text 4, 5.2).
_CLOSED = re.compile(r"(\w?[」』）】〕〉》]+\w)")


@register.simple_tag
def phrases(title: str) -> SafeString:
    """Return `title` with a <wbr> between its phrases, for `word-break: keep-all`.

    A large title then breaks after a particle, as a person would set it. Stored text, feeds
    and <title> have no <wbr>.
    """
    first, *rest = _counted(text.phrases(title)) or [""]
    following = format_html_join("", "<wbr>{}", ((_held(phrase),) for phrase in rest))
    return format_html("{}{}", _held(first), following)


def _counted(found: tuple[str, ...]) -> list[str]:
    """Return the phrases with each number joined to what it counts: 1, 時間に."""
    joined: list[str] = []
    for phrase in found:
        if joined and joined[-1][-1:].isdigit():
            joined[-1] += phrase
        else:
            joined.append(phrase)
    return joined


def _held(phrase: str) -> SafeString:
    """Return `phrase` with what may not part from a closing bracket held together."""
    pieces = enumerate(_CLOSED.split(phrase))
    marked = ((format_html('<span class="hold">{}</span>', p) if i % 2 else p,) for i, p in pieces)
    return format_html_join("", "{}", marked)

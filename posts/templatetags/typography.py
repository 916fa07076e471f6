"""Where the lines of titles and headings may break."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from posts import text

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=4096)
def phrases(title: str) -> SafeString:
    """Return `title` with a <wbr> between its phrases, for `word-break: keep-all`.

    A large title then breaks after a particle, as a person would set it. Stored text, feeds
    and <title> have no <wbr>.
    """
    first, *rest = text.headline(title) or [()]
    following = format_html_join("", "<wbr>{}", ((_held(pieces),) for pieces in rest))
    return format_html("{}{}", _held(first), following)


def _held(pieces: tuple[str, ...]) -> SafeString:
    """Return a phrase with what may not part from a closing bracket held together."""
    marked = (
        (format_html('<span class="hold">{}</span>', piece) if index % 2 else piece,)
        for index, piece in enumerate(pieces)
    )
    return format_html_join("", "{}", marked)


@register.filter(is_safe=True)
def break_headings(html: str) -> str:
    """Return the rendered `html` with <wbr> in its headings; it stays as safe as it came."""
    return text.break_headings(html)


@register.filter(is_safe=True)
def link_headings(html: str) -> str:
    """Return the rendered `html` with a link in each heading; it stays as safe as it came."""
    return text.link_headings(html)


@register.filter(is_safe=True)
def upright(html: str) -> str:
    """Return rendered `html` for vertical lines, short numbers upright; as safe as it came."""
    return text.upright(html)


@register.filter(is_safe=True)
def reachable(html: str) -> str:
    """Return the rendered `html` with what scrolls open to the keyboard; as safe as it came."""
    return text.reachable(html)

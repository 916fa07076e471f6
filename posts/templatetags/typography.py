"""Where the lines of titles and headings may break."""

from datetime import datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from posts import text

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=4096)
def phrases(title: str) -> SafeString:
    """Return `title` with a <wbr> between its phrases, and `lang` on what is foreign in it.

    With `word-break: keep-all` it breaks after a particle, as a person would set it. Stored text,
    feeds and <title> have no <wbr>.
    """
    return format_html_join("", "{}", ((_written(node),) for node in text.broken_title(title)))


def _written(node: text.Node) -> str:
    """Return text, or one of the few tags that a title has, to be put into HTML."""
    if isinstance(node, str):
        return node
    if node.closing:
        return format_html("</{}>", node.name)
    for name, value in node.attributes.items():
        return format_html('<{} {}="{}">', node.name, name, value)
    return format_html("<{}>", node.name)


@register.simple_tag
@lru_cache(maxsize=8192)
def day(moment: datetime) -> SafeString:
    """Return the day of `moment` (aware) in Japan, as people read it and as programs do."""
    local = timezone.localtime(moment)
    written = f"{local.year}年{local.month}月{local.day}日"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), written)


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


@register.filter(is_safe=True)
def spoken(html: str) -> str:
    """Return the rendered `html` as a screen reader should read it; as safe as it came."""
    return text.spoken(html)


@register.filter(is_safe=True)
def beside(html: str, vertical: object = None) -> str:
    """Return the rendered `html` with notes that may stand beside its lines; as safe as it came."""
    return html if vertical else text.beside(html)

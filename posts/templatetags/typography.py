"""Where lines of titles may break."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from posts import text

register = template.Library()


@register.simple_tag
def phrases(title: str) -> SafeString:
    """Return `title` with a <wbr> between its phrases, for `word-break: keep-all`.

    A large title then breaks after a particle, as a person would set it, also in
    browsers without `word-break: auto-phrase`. Stored text and <title> have no <wbr>.
    """
    first, *rest = text.phrases(title) or ("",)
    following = format_html_join("", "<wbr>{}", ((phrase,) for phrase in rest))
    return format_html("{}{}", first, following)

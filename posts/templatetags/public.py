"""What the pages for readers need beside Django's own filters."""

from django import template

from posts import models

register = template.Library()


@register.filter
def absolute(path: str) -> str:
    """Return the absolute address of `path`; og:image takes no other."""
    return models.absolute(path)


@register.filter
def role(value: str) -> str:
    """Return what readers call the role `value` of a byline; unknown ones as they are."""
    return str(dict(models.Byline.Part.choices).get(value, value))

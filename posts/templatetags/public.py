"""What the pages for readers need beside Django's own filters."""

from datetime import datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string

from posts import models

register = template.Library()


@register.simple_tag
def address(view: str, *arguments: str | int) -> str:
    """Return the address of what a view shows; `url` looks for it anew each time."""
    return models.address(view, *arguments)


@register.simple_tag
@lru_cache(maxsize=4096)
def signer(author: models.reading.Signer) -> str:
    """Return an author's row in the index of all; those who stay the same are written once."""
    return render_to_string("posts/_signer.html", {"author": author})


@register.filter
def absolute(path: str) -> str:
    """Return the absolute address of `path`; og:image takes no other."""
    return models.absolute(path)


@register.filter
@lru_cache(maxsize=8192)
def iso(moment: datetime) -> str:
    """Return an aware `moment` in Japan's time as programs read it (RFC 3339)."""
    return moment.astimezone(models.JST).isoformat()


@register.filter
def role(value: str) -> str:
    """Return what readers call the role `value` of a byline; unknown ones as they are."""
    return str(dict(models.Byline.Part.choices).get(value, value))

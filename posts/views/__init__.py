"""What readers see. Every query begins with `public()`; no view touches a manuscript."""

from .articles import article, article_page
from .elsewhere import elsewhere, not_found
from .lists import (
    all_series,
    archive,
    author,
    authors,
    category,
    first_page,
    home,
    month,
    series,
    tag,
)
from .machines import healthz, media, readyz, robots, speculation

__all__ = [
    "all_series",
    "archive",
    "article",
    "article_page",
    "author",
    "authors",
    "category",
    "elsewhere",
    "first_page",
    "healthz",
    "home",
    "media",
    "month",
    "not_found",
    "readyz",
    "robots",
    "series",
    "speculation",
    "tag",
]

"""The desk: Django's admin with the rules of the table of moves."""

from posts.admin import audit, checks, media, people, post, redirects, site, taxonomy

__all__ = ["audit", "checks", "media", "people", "post", "redirects", "site", "taxonomy"]

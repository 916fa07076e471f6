"""The desk: Django's admin with the rules of the table of moves."""

from posts.admin import accounts, audit, checks, media, post, site, taxonomy

__all__ = ["accounts", "audit", "checks", "media", "post", "site", "taxonomy"]

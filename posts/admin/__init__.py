"""The desk: Django's admin with the rules of the table of moves."""

from posts.admin import accounts, media, post, site, taxonomy

__all__ = ["accounts", "media", "post", "site", "taxonomy"]

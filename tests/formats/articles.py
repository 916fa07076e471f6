"""Small Jekyll files for the tests of the formats."""

from zoneinfo import ZoneInfo

from posts.formats import jekyll

TOKYO = ZoneInfo("Asia/Tokyo")
NAME = "_posts/2024-01-02-x.md"


def source(front="", body="本文。\n"):
    """Return the bytes of an article with a title and some lines of front matter."""
    return f"---\ntitle: 題名\n{front}\n---\n{body}".encode()


def read(front="", *, name=NAME, zone=TOKYO, body="本文。\n", draft=False):
    """Return the record of such an article."""
    return jekyll.parse(name, source(front, body), zone=zone, draft=draft)

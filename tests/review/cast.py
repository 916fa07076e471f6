"""What the tests of reviews share: a manuscript to remark on, and what a reader sends."""

from django.utils import timezone

from posts.review import Reading
from tests.cast import begin

BODY = """川沿いの町では、時計の針を三分だけ進めておく習慣がある。

それでも針は**進んだまま**だ。

## 見出し

最後の段落です。"""


def manuscript(by=None, **fields):
    """Return a manuscript of four passages, with a lead."""
    return begin(by, title="時計の町", body=BODY, deck="針の話。", **fields)


def on(post, key, quote="", near=0):
    """Return what `post.remark` takes to be on a passage, or on what is quoted of it."""
    field, anchor = Reading(post, post.head, timezone.now()).place(key, quote, near)
    return {"field": field, "on": anchor}


def page(post, comments=None):
    """Return the newest revision laid out with its comments."""
    reading = Reading(post, post.head, timezone.now())
    return reading.lay(post.comments.all() if comments is None else comments)

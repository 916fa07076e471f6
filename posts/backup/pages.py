"""Some public pages, rendered as a reader without a session gets them at a given moment."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from posts.models import Author, Category, Edition, Series, Tag, address, as_of

from .manifest import Seen
from .progress import Counter

MOST = 100
_FIXED = ("home", "archive", "authors", "all-series", "feed", "sitemap", "robots")
_OF_EACH = 8  # categories, tags, authors, series
_NEWEST = 20


def addresses(moment: datetime) -> list[str]:
    """Return up to 100 addresses: lists and feeds, the newest articles, and some of all ages."""
    fixed = (address(name) for name in _FIXED)
    found = chain(fixed, _lists(), _articles(moment))
    return list(islice(dict.fromkeys(found), MOST))


def _lists() -> Iterator[str]:
    for model in (Category, Tag, Author, Series):
        for one in model._default_manager.filter(merged_into=None).order_by("-pk")[:_OF_EACH]:
            yield one.get_absolute_url()


def _articles(moment: datetime) -> Iterator[str]:
    ids = list(Edition.objects.public(moment).order_by("-pk").values_list("pk", flat=True))
    chosen = ids[:_NEWEST] + ids[_NEWEST :: max(1, len(ids) // MOST)]
    found = Edition.objects.only("kind", "slug").in_bulk(chosen)
    return (found[pk].get_absolute_url() for pk in chosen)


def render(paths: Iterable[str], moment: datetime, counter: Counter) -> dict[str, Seen]:
    """Return what a reader gets at each of the addresses at `moment`."""
    application = WSGIHandler()
    seen: dict[str, Seen] = {}
    with as_of(moment):
        for path in paths:
            seen[path] = _get(application, path)
            counter.add(1)
    return seen


def _get(application: WSGIHandler, path: str) -> Seen:
    site = urlsplit(settings.SITE_URL)
    environ: dict[str, Any] = {
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "REMOTE_ADDR": "127.0.0.1",
    }
    setup_testing_defaults(environ)
    # Not closed: the end of a request is where Django lets go of a connection in a transaction.
    response = application.get_response(WSGIRequest(environ))
    body = b"".join(response)
    return Seen(response.status_code, hashlib.sha256(body).hexdigest())

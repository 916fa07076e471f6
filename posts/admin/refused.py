"""What is sent to the desk and refused, for the log.

A verb that refuses leaves nothing behind, so it is noted where the answer leaves the desk. What is
not there is logged like what is forbidden: both answer alike.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from posts.models import Event, roles

NO = {403, 404}


@contextmanager
def logged(request: HttpRequest) -> Iterator[Callable[[Any], Any]]:
    """Log what `request` sends if it is refused; call what is given with the answer."""

    def answered(response: Any) -> Any:
        if response.status_code in NO:
            _log(request)
        return response

    try:
        yield answered
    except (Http404, PermissionDenied):
        _log(request)
        raise


def _log(request: HttpRequest) -> None:
    match: Any = request.resolver_match
    if request.method == "POST" and roles(request.user) and match and match.url_name:
        Event.refuse(request.user, request.path.replace("\0", ""), _manuscript(match))


def _manuscript(match: Any) -> int | None:
    """Return the number of the manuscript that an address names: who may not see it sees no log."""
    named = str(match.kwargs.get("pk") or match.kwargs.get("object_id") or "")
    ours = match.url_name.startswith("posts_post_") and named.isdecimal() and len(named) < 19
    return int(named) if ours else None

"""What a reader would get at an address: asked of the views themselves, without a browser."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from posts.formats.addresses import plain_path
from posts.models import absolute

from .elsewhere import not_found

HOPS = 10
# What answers before, or besides, the pages of readers.
OTHERS = ("/admin/", "/media/", "/static/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is at an address: its path, the status, and where it leads; 0 is not asked."""

    path: str
    status: int
    location: str = ""


def answer(path: str, *, redirects: bool = True) -> Answer:
    """Return what readers get at `path` (decoded); without `redirects`, of the site itself."""
    if f"{path}/".startswith(OTHERS):
        return Answer(path, 0)
    request = _request(path)
    try:
        match = resolve(path)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Http404, Resolver404):
        if not redirects:
            return Answer(path, 404)
        response = not_found(request)
    return Answer(path, response.status_code, response.get("Location", ""))


def trail(address: str) -> list[Answer]:
    """Return what readers get at `address`, and wherever that leads them on this site."""
    found: list[Answer] = []
    path = plain_path(address) or "/"
    while len(found) < HOPS and path not in {one.path for one in found}:
        found.append(answer(path))
        goal = urlsplit(found[-1].location)
        if not found[-1].location or (goal.netloc and goal.netloc != _host()):
            break
        path = plain_path(goal.path) or "/"
    return found


def _host() -> str:
    return urlsplit(absolute("/")).netloc


def _request(path: str) -> HttpRequest:
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.META = {"REQUEST_METHOD": "GET", "HTTP_HOST": _host(), "SERVER_NAME": _host()}
    request.META |= {"SERVER_PORT": "80", "QUERY_STRING": "", "PATH_INFO": path}
    request.user = AnonymousUser()
    return request

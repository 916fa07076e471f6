"""What one reader gets of a finished page: an encoding, or word that nothing changed.

Source: RFC 9110, 8.8 (validators), 12.5.3 (Accept-Encoding), 13 (conditional requests). The
entity tag is made as nginx makes it, from the time of change and the length, so that a reader who
comes by way of nginx and one who does not are told the same.
"""

import gzip
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple

import brotli

Headers = list[tuple[str, str]]

_GZIP_LEVEL, _BROTLI_QUALITY = 6, 5
# Below this many bytes nothing is saved.
_WORTH = 512


class Answer(NamedTuple):
    """Status line, headers and body as WSGI has them."""

    status: str
    headers: Headers
    body: list[bytes]


class Answers:
    """The answers of one page, made once: in each encoding, whole and without a body."""

    __slots__ = ("changed", "encodings", "size")

    def __init__(self, headers: Headers, bodies: dict[str, bytes], changed: int) -> None:
        """Make the answers.

        Args:
            headers: those of the page, without those of an encoding.
            bodies: what `encode` made.
            changed: the second, since 1970, at which the page became as it is.
        """
        self.changed = changed
        self.size = sum(map(len, bodies.values()))
        self.encodings = {
            name: _of_encoding(name, headers, body, changed) for name, body in bodies.items()
        }

    def choose(self, environ: dict[str, Any]) -> Answer:
        """Return what this reader gets."""
        whole, unchanged, tag = self.encodings[_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        if (known := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            fresh = _matches(known, tag)
        elif (since := environ.get("HTTP_IF_MODIFIED_SINCE")) is not None:
            fresh = _not_after(self.changed, since)
        else:
            fresh = False
        answer = unchanged if fresh else whole
        return answer._replace(body=[]) if environ["REQUEST_METHOD"] == "HEAD" else answer


def encode(body: bytes) -> dict[str, bytes]:
    """Return the body in every encoding that we hand out, by its name in HTTP."""
    return {
        "identity": body,
        "gzip": gzip.compress(body, _GZIP_LEVEL, mtime=0),
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY),
    }


def entity_tag(changed: int, length: int) -> str:
    """Return the entity tag as nginx makes it."""
    return f'"{changed:x}-{length:x}"'


def _of_encoding(
    name: str, headers: Headers, body: bytes, changed: int
) -> tuple[Answer, Answer, str]:
    tag = entity_tag(changed, len(body))
    common = [
        *headers,
        ("ETag", tag),
        ("Last-Modified", formatdate(changed, usegmt=True)),
        ("Vary", "Accept-Encoding"),
    ]
    encoding = [] if name == "identity" else [("Content-Encoding", name)]
    whole = Answer("200 OK", [*common, *encoding, ("Content-Length", str(len(body)))], [body])
    brief = [header for header in common if header[0] != "Content-Type"]
    return whole, Answer("304 Not Modified", brief, []), tag


@lru_cache(maxsize=512)
def _encoding(accepted: str) -> str:
    """Return the encoding for an Accept-Encoding header: the shortest that it allows."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    other = weights.get("*", 0.0)
    allowed = {name: weights.get(name, other) for name in ("br", "gzip")}
    best = max(allowed, key=lambda name: allowed[name])
    return best if allowed[best] > 0 else "identity"


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _matches(known: str, tag: str) -> bool:
    """Say whether an If-None-Match header names this tag (weak comparison, RFC 9110 8.8.3.2)."""
    if known == tag:
        return True
    return known.strip() == "*" or tag in (
        part.strip().removeprefix("W/") for part in known.split(",")
    )


def _not_after(changed: int, since: str) -> bool:
    try:
        return changed <= parsedate_to_datetime(since).timestamp()
    except (TypeError, ValueError, OverflowError):
        return False

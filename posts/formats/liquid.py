"""Liquid in the addresses of links and images: Jekyll's own forms, as the paths they stand for."""

import re
from collections.abc import Iterator

# Where an address begins: [字](…), [字](<…>), <img src="…">, <a href="…">, [名]: …
_BEGINS = r"""(\]\(\s{0,9}<?|\b(?:src|href)=["']|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]{1,9})"""
_SITE = r"site\.(?:base)?url"
# {{ site.url }}{{ site.baseurl }} before a path
_PREFIX = rf"(?:\{{\{{-?\s{{0,9}}{_SITE}\s{{0,9}}-?\}}\}}){{1,2}}(?=/)"
# {{ "/path" | relative_url }}, {{ "/path" | prepend: site.baseurl | prepend: site.url }}
_FILTER = rf"\s{{0,9}}\|\s{{0,9}}(?:(?:relative|absolute)_url|prepend:\s{{0,9}}{_SITE})"
_PATH = rf"\{{\{{-?\s{{0,9}}([\"'])/?([^\"'{{}}\s]{{1,500}})\2(?:{_FILTER}){{1,2}}\s{{0,9}}-?\}}\}}"
_ADDRESS = re.compile(rf"{_BEGINS}(?:{_PREFIX}|{_PATH})", re.MULTILINE)
_RAW = re.compile(r"(\{%-?\s{0,9}(?:end)?raw\s{0,9}-?%\})")


def plain_addresses(body: str) -> str:
    """Return the body with the usual Liquid at the beginning of an address made plain.

    ``{{ site.baseurl }}/a.png`` and ``{{ "/a.png" | relative_url }}`` both become ``/a.png``:
    where the old site stood is what our own addresses replace. All else stays as typed, and so
    does what stands between ``{% raw %}`` and ``{% endraw %}``.
    """
    return "".join(_plain(body))


def _plain(body: str) -> Iterator[str]:
    raw = False
    for part in _RAW.split(body):
        if _RAW.fullmatch(part):
            raw = "endraw" not in part
        yield part if raw else _ADDRESS.sub(_path, part)


def _path(address: re.Match[str]) -> str:
    return address[1] + (f"/{address[3]}" if address[3] else "")

"""Embeds: which pages of other sites may be shown in a frame, and what stands for them until then.

A reader's browser asks nobody else for anything before the reader clicks: until then there is a
link. The list of frames here is the one that the sanitiser holds attributes against.
"""

import re
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

_YOUTUBE_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"}
_YOUTUBE_PATH = re.compile(r"/(?:shorts|live|embed|v)/([\w-]{11})/?", re.ASCII)
_YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
_SECONDS = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s?)?", re.ASCII)
_VIMEO = re.compile(r"/(?:video/)?(\d{1,15})(?:/([0-9a-f]{6,20}))?/?", re.ASCII)
_DECK = re.compile(r"/[\w-]{1,60}/[\w-]{1,200}/?", re.ASCII)
_PLAYER = re.compile(r"/player/[0-9a-f]{32}", re.ASCII)
_POST = re.compile(r"/(\w{1,20})/status/\d{1,25}/?", re.ASCII)

FRAME = re.compile(
    r"https://www\.youtube-nocookie\.com/embed/[\w-]{11}(?:\?start=\d{1,7})?"
    r"|https://player\.vimeo\.com/video/\d{1,15}(?:\?h=[0-9a-f]{6,20})?"
    r"|https://speakerdeck\.com/player/[0-9a-f]{32}",
    re.ASCII,
)

# Zenn's notation
_EMBED = re.compile(r"@\[(youtube|vimeo|speakerdeck|tweet|card)\]\( *([^()\s]+) *\) *$")
_ALONE = re.compile(r"<?(https?://[^\s<>]{1,500})>?\s*$")
_EMBED_ADDRESSES = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "speakerdeck": "https://speakerdeck.com/player/{}",
}
_IFRAME = re.compile(
    r"<iframe\b[^<>]*?\bsrc=[\"']([^\"'<>]+)[\"'][^<>]*>\s*</iframe>", re.IGNORECASE
)


def frame(address: str) -> tuple[str, str] | None:
    """Return the address to be framed and what the link to it says, or None.

    Args:
        address: the absolute address of a video or of slides.
    """
    parts = _split(address)
    if parts is None:
        return None
    host, path, query = parts
    if host in _YOUTUBE_HOSTS or host == "youtu.be":
        return _youtube(host, path, query)
    if host in {"vimeo.com", "player.vimeo.com"} and (video := _VIMEO.fullmatch(path)):
        secret = video[2] or next(iter(query.get("h", [])), "")
        address = f"https://player.vimeo.com/video/{video[1]}" + (f"?h={secret}" if secret else "")
        return _checked(address, "Vimeo の動画を見る")
    if host == "speakerdeck.com" and _PLAYER.fullmatch(path):
        return _checked(f"https://speakerdeck.com{path}", "Speaker Deck のスライドを見る")
    return None


def card(address: str) -> str | None:
    """Return what a link says that stands for a page which cannot be framed, or None."""
    parts = _split(address)
    if parts is None:
        return None
    host, path, _ = parts
    if host.removeprefix("www.").removeprefix("mobile.") in {"x.com", "twitter.com"}:
        post = _POST.fullmatch(path)
        return f"X の投稿（@{post[1]}）" if post else None
    if host == "speakerdeck.com" and _DECK.fullmatch(path):
        return "Speaker Deck のスライドを見る"
    return None


def _split(address: str) -> tuple[str, str, dict[str, list[str]]] | None:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        query = parse_qs(parts.query, max_num_fields=20)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port or parts.username:
        return None
    return host, parts.path, query


def _youtube(host: str, path: str, query: dict[str, list[str]]) -> tuple[str, str] | None:
    if host == "youtu.be":
        video = path.strip("/")
    elif path == "/watch":
        video = next(iter(query.get("v", [])), "")
    else:
        match = _YOUTUBE_PATH.fullmatch(path)
        video = match[1] if match else ""
    if not _YOUTUBE_ID.fullmatch(video):
        return None
    start = _seconds(next(iter(query.get("t", []) + query.get("start", [])), ""))
    address = f"https://www.youtube-nocookie.com/embed/{video}"
    return _checked(address + (f"?start={start}" if start else ""), "YouTube の動画を見る")


def _seconds(text: str) -> int:
    """Return the seconds that 90, 90s, 1m30s or 1h2m3s stand for; 0 for anything else."""
    match = _SECONDS.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def _checked(address: str, label: str) -> tuple[str, str] | None:
    return (address, label) if FRAME.fullmatch(address) else None


def read_embed(line: str) -> str | None:
    """Return the address that a line stands for: ``@[youtube](id)``, or one that embeds, alone."""
    if notation := _EMBED.match(line):
        return _EMBED_ADDRESSES.get(notation[1], "{}").format(notation[2])
    alone = _ALONE.match(line)
    return alone[1] if alone and (frame(alone[1]) or card(alone[1])) else None


def unframe(html: str) -> str:
    """Return the HTML with frames that we embed as their addresses; others stay for the sanitiser.

    Args:
        html: HTML as it was typed or pasted.
    """
    return _IFRAME.sub(_address_of, html)


def _address_of(iframe: re.Match[str]) -> str:
    address = unescape(iframe[1])
    address = f"https:{address}" if address.startswith("//") else address
    if frame(address) is None:
        return iframe[0]
    shown = escape(address)
    return f'<p><a href="{shown}">{shown}</a></p>'

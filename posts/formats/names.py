"""What the name of a file in a source says, and what makes a name hostile."""

import re
import unicodedata
from pathlib import PurePosixPath

_ENDINGS = frozenset({".md", ".markdown", ".mkd", ".mkdown", ".txt", ".html"})
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
_GENERIC = frozenset({"index", "readme"})
_SITE_FOLDERS = frozenset({"_posts", "_drafts"})
_FOREIGN_FOLDERS = frozenset({"node_modules", "vendor"})
_DATED = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})-(.+)", re.DOTALL)
_MAX_NAME = 1_000


def is_article(name: str) -> bool:
    """Tell whether a file of this name, a path with `/`, is meant to be an article."""
    path = PurePosixPath(name)
    if path.name.startswith(".") or path.suffix.lower() not in _ENDINGS:
        return False
    return not in_hidden(name)


def is_picture(name: str) -> bool:
    """Tell whether the name ends as a picture's does."""
    return PurePosixPath(name).suffix.lower() in _PICTURES


def is_hidden(folder: str) -> bool:
    """Tell whether nothing below a folder of this name belongs to the site's articles."""
    return folder in _FOREIGN_FOLDERS or (
        folder.startswith((".", "_")) and folder not in _SITE_FOLDERS
    )


def in_hidden(name: str) -> bool:
    """Tell whether a file lies below a hidden folder."""
    return any(is_hidden(folder) for folder in PurePosixPath(name).parts[:-1])


def is_draft(name: str) -> bool:
    """Tell whether the file lies in Jekyll's folder of drafts."""
    return "_drafts" in PurePosixPath(name).parts[:-1]


def source_key(name: str) -> str:
    """Return the name of an article in its source, the same for a file, folder or zip run.

    It is the stem of the file, with the folder's name before a generic one (`my-post/index`).
    """
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    if path.stem.lower() in _GENERIC and path.parent.name:
        return f"{path.parent.name}/{path.stem}"
    return path.stem


def with_folder(name: str, folder: str) -> str:
    """Put the source's own name before a generic file at its top, for `source_key`."""
    generic = "/" not in name and PurePosixPath(name).stem.lower() in _GENERIC
    return f"{folder}/{name}" if generic and folder else name


def dated(name: str) -> tuple[str, str]:
    """Return the date and the slug of a Jekyll file name; two "" where it has none."""
    match = _DATED.fullmatch(PurePosixPath(name).stem)
    return (match[1], match[2].rstrip(".")) if match else ("", "")


def site_root(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the folders before the last `_posts` or `_drafts` of a path, None without one."""
    places = [at for at, part in enumerate(parts) if part in _SITE_FOLDERS]
    return parts[: places[-1]] if places else None


def decode_name(raw: bytes) -> str:
    """Return the text of a file name in UTF-8 or Shift_JIS, in NFC; ValueError for others."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp932")
    return unicodedata.normalize("NFC", name)


def fault(name: str) -> str:
    """Say in Japanese what is hostile in the name of a file of a source, "" where nothing is."""
    parts = name.split("/")
    if not name.strip("/") or len(name) > _MAX_NAME:
        return "名前が空か、長すぎます。"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        return "名前に制御文字が入っています。"
    if name.startswith("/") or "\\" in name or ".." in parts or re.match("[A-Za-z]:", name):
        return "名前がフォルダーの外を指しています。"
    return ""

"""The page store in front of Django, as the settings of this site want it."""

import gc
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import django
from django.conf import settings

from posts.models import store
from posts.pages import Application, Front, Keeper

# What pages are made by: when any of these files changes, every stored page goes.
_SOURCES = ("cms/**/*.py", "posts/**/*.py", "templates/**/*", "static/**/*", "*.lock")


def front(behind: Application) -> Application:
    """Return the application that answers from the store, with `behind` for all else.

    While somebody develops, templates change without a restart: then there is no store.
    """
    if settings.DEBUG:
        return behind
    pages = store()
    pages.made_by(fingerprint())
    cookie = settings.SESSION_COOKIE_NAME
    made = Front(pages, behind, hosts(), https=settings.HTTPS, cookie=cookie)
    Keeper(made, site()).start()
    return made


def settle() -> None:
    """Let the collector of garbage leave alone what is loaded by now.

    To look through it again and again takes a tenth of each page.
    """
    gc.freeze()
    gc.set_threshold(10_000)


def site() -> str:
    """Return the Host header of SITE_URL."""
    return urlsplit(settings.SITE_URL).netloc.lower()


def hosts() -> set[str]:
    """Return the values of the Host header under which readers know the site."""
    known = site()
    port = known.rpartition(":")[2] if known.rpartition("]")[2].count(":") else ""
    names = {name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))}
    return {known} | {f"{name}:{port}" if port else name for name in names}


def fingerprint() -> int:
    """Return a number for the program with its templates and settings, as it is on this host."""
    parts = [django.__version__, settings.SITE_URL, _boot()]
    parts += sorted(_files())
    return zlib.crc32("\n".join(parts).encode())


def _files() -> Iterator[str]:
    for pattern in _SOURCES:
        for path in settings.BASE_DIR.glob(pattern):
            state = path.stat()
            yield f"{path} {state.st_mtime_ns} {state.st_size}"


def _boot() -> str:
    """Return what is another at each start of the machine: the store's files are never synced."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read()
    except OSError:
        return ""

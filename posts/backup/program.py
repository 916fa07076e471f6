"""Which program this is: two that differ may render one article differently."""

import hashlib
import tomllib

import django
from django.conf import settings

from .manifest import Program

_SOURCES = ("cms/**/*.py", "posts/**/*.py", "templates/**/*.html", "*.lock")


def this() -> Program:
    """Return what this program is known by."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode())
            digest.update(path.read_bytes())
    return Program(version, django.__version__, digest.hexdigest())

"""The stylesheet of the public pages: our own sheets, and what the site's people chose.

One address for all of it: a reader's page needs one request for how it looks. The address carries
what the sheet is made of, so a browser may keep it for ever, and a change is another address.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from zlib import crc32

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from posts import colours
from posts.models import Category, SiteSettings
from posts.pages import FOR_EVER, SITE, declare

SHEETS = ("tokens", "base", "article", "lists", "vertical", "print")
# The grounds of tokens.css on which an accent is read.
LIGHT, DARK = ("#fcfcfa", "#f3f2ee", "#fbebe6"), ("#171716", "#232221", "#33201b")
# On a dark ground a colour that just can be read looks dull.
_CLEAR = 6.0
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """Return the stylesheet; under its present address it may be kept for ever."""
    site, categories = SiteSettings.load(), list(Category.objects.all())
    sheet = stylesheet(site, categories)
    present = request.GET.get("v") == version(sheet)
    if present:
        declare(request, {SITE})
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOR_EVER if present else "no-cache"
    return response


def address(site: SiteSettings, categories: Iterable[Category]) -> str:
    """Return the address of the stylesheet as it is now."""
    return f"/theme.css?v={version(stylesheet(site, categories))}"


def version(sheet: str) -> str:
    """Return a short name for what a sheet says."""
    return f"{crc32(sheet.encode()):08x}"


def stylesheet(site: SiteSettings, categories: Iterable[Category]) -> str:
    """Return our sheets and, behind them, what was chosen for this site."""
    return _sheets() + "".join(_chosen(site, categories))


def _chosen(site: SiteSettings, categories: Iterable[Category]) -> Iterator[str]:
    yield "@layer chosen {\n"
    face = f" --face: var(--{site.face});"
    yield f":root {{{face}{_accent(site.accent)} }}\n"
    known = {one.pk: one for one in categories}
    for one in known.values():
        if accent := _accent_of(one, known):
            yield f".section-{one.pk} {{{_accent(accent)} }}\n"
    yield "}\n"


def _accent_of(category: Category | None, known: dict[int, Category]) -> str:
    """Return the colour of a category, or of the nearest one above it that has one."""
    seen = set()
    while category and category.pk not in seen and not category.accent:
        seen.add(category.pk)
        category = known.get(category.parent_id or 0)
    return category.accent if category else ""


@lru_cache
def _accent(written: str) -> str:
    colour = colours.parse(written)
    light = colours.readable(colour, map(colours.parse, LIGHT), _BLACK)
    dark = colours.readable(colour, map(colours.parse, DARK), _WHITE, at_least=_CLEAR)
    return f" --accent: light-dark({colours.write(light)}, {colours.write(dark)});"


def _sheets() -> str:
    return _read() if settings.DEBUG else _kept()


@cache
def _kept() -> str:
    return _read()


def _read() -> str:
    parts = []
    for name in SHEETS:
        path = finders.find(f"css/{name}.css")
        with open(str(path), encoding="utf-8") as file:
            parts.append(file.read())
    return "".join(parts)

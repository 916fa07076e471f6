"""What every public page carries: the settings of the site, its sections, its own address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.csp import CSP

from posts import theme
from posts.models import Category, Edition, SiteSettings, absolute, address, reading
from posts.pages import SITE, recall_one, remembers


class Sections:
    """The tree of categories.

    Attributes:
        known: all of them, those merged into others too, by primary key, in their order.
        read: the primary keys of those with anything to read in them or below.
    """

    def __init__(self) -> None:
        """Read all categories in one query, each with one look into an index."""
        tree = reading.categories()
        self.known = {one.pk: one for one in tree}
        self.read: set[int] = set()
        for one in tree:
            one.parent = self.known.get(one.parent_id or 0)
        for one in tree:
            above = one if one.used else None  # type: ignore[attr-defined]
            while above and above.pk not in self.read:
                self.read.add(above.pk)
                above = above.parent

    def named(self, slug: str) -> Category:
        """Return the category with this slug, unless it was merged. Raises Http404."""
        for one in self.known.values():
            if one.slug == slug and not one.merged_into_id:
                return one
        raise Http404("そのカテゴリーはありません。")

    def under(self, parent: Category | None) -> list[Category]:
        """Return the categories right under `parent` (the top ones) with anything to read."""
        wanted = parent and parent.pk
        return [
            one
            for one in self.known.values()
            if one.parent_id == wanted and one.pk in self.read and not one.merged_into_id
        ]

    def branch(self, top: Category) -> list[int]:
        """Return the primary keys of a category and of all below it."""
        found = [top.pk]
        for pk in found:
            below = (one.pk for one in self.known.values() if one.parent_id == pk)
            found += [one for one in below if one not in found]
        return found

    def give(self, editions: Iterable[Edition]) -> None:
        """Give these editions their categories; of one made this moment it is asked later."""
        for one in editions:
            if known := self.known.get(one.category_id or 0):
                one.category = known


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page; it is the same for all until the site changes.

    Attributes:
        site: the settings of the site.
        sections: the tree of categories.
        head: what every <head> holds, written.
        footer: the foot of every page, written.
    """

    site: SiteSettings
    sections: Sections
    head: str
    footer: str
    _mastheads: dict[int | None, str] = field(default_factory=dict)

    def masthead(self, section: int | None) -> str:
        """Return the head of a page that stands in a section, by its primary key, written."""
        if section not in self._mastheads:
            told = {"site": self.site, "sections": self.sections.under(None), "section": section}
            self._mastheads[section] = render_to_string("posts/_masthead.html", told)
        return self._mastheads[section]


def frame(request: HttpRequest) -> Frame:
    """Return what stands around the page that is asked for; a page asks several times.

    Each time as it is by then: what the page had before is too old for what is remembered for
    other pages. Where nothing is remembered it is read once.
    """
    if remembers(request):
        return recall_one(request, SITE, _frame)
    known: Frame | None = getattr(request, "_genko_frame", None)
    if known is None:
        known = request._genko_frame = _frame()  # type: ignore[attr-defined]
    return known


def _frame() -> Frame:
    site, sections = SiteSettings.load(), Sections()
    told = {"site": site, "theme": theme.address(site, sections.known.values())}
    head, footer = (render_to_string(f"posts/_{part}.html", told) for part in ("head", "footer"))
    return Frame(site, sections, head, footer)


def show(
    request: HttpRequest,
    template: str,
    address: str,
    *,
    section: int | None = None,
    preview: bool = False,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a public page with what each of them carries: the site and its own address.

    Args:
        request: of the reader; what the page shows is declared by who calls this.
        template: of the page.
        address: its own.
        section: the primary key of the category in which it stands.
        preview: whether readers do not see it yet.
        status: of the answer.
        context: what else the template shows.
    """
    around = frame(request)
    # To look for what is not there takes a template three times as long: all of it is given.
    context |= {"site": around.site, "sections": around.sections.under(None), "section": section}
    context |= {"head": around.head, "footer": around.footer, "preview": preview}
    context |= {"masthead": around.masthead(section), "canonical": absolute(address)}
    context = {"address": address, "vertical": False} | context
    response = render(request, template, context, status=status)
    if status == 200 and not preview:
        response["Speculation-Rules"] = _speculation(around.site)
    if around.site.analytics:
        response._csp_config = settings.SECURE_CSP | allowed(around.site.analytics)  # type: ignore[attr-defined]
    return response


def _speculation(site: SiteSettings) -> str:
    """Return where the rules are; a page rendered ahead would be counted as one that was read."""
    return f'"{address("prefetch" if site.analytics else "prerender")}"'


def allowed(script: str) -> dict[str, list[str]]:
    """Return the policy that lets one script of another site run and report to that site."""
    parts = urlsplit(script)
    origin = f"{parts.scheme}://{parts.netloc}"
    return {"script-src": [CSP.SELF, origin], "connect-src": [CSP.SELF, origin]}

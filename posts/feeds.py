"""The feed: full text, stable identifiers, every byline.

RSS 2.0 with the modules content, dc and atom (RSS Advisory Board's profile).
"""

from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.feedgenerator import Rss201rev2Feed, rfc2822_date
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from posts import text
from posts.models import Edition, absolute, reading, shown
from posts.pages import declare, recall
from posts.views.frame import frame

LENGTH = 20


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """Show the newest articles, whole."""
    site, items = frame(request).site, newest_items(request)
    rss = NewestRss(
        title=text.xml_safe(site.name),
        link=absolute("/"),
        description=text.xml_safe(site.tagline or site.name),
        language="ja",
        feed_url=absolute("/feed.xml"),
    )
    for item in items:
        rss.add_item("", "", "", updateddate=item.changed, xml=item.xml)
    return HttpResponse(rss.writeString("utf-8"), content_type=rss.content_type)


@dataclass(frozen=True, slots=True)
class Item:
    """An article as a feed has it.

    Attributes:
        names: of all that it shows, as the page store knows them.
        ends: when it ends to be visible.
        changed: when it was published, or readers were last told of a change.
        xml: the element.
    """

    names: set[str]
    ends: datetime | None
    changed: datetime
    xml: str


def newest_items(request: HttpRequest) -> list[Item]:
    """Return the newest public articles with their bodies, and say what the feed shows."""

    def items(keys: list[tuple[str, int]]) -> dict[tuple[str, int], Item]:
        found = reading.whole(pk for _, pk in keys)
        frame(request).sections.give(found)
        return {("item", one.pk): item_of(one) for one in found}

    ids = Edition.objects.public().newest().values_list("pk", flat=True)[:LENGTH]
    found = recall(request, [("item", pk) for pk in ids], items, lambda one: one.names)
    names = {"list:articles"}.union(*(one.names for one in found))
    declare(request, names, ends=(one.ends for one in found))
    return found


class FullTextRss(Rss201rev2Feed):
    """RSS 2.0 with content:encoded, dc:creator for each author, and atom:updated."""

    def rss_attributes(self) -> dict[str, str]:
        """Return the namespaces of the modules."""
        return {
            "version": "2.0",
            "xmlns:atom": "http://www.w3.org/2005/Atom",
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Write the head of the channel; a feed without articles has no date of change."""
        address = {"rel": "self", "href": self.feed["feed_url"], "type": "application/rss+xml"}
        for name in ("title", "link", "description", "language"):
            handler.addQuickElement(name, self.feed[name])
        handler.addQuickElement("atom:link", None, address)
        if self.items:
            handler.addQuickElement("lastBuildDate", rfc2822_date(self.latest_post_date()))

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write an item."""
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("atom:updated", item["updateddate"].isoformat())
        if cover := item["cover"]:
            handler.addQuickElement("media:content", "", cover)
        handler.addQuickElement("content:encoded", item["content"])


class NewestRss(FullTextRss):
    """A feed whose items are XML already: after a publication nineteen of twenty are as before."""

    def write_items(self, handler: SimplerXMLGenerator) -> None:
        """Write the items."""
        for item in self.items:
            handler.ignorableWhitespace(item["xml"])  # which SAX does not escape


def item_of(edition: Edition) -> Item:
    """Return an article as the feed has it; it comes from `reading.whole`."""
    names = shown([edition]) | {f"tag:{row.pk}" for row in edition.tagged}
    changed = max(edition.published_at, edition.updated_at)
    return Item(names, edition.visible_until, changed, _xml(edition))


def _xml(edition: Edition) -> str:
    link = absolute(edition.get_absolute_url())
    subjects = [edition.category.name] if edition.category else []
    subjects += [row.name for row in edition.tagged]
    # Once each: one person may have written and photographed.
    creators = dict.fromkeys(row.name for row in edition.signed)
    rss = FullTextRss("", "", "")
    rss.add_item(
        text.xml_safe(edition.title),
        link,
        text.xml_safe(edition.excerpt),
        pubdate=edition.published_at,
        updateddate=edition.updated_at,
        unique_id=f"urn:uuid:{edition.uid}",  # the same for ever
        unique_id_is_permalink=False,
        categories=[text.xml_safe(name) for name in subjects],
        # What RSS 2.0 itself has no element for.
        creators=[text.xml_safe(name) for name in creators],
        content=text.xml_safe(_told(edition) + text.absolute(edition.html, link)),
        cover=_cover(edition),
    )
    written = StringIO()
    rss.write_items(SimplerXMLGenerator(written, "utf-8", short_empty_elements=True))
    return written.getvalue()


def _told(edition: Edition) -> str:
    """Return what readers are told of changes, as the article has it above its body."""
    if not edition.told:
        return ""
    return render_to_string("posts/_note.html", {"edition": edition}).strip()


def _cover(edition: Edition) -> dict[str, str] | None:
    if (cover := edition.cover) is None:
        return None
    size = {"width": str(cover.width), "height": str(cover.height)}
    return {"url": absolute(cover.url), "medium": "image"} | size

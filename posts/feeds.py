"""Feeds: full text, stable identifiers, every byline.

RSS 2.0 with the modules content, dc and atom (RSS Advisory Board's profile).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import StringIO
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.feedgenerator import Rss201rev2Feed, rfc2822_date
from django.utils.xmlutils import SimplerXMLGenerator

from posts import text
from posts.models import Edition, SiteSettings, absolute, reading, shown
from posts.pages import declare
from posts.views.frame import frame

LENGTH = 20


class FullTextRss(Rss201rev2Feed):
    """RSS 2.0 with content:encoded, dc:creator for each author, and atom:updated."""

    content_type = "application/rss+xml; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        """Write the feed in one piece: a response takes its thousand pieces slowly."""
        whole = StringIO()
        super().write(whole, encoding)
        outfile.write(whole.getvalue())

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
        """Write an item; its texts went through `text.xml_safe`."""
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("atom:updated", item["updateddate"].isoformat())
        if cover := item["cover"]:
            handler.addQuickElement("media:content", "", cover)
        handler.addQuickElement("content:encoded", item["content"])


@dataclass(frozen=True, slots=True)
class Newest:
    """What a feed shows."""

    site: SiteSettings
    editions: list[Edition]


@lru_cache(maxsize=4 * LENGTH)
def absolute_body(html: str, link: str) -> str:
    """Return a body for readers elsewhere; nearly all of a feed was in it the last time."""
    return text.absolute(html, link)


class ArticleFeed(Feed):
    """The newest articles, whole."""

    feed_type = FullTextRss
    language = "ja"

    def title(self, newest: Newest) -> str:
        """Return the name of the site."""
        return text.xml_safe(newest.site.name)

    def description(self, newest: Newest) -> str:
        """Return the tagline of the site."""
        return text.xml_safe(newest.site.tagline or newest.site.name)

    def link(self) -> str:
        """Return the address of the site."""
        return absolute("/")

    def feed_url(self) -> str:
        """Return the feed's own address, atom:link rel=self."""
        return absolute("/feed.xml")

    def get_object(self, request: HttpRequest) -> Newest:
        """Return the newest public articles with their bodies, and say what the feed shows."""
        newest = Edition.objects.public().newest().values_list("pk", flat=True)
        found = reading.whole(newest[:LENGTH])
        around = frame(request)
        around.sections.give(found)
        tags = {f"tag:{row.pk}" for one in found for row in one.tagged}
        names = {"list:articles", *tags, *shown(found)}
        declare(request, names, ends=(one.visible_until for one in found))
        return Newest(around.site, found)

    def items(self, newest: Newest) -> list[Edition]:
        """Return the articles."""
        return newest.editions

    def item_title(self, item: Edition) -> str:
        """Return the title."""
        return text.xml_safe(item.title)

    def item_description(self, item: Edition) -> str:
        """Return the excerpt as plain text."""
        return text.xml_safe(item.excerpt)

    def item_link(self, item: Edition) -> str:
        """Return the article's address."""
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Edition) -> str:
        """Return the identifier of the article, the same for ever."""
        return f"urn:uuid:{item.uid}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Edition) -> datetime:
        """Return when the article was first published."""
        return item.published_at

    def item_updateddate(self, item: Edition) -> datetime:
        """Return when readers were last told of a change."""
        return item.updated_at

    def item_categories(self, item: Edition) -> Iterable[str]:
        """Return the category and the tags."""
        names = [item.category.name] if item.category else []
        names += [row.name for row in item.tagged]
        return [text.xml_safe(name) for name in names]

    def item_extra_kwargs(self, item: Edition) -> dict[str, Any]:
        """Return what RSS 2.0 itself has no element for."""
        cover = item.cover
        told = render_to_string("posts/_note.html", {"edition": item}).strip() if item.told else ""
        # Once each: one person may have written and photographed.
        names = dict.fromkeys(row.name for row in item.signed)
        return {
            "creators": [text.xml_safe(name) for name in names],
            "content": text.xml_safe(told + absolute_body(item.html, self.item_link(item))),
            "cover": cover
            and {
                "url": absolute(cover.url),
                "medium": "image",
                "width": str(cover.width),
                "height": str(cover.height),
            },
        }

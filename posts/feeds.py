"""Feeds: full text, stable identifiers, every byline.

RSS 2.0 with the modules content, dc and atom (RSS Advisory Board's profile).
"""

from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.feedgenerator import Rss201rev2Feed, rfc2822_date
from django.utils.xmlutils import SimplerXMLGenerator

from posts import text
from posts.models import Edition, SiteSettings, absolute, reading, shown
from posts.pages import declare, recall
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
        """Write an item."""
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("atom:updated", item["updateddate"].isoformat())
        if cover := item["cover"]:
            handler.addQuickElement("media:content", "", cover)
        handler.addQuickElement("content:encoded", item["content"])


@dataclass(frozen=True, slots=True)
class Item:
    """An article as a feed has it: its texts went through `text.xml_safe`.

    Attributes:
        names: of all that it shows, as the page store knows them.
        ends: when it ends to be visible.
        title, link, guid, published_at, updated_at: of the article.
        excerpt: as plain text.
        subjects: its category and its tags.
        more: what RSS 2.0 itself has no element for.
    """

    names: set[str]
    ends: datetime | None
    title: str
    excerpt: str
    link: str
    guid: str
    published_at: datetime
    updated_at: datetime
    subjects: list[str]
    more: dict[str, Any]


def item_of(edition: Edition) -> Item:
    """Return an article as the feed has it; it comes from `reading.whole`."""
    link = absolute(edition.get_absolute_url())
    subjects = [edition.category.name] if edition.category else []
    subjects += [row.name for row in edition.tagged]
    # Once each: one person may have written and photographed.
    creators = dict.fromkeys(row.name for row in edition.signed)
    return Item(
        names=shown([edition]) | {f"tag:{row.pk}" for row in edition.tagged},
        ends=edition.visible_until,
        title=text.xml_safe(edition.title),
        excerpt=text.xml_safe(edition.excerpt),
        link=link,
        guid=f"urn:uuid:{edition.uid}",
        published_at=edition.published_at,
        updated_at=edition.updated_at,
        subjects=[text.xml_safe(name) for name in subjects],
        more={
            "creators": [text.xml_safe(name) for name in creators],
            "content": text.xml_safe(_told(edition) + text.absolute(edition.html, link)),
            "cover": _cover(edition),
        },
    )


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


@dataclass(frozen=True, slots=True)
class Newest:
    """What a feed shows."""

    site: SiteSettings
    items: list[Item]


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

        def items(keys: list[tuple[str, int]]) -> dict[tuple[str, int], Item]:
            found = reading.whole(pk for _, pk in keys)
            frame(request).sections.give(found)
            return {("item", one.pk): item_of(one) for one in found}

        newest = Edition.objects.public().newest().values_list("pk", flat=True)[:LENGTH]
        found = recall(request, [("item", pk) for pk in newest], items, lambda one: one.names)
        names = {"list:articles"}.union(*(one.names for one in found))
        declare(request, names, ends=(one.ends for one in found))
        return Newest(frame(request).site, found)

    def items(self, newest: Newest) -> list[Item]:
        """Return the articles."""
        return newest.items

    def item_title(self, item: Item) -> str:
        """Return the title."""
        return item.title

    def item_description(self, item: Item) -> str:
        """Return the excerpt as plain text."""
        return item.excerpt

    def item_link(self, item: Item) -> str:
        """Return the article's address."""
        return item.link

    def item_guid(self, item: Item) -> str:
        """Return the identifier of the article, the same for ever."""
        return item.guid

    item_guid_is_permalink = False

    def item_pubdate(self, item: Item) -> datetime:
        """Return when the article was first published."""
        return item.published_at

    def item_updateddate(self, item: Item) -> datetime:
        """Return when readers were last told of a change."""
        return item.updated_at

    def item_categories(self, item: Item) -> list[str]:
        """Return the category and the tags."""
        return item.subjects

    def item_extra_kwargs(self, item: Item) -> dict[str, Any]:
        """Return what RSS 2.0 itself has no element for."""
        return item.more

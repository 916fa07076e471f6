"""The feed: right for a reader of feeds, whatever the desk writes, and only what is public."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone

from posts.models import Author, Category, Edition, Media, Post, SiteSettings, Tag
from tests.cast import START, begin, minute, rewrite
from tests.test_media import plain

pytestmark = pytest.mark.django_db

DC = "{http://purl.org/dc/elements/1.1/}creator"
ATOM = "{http://www.w3.org/2005/Atom}"


def fetch(client, **headers):
    """Return the feed's bytes, having checked that they are XML."""
    answer = client.get("/feed.xml", **headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    ElementTree.fromstring(answer.content)
    return answer.content


def feed(client):
    """Return the feed as a reader understands it."""
    parsed = feedparser.parse(fetch(client))
    assert not parsed.bozo
    return parsed


def items(client):
    """Return the feed's items as XML."""
    return ElementTree.fromstring(fetch(client)).findall("channel/item")


def titles(client):
    """Return the titles in the feed."""
    return [entry.title for entry in feed(client).entries]


def utc(parsed):
    """Return a time that feedparser parsed."""
    return datetime(*parsed[:6], tzinfo=UTC)


# Any text

NAUGHTY = [
    "制御\x00文\x08字\x0b\x0c\x1f\x7f\x85と\ufffe\uffff",
    "CDATAの終わり ]]> と <![CDATA[",
    "絵文字👨‍👩‍👧‍👦🏳️‍🌈と異体字葛󠄀",
    "<b>印</b> & &amp; &#0; &nbsp; \"'",
    "<script>alert(1)</script>",
    "\u202e逆\u202c\u200b\u2028\u2029",
    "𠮷野家𩸽",
    "--> <!-- ?> <?xml",
]


@pytest.mark.parametrize("naughty", NAUGHTY)
def test_any_text_gives_a_feed(client, naughty):
    author = Author.objects.create(name=naughty.replace("\0", ""), slug="a")
    post = begin(
        title=f"題{naughty}",
        body=f"本文{naughty}\n\n```\n{naughty}\n```\n",
        excerpt=f"要約{naughty}",
        slug="x",
        category=Category.objects.create(name=naughty.replace("\0", ""), slug="c").pk,
        tags=tuple(tag.pk for tag in Tag.named([naughty.replace("\0", "")])),
        bylines=((author.pk, ""),),
    )
    SiteSettings.objects.create(pk=1, name=naughty.replace("\0", "")[:60])
    post.publish(None)
    [entry] = feed(client).entries
    assert entry.title.startswith("題")
    assert entry.summary.startswith("要約")
    assert "本文" in entry.content[0].value
    assert "<script" not in entry.content[0].value


@pytest.mark.parametrize("word", ["<b>", "A & B", "&amp;", "]]>", "C++", "「引用」", "👍🏽"])
def test_plain_texts_arrive_as_they_were_typed(client, word):
    author = Author.objects.create(name=f"名{word}", slug="a")
    category = Category.objects.create(name=f"分類{word}", slug="c")
    post = begin(
        title=f"題{word}",
        category=category.pk,
        tags=tuple(tag.pk for tag in Tag.named([f"札{word}"])),
        bylines=((author.pk, ""),),
    )
    post.publish(None)
    [item] = items(client)
    assert item.findtext("title") == f"題{word}"
    assert item.findtext(DC) == f"名{word}"
    assert [one.text for one in item.findall("category")] == [f"分類{word}", f"札{word}"]


# What an item says


def test_it_has_the_whole_text_and_the_excerpt(client):
    begin(title="題", body="一段落。\n\n## 見出し\n\n二段落。", excerpt="**要**約").publish(None)
    [entry] = feed(client).entries
    assert entry.summary == "要約"
    for part in ("一段落。", "見出し</h2>", "二段落。"):
        assert part in entry.content[0].value


def test_everybody_who_signed_is_named_in_order(client):
    names = ["渡辺", "阿部", "編集部"]
    authors = [Author.named(name).pk for name in names]
    signed = [(authors[0], ""), (authors[1], ""), (authors[0], "photo"), (authors[2], "editing")]
    begin(bylines=tuple(signed)).publish(None)
    [item] = items(client)
    assert [one.text for one in item.findall(DC)] == names


def test_category_and_tags_are_named_in_order(client):
    names = ["んの札", "あの札", "中の札"]
    tags = tuple(tag.pk for tag in Tag.named(names))
    begin(tags=tags, category=Category.named("分類").pk).publish(None)
    [entry] = feed(client).entries
    assert [tag.term for tag in entry.tags] == ["分類", *names]


def test_every_address_in_it_is_absolute(client):
    media = Media.keep(plain(), "x.png")
    body = f"![図]({media.url})\n\n[上](/about/) [下](#a) [外](https://x.example/)\n"
    begin(slug="記事", body=body, cover=media.pk).publish(None)
    [entry] = feed(client).entries
    html = ElementTree.fromstring(f"<div>{entry.content[0].value}</div>")
    found = [one.get("src") or one.get("href") for one in html.iter() if one.tag in {"a", "img"}]
    assert len(found) == 4
    assert all(urlsplit(address).scheme for address in found)
    assert entry.link == "http://testserver/posts/%E8%A8%98%E4%BA%8B/"
    [cover] = entry.media_content
    assert cover["url"] == f"http://testserver{media.url}"
    assert (cover["width"], cover["height"]) == ("40", "30")


def test_the_newest_is_first_and_there_is_an_end(client):
    for number in range(25):
        begin(title=f"{number}", now=minute(number)).publish(None, now=minute(number))
    assert titles(client) == [str(number) for number in range(24, 4, -1)]


def test_a_static_page_is_no_news(client):
    begin(title="会社案内", slug="about", kind="page").publish(None)
    assert titles(client) == []


# Identity and dates


def test_the_identifier_stays_whatever_changes(client):
    post = begin(title="前", slug="one", now=START)
    post.publish(None, now=minute(1))
    [before] = feed(client).entries
    rewrite(post, "後", slug="two", now=minute(2))
    post.publish(None, now=minute(3))
    post.unpublish(None, now=minute(4))
    rewrite(post, "再び", slug="three", now=minute(5))
    post.publish(None, now=minute(6))
    [after] = feed(client).entries
    assert after.title == "再び"
    assert after.link.endswith("/posts/three/")
    assert before.id == after.id == f"urn:uuid:{post.uid}"
    assert not after.guidislink


def test_the_date_is_the_first_publication(client):
    post = begin(now=START)
    post.publish(None, now=minute(1))
    rewrite(post, "後", now=minute(2))
    post.publish(None, now=minute(60 * 24 * 3))
    [entry] = feed(client).entries
    assert utc(entry.published_parsed) == minute(1)
    assert utc(entry.updated_parsed) == minute(60 * 24 * 3)


def test_a_minor_correction_changes_no_date(client):
    post = begin(now=START)
    post.publish(None, now=minute(1))
    before = fetch(client)
    rewrite(post, "題名。", now=minute(2))
    post.publish(None, kind="minor", now=minute(60 * 24 * 3))
    [entry] = feed(client).entries
    assert utc(entry.updated_parsed) == minute(1)
    assert last_build(before) == last_build(fetch(client))


def last_build(content):
    """Return the feed's own date of change, None without one."""
    written = ElementTree.fromstring(content).findtext("channel/lastBuildDate")
    return written and parsedate_to_datetime(written)


def test_the_feed_is_as_new_as_its_newest_change(client):
    old, new = begin(now=START), begin(now=START)
    old.publish(None, now=minute(1))
    new.publish(None, now=minute(5))
    assert last_build(fetch(client)) == minute(5)
    rewrite(old, "後", now=minute(6))
    old.publish(None, now=minute(9))
    assert last_build(fetch(client)) == minute(9)


def test_the_same_state_gives_the_same_bytes(client):
    assert fetch(client) == fetch(client)
    assert last_build(fetch(client)) is None
    begin().publish(None)
    assert fetch(client) == fetch(client)


def test_a_draft_edit_changes_no_byte(client):
    post = begin(now=START)
    post.publish(None, now=minute(1))
    before = fetch(client)
    rewrite(post, "まだ公開していない直し", now=minute(2))
    assert fetch(client) == before


# Only what is public


def test_what_is_unpublished_leaves_at_once(client):
    post = begin(title="消える")
    post.publish(None)
    assert titles(client) == ["消える"]
    post.unpublish(None)
    assert titles(client) == []


def test_what_is_scheduled_is_absent_before_its_time(client):
    post = begin(title="予定", slug="later", body="秘密の本文")
    post.publish(None, at=timezone.now() + timedelta(minutes=1))
    content = fetch(client).decode()
    assert "予定" not in content
    assert "秘密の本文" not in content
    assert str(post.uid) not in content


def test_no_manuscript_is_in_it(client):
    post = begin(title="公開した題")
    post.publish(None)
    rewrite(post, "書きかけの題")
    begin(title="下書きの題")
    assert titles(client) == ["公開した題"]
    assert Post.objects.count() == 2


# The feed itself


@pytest.mark.parametrize("host", ["testserver", "127.0.0.1", "localhost:8000"])
def test_it_names_its_own_address_and_no_requests_host(client, host):
    begin(body="[上](/about/)").publish(None)
    content = fetch(client, HTTP_HOST=host)
    channel = ElementTree.fromstring(content).find("channel")
    own = channel.find(f"{ATOM}link")
    assert (own.get("href"), own.get("rel")) == ("http://testserver/feed.xml", "self")
    assert own.get("type") == "application/rss+xml"
    assert channel.findtext("link") == "http://testserver/"
    assert content == fetch(client)


def test_it_is_named_after_the_site(client):
    SiteSettings.objects.create(pk=1, name="推論新聞 & 友", tagline="<考える>")
    channel = feed(client).feed
    assert (channel.title, channel.language) == ("推論新聞 & 友", "ja")
    description = ElementTree.fromstring(fetch(client)).findtext("channel/description")
    assert description == "<考える>"


@pytest.mark.parametrize("address", ["/feed/", "/rss.xml", "/index.xml"])
def test_other_names_lead_to_it(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (301, "/feed.xml")


def test_the_pages_tell_of_it(client):
    begin(slug="x").publish(None)
    for address in ("/", "/posts/x/"):
        page = client.get(address).content.decode()
        assert 'type="application/rss+xml"' in page
        assert 'href="/feed.xml"' in page


def test_no_markdown_is_seen(client):
    begin(
        title="題", body="**太字**と[リンク](https://x.example/)", excerpt="**太字**と`符号`"
    ).publish(None)
    [entry] = feed(client).entries
    assert entry.summary == "太字と符号"
    assert "**" not in fetch(client).decode()
    assert "](" not in fetch(client).decode()


def test_it_costs_the_same_for_one_and_for_twenty(client, django_assert_max_num_queries):
    authors = [Author.named(f"著者{n}").pk for n in range(5)]
    tags = tuple(tag.pk for tag in Tag.named([f"札{n}" for n in range(5)]))
    for number in range(20):
        bylines = ((authors[number % 5], ""), (authors[(number + 1) % 5], "photo"))
        begin(title=f"{number}", tags=tags, bylines=bylines).publish(None)
    with django_assert_max_num_queries(8):
        assert len(items(client)) == 20
    assert Edition.objects.count() == 20


def test_it_is_only_read(client):
    assert client.post("/feed.xml").status_code == 405
    assert client.head("/feed.xml").status_code == 200

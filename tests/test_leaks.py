"""Nothing of a hidden manuscript is at any address, in any header, or in a stored page.

Every hidden state has a manuscript whose every text, picture and relation bears a mark. The site is
crawled from its front page, and addresses are guessed, as somebody would who knows the desk. What
is hidden looks exactly like what does not exist.
"""

import gzip
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin, urlsplit

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.utils import timezone

from posts.models import Author, Category, Comment, Media, Redirect, Series, Tag
from posts.models.ledger import Rows
from posts.pages import Front, Store
from tests.cast import begin, minute
from tests.merges.shelves import under
from tests.test_media import plain

pytestmark = pytest.mark.django_db

HOST = "testserver"
MARK = "zzleak"
SOON = timezone.now() + timedelta(hours=1)
LINKS = re.compile(
    r"""(?:(?:href|src|url)=|content=(?="https?:))"([^"]+)"|<(?:loc|link|guid)[^>]*>([^<]+)<"""
)


# Manuscripts, hidden in every way there is


def draft(post, marked, editor):
    return post


def in_review(post, marked, editor):
    post.submit(None, note=marked.note)


def returned(post, marked, editor):
    post.submit(None)
    post.return_(editor, note=marked.note)


def ready(post, marked, editor):
    post.approve(None, note=marked.note)


def scheduled(post, marked, editor):
    post.publish(None, at=SOON, note=marked.note)


def unscheduled(post, marked, editor):
    post.publish(None, at=SOON, note=marked.note)
    post.unschedule(None)


def withdrawn(post, marked, editor):
    post.publish(None, now=minute(1), note=marked.note)
    post.unpublish(None, now=minute(2), note=marked.note)


def over(post, marked, editor):
    post.publish(None, now=minute(1), until=minute(2), note=marked.note)


def archived(post, marked, editor):
    post.archive(None, note=marked.note)


def archived_later(post, marked, editor):
    withdrawn(post, marked, editor)
    post.archive(None)


def edited(post, marked, editor):
    post.write(marked.manuscript, by=editor, note=marked.note)


def waiting(post, marked, editor):
    edited(post, marked, editor)
    post.publish(None, at=SOON, note=marked.note)


def withdrawn_change(post, marked, editor):
    waiting(post, marked, editor)
    post.unschedule(None)


def kept(post, marked, editor):
    post.write(marked.manuscript, by=editor, base=post.version - 1, note=marked.note)


HIDDEN = [draft, in_review, returned, ready, scheduled, unscheduled, withdrawn, over, archived]
HIDDEN += [archived_later]
BEHIND = [edited, waiting, withdrawn_change, kept]  # a text behind a live article


class Marked:
    """The texts, pictures and relations of one state, each with a mark of its own."""

    def __init__(self, state, color):
        self.state = state
        cover = Media.keep(
            plain(color=color),
            self("file") + ".png",
            **{name: self(name) for name in ("alt", "caption", "credit")},
        )
        portrait = Media.keep(plain(size=(31, 30), color=color), self("face") + ".png")
        author = Author.objects.create(
            **{name: self(name) for name in ("name", "yomi", "title", "bio")},
            slug=self("author"),
            portrait=portrait,
        )
        category = Category.objects.create(
            name=self("section"),
            slug=self("section"),
            description=self("about"),
            disclosure=self("disclosure"),
        )
        series = Series.objects.create(
            name=self("series"), slug=self("series"), description=self("of")
        )
        tag = Tag.objects.create(name=self("tag"), slug=self("tag"))
        tag.aliases.create(name=self("alias"))
        self.note = self("note")
        self.pictures = [cover.original.name, portrait.original.name]
        self.fields = {
            **{name: self(name) for name in ("title", "deck", "body", "excerpt", "slug")},
            "category": category.pk,
            "series": series.pk,
            "tags": (tag.pk,),
            "bylines": ((author.pk, self("role")[:20]),),
            "cover": cover.pk,
            "front_matter": {"layout": self("matter")},
        }

    def __call__(self, field):
        return f"{MARK}{self.state}{field}".replace("_", "")


def merge(marked, shelf):
    """Merge one of each kind that only a draft stood under into what everybody may read."""
    rows = []
    for model, kind in zip((Category, Tag, Author, Series), RELATIONS, strict=True):
        word = marked(f"merged{kind}")
        rows.append(model.objects.create(name=word, slug=word))
    begin(title=marked("mergedtitle"), **under(*rows))
    [(author, _)], [tag] = shelf["bylines"], shelf["tags"]
    for row, pk in zip(rows, (shelf["category"], tag, author, shelf["series"]), strict=True):
        row.merge_into(type(row).objects.get(pk=pk), None)


@pytest.fixture
def site(editor):
    """A small paper that everybody may read, and what is hidden in it."""
    shelf = {
        "category": Category.objects.create(name="国際", slug="kokusai").pk,
        "series": Series.objects.create(name="連載", slug="rensai").pk,
        "tags": (Tag.objects.create(name="AI", slug="ai").pk,),
        "bylines": ((Author.objects.create(name="山田", slug="yamada").pk, ""),),
    }
    found = {}
    for number, state in enumerate([*HIDDEN, *BEHIND]):
        marked = Marked(state.__name__, (number * 9, 99, 200))
        if state in BEHIND:
            post = begin(title=f"公開{number}", slug=f"public{number}", **shelf)
            post.publish(None, now=minute(number))
            marked.manuscript = replace(post.manuscript, **marked.fields)
        else:
            post = begin(**marked.fields)
        state(post, marked, editor)
        merge(marked, shelf)
        Redirect.objects.create(
            path=f"/old/{MARK}{number}/", post=post if state in HIDDEN else None
        )
        Redirect.objects.create(path=f"/old/{MARK}{number}.png", media_id=marked.fields["cover"])
        Comment.objects.create(
            post=post,
            by=editor,
            at=minute(3),
            body=marked("comment"),
            revision=1,
            quote=marked("q"),
        )
        found[state.__name__] = post, marked
    names = " ".join(
        f"[これ](post:{one('slug')}) [](post:{one('slug')})" for _, one in found.values()
    )
    begin(title="案内", slug="links", body=names, **shelf).publish(None, now=minute(90))
    begin(title="案内", slug="about", kind="page").publish(None, now=minute(90))
    return found


@pytest.fixture
def ask(site, tmp_path):
    """Return a function that asks as a reader does, by way of the page store."""
    store = Store(tmp_path / "pages", Rows())
    front = Front(store, WSGIHandler(), {HOST}, https=False, cookie="sessionid")
    for signal in (request_started, request_finished):  # the test's transaction is open
        signal.disconnect(close_old_connections)

    def ask(address, method="GET"):
        said = []
        path, _, query = address.partition("?")
        environ = RequestFactory().generic(method, "/", HTTP_HOST=HOST).environ
        environ |= {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
        with closing(Answer(front(environ, lambda *head: said.extend(head)))) as answer:
            return int(said[0].split()[0]), sorted(said[1]), b"".join(answer.body)

    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    store.shelf._db.close()


class Answer:
    """The body of an answer, ended as a server ends it."""

    def __init__(self, body):
        self.body = body

    def close(self):
        getattr(self.body, "close", lambda: None)()


def links(address, headers, body):
    """Return the addresses of this site that an answer names."""
    page = body.decode(errors="replace")
    found = [unescape(one or other) for one, other in LINKS.findall(page)]
    found += re.findall(r"https?://\S+", page) if address == "/robots.txt" else []
    found += [value for name, value in headers if name == "Location"]
    whole = [
        urlsplit(urljoin(f"http://{HOST}{quote(address, safe='/%?=&')}", one)) for one in found
    ]
    ours = {one.path or "/" for one in whole if one.netloc == HOST and one.scheme == "http"}
    return {one for one in ours if not one.startswith(("/static/", "/admin/"))}


def crawl(ask):
    """Return {address: answer} of all that is reached from the front page and by machines."""
    found, waiting = {}, {"/", "/robots.txt", "/sitemap.xml", "/feed.xml", "/page/2/", "/nowhere/"}
    while waiting:
        address = waiting.pop()
        found[address] = ask(address)
        waiting |= links(address, *found[address][1:]) - found.keys()
    return found


def leaks(answer, marks):
    """Return the marks in an answer's headers or body, whatever their case."""
    _, headers, body = answer
    said = (repr(headers).encode() + re.sub(rb"<wbr>|</?span\b[^>]*>", b"", body)).lower()
    return [mark for mark in marks if mark.encode() in said]


def marks_of(site):
    return [MARK, *(name for _, marked in site.values() for name in marked.pictures)]


def test_the_crawl_reaches_everything(ask, site):
    found = crawl(ask)
    assert {f"/posts/public{number}/" for number in range(10, 14)} <= found.keys()
    assert {"/series/rensai/", "/tags/ai/", "/authors/yamada/", "/archive/2026/04/"} <= found.keys()
    assert {"/sitemap-2026-04.xml", "/about/", "/posts/links/"} <= found.keys()
    assert {one: answer[0] for one, answer in found.items() if answer[0] != 200} == {
        "/nowhere/": 404,
        "/page/2/": 404,
    }


def test_the_marks_are_found_once_they_are_public(ask, site):
    post, marked = site["draft"]
    post.publish(None)
    found = [mark for answer in crawl(ask).values() for mark in leaks(answer, marks_of(site))]
    assert MARK in found
    assert marked.pictures[0] in found


def test_no_address_of_the_site_shows_a_mark(ask, site):
    marks = marks_of(site)
    assert not {one: found for one, answer in crawl(ask).items() if (found := leaks(answer, marks))}


# What somebody may try who knows a slug, an identifier or a number.
WAYS = ["/posts/{}/", "/posts/{}", "/{}/", "/{}", "/posts/{}/page/2/", "/posts/{}/preview/"]
WAYS += ["/preview/{}/", "/review/{}/", "/posts/{}/feed.xml", "/posts/{}.json", "//posts/{}/"]
WAYS += ["/posts/{}/?preview=1", "/posts/{};/", "/posts/{}%00/", "/posts/%20{}/", "/posts/{}/../"]
WAYS += ["/?p={}", "/search/?q={}", "/media/{}.jpg", "/api/posts/{}/"]
BRIEF = ["/posts/{}/", "/{}/", "/?p={}", "/preview/{}/", "/media/{}", "/sitemap-{}.xml"]
LISTS = ["/categories/{}/", "/tags/{}/", "/authors/{}/", "/series/{}/"]
MORE = [f"{way}{end}" for way in LISTS for end in ("page/1/", "page/2/", "feed.xml")]
RELATIONS = ["section", "tag", "author", "series"]
MERGED = [f"merged{kind}" for kind in RELATIONS]


def encoded(word):
    """Return a word with every letter written as a byte."""
    return "".join(f"%{ord(letter):02x}" for letter in word)


def encoded_high(word):
    return encoded(word).upper()


def guesses(post, marked):
    """Return pairs: how one might look for a manuscript, and by what."""
    slug = marked("slug")
    full = [slug, str(post.uid)]
    brief = [slug.upper(), encoded(slug), encoded_high(slug), quote(encoded(slug))]
    brief += [post.uid.hex, str(post.pk), *map(str, post.revisions.values_list("pk", flat=True))]
    yield from ((way, word) for word in full for way in WAYS)
    yield from ((way, word) for word in brief for way in BRIEF)
    lists = (*RELATIONS, *MERGED)
    yield from ((way, marked(kind)) for kind in (*lists, "name", "alias") for way in LISTS)
    yield from ((way, marked(kind)) for kind in lists for way in MORE)


def absent(word):
    """Return a word of the same kind that stands for nothing."""
    if word.isdecimal():
        return str(10**9 + int(word))
    if re.fullmatch("[0-9a-f]{8}-?[0-9a-f-]{24,27}", word):
        return "0" * 8 + word[8:]
    for form in (str, str.upper, encoded, encoded_high, lambda one: quote(encoded(one))):
        word = word.replace(form(MARK), form("zznone"))
    return word


def neutral(answer, word):
    """Return an answer without the word that was asked for, where it leads on to an address."""
    status, headers, body = answer
    plain = unquote(unquote(word)).lower()
    told = dict(headers)
    if "Location" in told:
        told["Location"] = unquote(unquote(told["Location"])).lower().replace(plain, "…")
    return status, told, body


def test_what_is_hidden_is_exactly_like_what_is_missing(ask, site, tmp_path):
    crawl(ask)
    marks, asked, missing = marks_of(site), 0, {}
    for state, (post, marked) in site.items():
        for way, word in guesses(post, marked):
            nothing = absent(word)
            assert nothing != word
            if way not in missing:
                missing[way] = neutral(ask(way.format(nothing)), nothing)
            there = ask(way.format(word))
            assert neutral(there, word) == missing[way], f"{state}: {way} {word}"
            told = [(name, value) for name, value in there[1] if name != "Location"]
            assert not leaks((0, told, there[2]), marks), f"{state}: {way} {word}"
            asked += 1
        # A server sends no body of these.
        head = ask(f"/posts/{marked('slug')}/", "HEAD")[:2]
        assert head == ask(f"/posts/{absent(marked('slug'))}/", "HEAD")[:2]
    assert asked > 1000
    assert_nothing_stored(tmp_path / "pages", marks)


def test_an_old_address_leads_to_nothing_hidden(ask, site):
    nothing = ask("/old/nothing/")
    for number, (post, _) in enumerate(site.values()):
        for address in (f"/old/{MARK}{number}/", f"/old/{MARK}{number}.png"):
            if post.live() and address.endswith("/"):
                continue
            assert ask(address) == nothing, address


def assert_nothing_stored(folder, marks):
    """Look into the page store: its files, its rows, their names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len([path for path in files if "files" in path.parts]) > 20
    with closing(sqlite3.connect(folder / "pages.sqlite3")) as rows:
        stored = rows.execute("SELECT key, headers, identity, gzip, br FROM page").fetchall()
    assert len(stored) > 20
    texts = [str(part).encode() for row in stored for part in row[:2]]
    for *_, whole, packed, br in stored:
        texts += [whole, gzip.decompress(packed), brotli.decompress(br)]
    texts += [str(path).encode() for path in files] + [unpacked(path) for path in files]
    marks = [mark.encode() for mark in marks]
    assert not [one[:200] for one in texts if any(mark in one.lower() for mark in marks)]


def unpacked(path):
    """Return what a stored file holds."""
    match path.suffix:
        case ".gz":
            return gzip.decompress(path.read_bytes())
        case ".br":
            return brotli.decompress(path.read_bytes())
    return path.read_bytes()

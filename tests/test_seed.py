"""The real article that the product was made for arrives exactly as it is."""

import json
import re
import shutil
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import feedparser
import pytest
from django.core.management import call_command

from posts import text
from posts.models import Author, Edition, ImportedFile, Post

SEED = Path(__file__).parent / "data" / "seed.txt"
NAME = "000_3e446716919703bd.txt"
TITLE = "Llama 4の「推論性能2倍」は、何を変えるのか？"
EXCERPT = "Meta Llama 4、推論性能2倍にについて詳細に分析します。"
TAGS = ["AI", "最新ニュース", "技術動向", "Meta", "OpenAI", "投資"]
DATE = datetime(2025, 12, 9, 8, 46, 44, tzinfo=UTC)


@pytest.fixture
def source(tmp_path):
    """The file under the name that it came with."""
    return shutil.copy(SEED, tmp_path / NAME)


@pytest.fixture
def printed(db, source, capsys):
    """The article imported; what the command printed."""
    call_command("import_posts", source, "--publish", "--slug", "llama-4")
    return capsys.readouterr().out


@pytest.fixture
def edition(printed):
    """What readers see of it."""
    return Edition.objects.public().get()


@pytest.fixture
def page(client, edition):
    """Its page."""
    return client.get("/posts/llama-4/").content.decode()


@pytest.fixture
def home(client, edition):
    """The home page that lists it."""
    return client.get("/").content.decode()


@pytest.fixture
def entry(client, edition):
    """Its entry in the feed."""
    [entry] = feedparser.parse(client.get("/feed.xml").content).entries
    return entry


def words(html):
    """Return the text of `html`, as a reader's eye takes it."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def meta(page, name):
    """Return the contents of the page's <meta> called `name`."""
    tags = re.findall(r"<meta[^>]*>", page)
    named = [tag for tag in tags if f'"{name}"' in tag]
    return [unescape(re.search(r'content="([^"]*)"', tag)[1]) for tag in named]


def paragraphs():
    """Return the paragraphs of the file's body."""
    body = SEED.read_text().split("---\n", 2)[2]
    return [part.strip() for part in body.split("\n\n") if part.strip()]


# What is stored


def test_the_title_is_unchanged(edition):
    assert edition.title == edition.post.title == TITLE


def test_the_author_is_an_organisation(edition):
    author = Author.objects.get()
    assert (author.name, author.kind) == ("ALLFORCES編集部", Author.Kind.ORGANISATION)
    assert [row.author for row in edition.bylines.all()] == [author]


def test_category_and_tags_are_there_in_order(edition):
    assert edition.category.name == "投資分析"
    assert [row.tag.name for row in edition.tag_rows.all()] == TAGS


def test_the_date_is_the_files(edition):
    assert edition.published_at == edition.updated_at == DATE
    assert edition.post.original_date == DATE
    assert edition.month == 202512


def test_the_slug_is_the_one_that_was_given(edition):
    assert edition.get_absolute_url() == "/posts/llama-4/"


def test_without_a_slug_a_safe_one_is_made(db, source):
    call_command("import_posts", source, "--publish")
    assert re.fullmatch(r"20251209-[0-9a-f]{8}", Edition.objects.get().slug)


def test_the_file_is_kept_byte_for_byte(edition):
    assert ImportedFile.objects.get().raw == SEED.read_bytes()
    assert ImportedFile.objects.get().key == "000_3e446716919703bd"


def test_a_note_says_that_the_repeated_title_was_left_out(printed):
    assert re.search(rf"^メモ：{NAME}　本文の最初の段落が題と同じ", printed, re.MULTILINE)
    assert "作成 1" in printed
    assert "最初の段落が題と同じ" in ImportedFile.objects.get().notes[0]


def test_it_counts_as_an_editor_counts(edition):
    assert edition.characters == 3002


def test_it_takes_eight_minutes_by_count_too(edition):
    assert edition.reading_minutes == edition.post.reading_minutes == 8
    assert text.reading_minutes(edition.characters) == 8


def test_the_body_is_complete(edition):
    shown = words(edition.html)
    first, *rest = paragraphs()
    assert first == TITLE
    assert len(rest) == 14
    assert [part for part in rest if part not in shown] == []
    assert edition.html.count("<p>") == len(rest)


def test_the_rest_of_the_front_matter_is_kept(edition):
    assert edition.post.front_matter == {"layout": "post"}


# What readers see


def test_the_page_shows_the_title_once_as_its_heading(page):
    [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert words(heading) == TITLE
    main = page.split("<main", 1)[1]
    assert words(main).count(TITLE) == 1
    assert unescape(re.search(r"<title>(.*?)</title>", page)[1]).startswith(TITLE)


def test_the_page_shows_the_day_in_japan(page):
    assert "2025年12月9日" in words(page)
    assert 'datetime="2025-12-09T17:46:44+09:00"' in page


def test_the_page_shows_author_category_tags_and_minutes(page):
    shown = words(page)
    for word in ("ALLFORCES編集部", "投資分析", "約8分", *TAGS):
        assert word in shown


def test_the_page_describes_itself_without_marks(page):
    assert meta(page, "description") == [EXCERPT]
    assert meta(page, "og:description") == [EXCERPT]
    assert meta(page, "og:title") == [TITLE]
    assert meta(page, "og:type") == ["article"]
    assert meta(page, "og:url") == ["http://testserver/posts/llama-4/"]


def test_machines_read_that_an_organisation_wrote_it(page):
    found = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    articles = [one for one in map(json.loads, found) if "Article" in str(one.get("@type"))]
    for one in articles:
        assert one["headline"] == TITLE
        assert one["author"][0]["@type"] == "Organization"
        assert one["datePublished"] == "2025-12-09T17:46:44+09:00"


def test_the_card_shows_the_excerpt_with_its_emphasis(home):
    assert "<strong>Meta Llama 4、推論性能2倍に</strong>について詳細に分析します。" in home
    assert TITLE in words(home)
    assert "2025年12月9日" in words(home)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/posts/llama-4/",
        "/feed.xml",
        "/authors/",
        "/archive/",
        "/archive/2025/",
        "/archive/2025/12/",
        "/sitemap.xml",
    ],
)
def test_no_asterisk_is_seen_anywhere(client, edition, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "**" not in answer.content.decode()


def test_no_asterisk_is_seen_on_its_lists(client, edition):
    lists = [edition.category, Author.objects.get(), *(row.tag for row in edition.tag_rows.all())]
    for one in lists:
        shown = client.get(one.get_absolute_url()).content.decode()
        assert TITLE in words(shown)
        assert "**" not in shown


# The feed


def test_the_feed_has_it_whole(entry):
    assert entry.title == TITLE
    assert entry.author == "ALLFORCES編集部"
    assert entry.summary == EXCERPT
    assert entry.link == "http://testserver/posts/llama-4/"
    assert entry.published_parsed[:6] == (2025, 12, 9, 8, 46, 44)
    assert [tag.term for tag in entry.tags] == ["投資分析", *TAGS]


def test_the_feed_has_its_full_text(entry):
    [content] = entry.content
    shown = words(content.value)
    assert [part for part in paragraphs()[1:] if part not in shown] == []
    assert TITLE not in shown


def test_the_feed_knows_it_by_a_name_for_ever(entry):
    post = Post.objects.get()
    assert entry.id == f"urn:uuid:{post.uid}"
    assert not entry.guidislink


def test_the_name_for_ever_is_the_same_on_every_site(entry):
    assert entry.id == "urn:uuid:c61be427-688c-58d2-b30a-89498d66a3d3"

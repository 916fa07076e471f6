import unicodedata
from zoneinfo import ZoneInfo

import pytest

from posts.formats.addresses import plain_path
from tests.formats.articles import read


def default(name, front="", **options):
    (address,) = read(front, name=name, **options).redirects
    return address


def test_the_default_address_of_a_post():
    front = 'categories: ["投資分析"]\ndate: 2025-12-09 08:46:44 +0000'
    assert default("_posts/2025-12-01-s.md", front) == "/投資分析/2025/12/09/s.html"


def test_the_title_in_an_address_is_the_file_name_with_its_case():
    assert default("2024-01-02-Late_Night Post.md") == "/2024/01/02/Late_Night-Post.html"
    assert default("2024-01-02-「何を、変える」？.md") == "/2024/01/02/何を-変える.html"


def test_a_slug_key_wins_over_the_file_name():
    assert default("2024-01-02-x.md", "slug: Llama-4") == "/2024/01/02/Llama-4.html"


@pytest.mark.parametrize(
    ("front", "path"),
    [
        ('categories: ["AI Tech"]', "/ai tech/2024/01/02/x.html"),
        ("categories: AI Tech", "/ai/tech/2024/01/02/x.html"),
        ("category: AI Tech", "/ai tech/2024/01/02/x.html"),
        ('categories: ["Ｗｅｂ・開発", "C#"]', "/ｗｅｂ・開発/c#/2024/01/02/x.html"),
        ("categories: [AI, ai]", "/ai/2024/01/02/x.html"),
    ],
)
def test_categories_are_only_downcased(front, path):
    assert default("2024-01-02-x.md", front) == path


@pytest.mark.parametrize(("zone", "day"), [("UTC", "09"), ("Asia/Tokyo", "10")])
def test_the_day_is_that_of_the_old_site(zone, day):
    address = default("2025-12-09-x.md", "date: 2025-12-09 20:46:00 +0000", zone=ZoneInfo(zone))
    assert address == f"/2025/12/{day}/x.html"


def test_a_name_without_a_date_has_no_default_address():
    assert read("date: 2024-01-02\nslug: x", name="x.md").redirects == ()


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("/old/:year/:month/:title/", "/old/2024/01/x_Y/"),
        ("/:year/:i_month/:i_day/:slug", "/2024/1/2/x-y"),
        ("/:year-:month_:day.html", "/2024-01_02.html"),
        ("/W:week/:short_day:output_ext", "/W01/Tue.html"),
        ("old/a.html", "/old/a.html"),
        ("pretty", "/2024/01/02/x_Y/"),
        ("https://old.example/a%20b?c=d#e", "/a b"),
        ("/%E6%97%A5%e6%9c%ac/", "/日本/"),
    ],
)
def test_an_explicit_permalink_comes_first(permalink, path):
    record = read(f'permalink: "{permalink}"', name="2024-01-02-x_Y.md")
    assert record.permalink == permalink
    assert record.redirects == (path, "/2024/01/02/x_Y.html")


@pytest.mark.parametrize("permalink", ["/", "/../a", "/:unknown/a", "/a%00b", "https://x.example"])
def test_a_permalink_of_no_use_is_noted(permalink):
    record = read(f'permalink: "{permalink}"', name="x.md")
    assert record.redirects == ()
    assert permalink in record.notes[0]


@pytest.mark.parametrize(
    ("front", "paths"),
    [
        ("redirect_from: /a/", ("/a/",)),
        ("redirect_from: [/a/, /b/, /a/]", ("/a/", "/b/")),
        ("redirect_from:\n  - //host.example/a\n  - http://host.example:80/b?x\n", ("/a", "/b")),
        ("redirect_from: 2024", ("/2024",)),
        ("redirect_from:", ()),
    ],
)
def test_redirect_from_is_a_text_or_a_list(front, paths):
    assert read(front, name="x.md").redirects == paths


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a//b", "/a/b"),
        ("/%E3%81", "/%E3%81"),
        ("/a%2525", "/a%25"),
        ("/" + unicodedata.normalize("NFD", "ガ"), "/ガ"),
        ("http://[bad/a", "/a"),
        ("/a/./b", ""),
        ("/a\nb", ""),
        ("", ""),
        ("?x=1", ""),
    ],
)
def test_an_address_becomes_a_plain_path(address, path):
    assert plain_path(address) == path

"""Slugs that two articles want, and the addresses of the site before."""

from datetime import timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from posts.models import Edition, Post, Redirect
from tests.imports.sites import article, load, notes, outcomes, pack, rows, write

pytestmark = pytest.mark.django_db


def test_the_same_slug_on_two_days_gets_the_day(tmp_path):
    files = {
        "_posts/2024-01-02-x.md": article("一"),
        "_posts/2024-02-03-x.md": article("二"),
        "_posts/2024-02-03-y.md": article("三", slug="x"),
    }
    report = load(write(tmp_path, files))
    slugs = dict(Post.objects.values_list("title", "slug"))
    assert slugs == {"一": "x", "二": "x-20240203", "三": "x-20240203-2"}
    assert "「x-20240203」にしました" in notes(report)
    before = rows()
    load(pack(tmp_path / "site.zip", files, seed=1))
    assert rows() == before


def test_a_slug_stays_when_the_file_changes(tmp_path):
    write(tmp_path, {"2024-01-02-x.md": article("一"), "2024-02-03-x.md": article("二")})
    load(tmp_path)
    load(write(tmp_path, {"2024-02-03-x.md": article("二の改")}))
    assert dict(Post.objects.values_list("title", "slug")) == {"一": "x", "二の改": "x-20240203"}


def test_two_files_of_the_same_key_are_refused_with_both_names(tmp_path):
    files = {"_posts/2024-01-02-x.md": article("公開"), "_drafts/2024-01-02-x.md": article("草稿")}
    report = load(write(tmp_path, files))
    [refused] = [result for result in report.results if result.outcome == "不可"]
    assert {refused.name, *refused.reason.split("」")[0].split("「")} >= set(files)
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("front", "old"),
    [
        ({"permalink": "/old/:year/:title.html"}, "/old/2024/new.html"),
        ({"permalink": "/kept/"}, "/kept/"),
        ({"permalink": "/:title/"}, "/new/"),
        ({"permalink": "/posts/:year/:title/"}, "/posts/2024/new/"),
        ({"categories": ["投資分析"]}, "/投資分析/2024/01/02/new.html"),
        ({"categories": ["AI Tech"]}, "/ai tech/2024/01/02/new.html"),
        ({}, "/2024/01/02/new.html"),
        ({"redirect_from": "/一つ/"}, "/一つ/"),
        ({"redirect_from": ["/一つ/", "/a/b.html"]}, "/a/b.html"),
        ({"redirect_from": "/before"}, "/before"),
        ({"redirect_from": "/posts/before/"}, "/posts/before/"),
        ({"redirect_from": "/tags/before/"}, "/tags/before/"),
        ({"redirect_from": "/archive/2024/01/before/"}, "/archive/2024/01/before/"),
        ({"redirect_from": "https://old.example/%E5%8F%A4/"}, "/古/"),
    ],
)
def test_an_old_address_leads_here_while_the_article_is_visible(client, tmp_path, front, old):
    load(write(tmp_path, {"2024-01-02-x.md": article(slug="new", **front)}))
    for address in (quote(old), quote(old).lower()):
        answer = client.get(address)
        assert (answer.status_code, answer.get("Location")) == (301, "/posts/new/")
    Post.objects.get().unpublish(None)
    assert client.get(quote(old)).status_code == 404


@pytest.mark.parametrize(
    "front", [{"published": False}, {"date": "2099-01-01 00:00:00 +0900"}, {"draft": True}]
)
def test_an_old_address_of_a_hidden_article_is_none(client, tmp_path, front):
    front |= {"permalink": "/old/", "redirect_from": "/older.html"}
    load(write(tmp_path, {"2024-01-02-x.md": article(**front)}))
    for old in ("/old/", "/older.html", "/2024/01/02/x.html", "/2099/01/01/x.html"):
        assert client.get(old).status_code == 404


def test_an_old_address_follows_the_slug(client, tmp_path):
    source = write(tmp_path, {"2024-01-02-x.md": article(slug="one", permalink="/old/")})
    load(source)
    load(write(tmp_path, {"2024-01-02-x.md": article(slug="two", permalink="/old/")}))
    assert client.get("/old/")["Location"] == "/posts/two/"
    assert client.get("/posts/one/")["Location"] == "/posts/two/"


def test_two_articles_want_one_old_address(tmp_path):
    files = {
        "2024-01-02-a.md": article(permalink="/x/"),
        "2024-01-03-b.md": article(permalink="/x/"),
    }
    report = load(write(tmp_path, files))
    assert "以前の住所「/x/」は別の記事" in notes(report)
    assert Redirect.objects.get(path="/x/").post.slug == "a"


@pytest.mark.parametrize(
    ("zone", "old"), [("UTC", "/2025/12/09/x.html"), ("Asia/Tokyo", "/2025/12/10/x.html")]
)
def test_the_day_of_an_old_address_is_that_of_the_sites_zone(tmp_path, zone, old):
    path = write(tmp_path, {"2025-12-09-x.md": article(date="2025-12-09 20:46:44 +0000")})
    load(path, zone=ZoneInfo(zone))
    assert [row.path for row in Redirect.objects.all()] == [old]


def test_a_date_without_a_zone_is_in_the_sites_zone(tmp_path):
    source = write(tmp_path, {"x.md": article(date="2024-01-02 00:30")})
    load(source, zone=ZoneInfo("America/New_York"))
    assert Edition.objects.get().published_at.isoformat() == "2024-01-02T05:30:00+00:00"


def test_a_redirect_never_hides_a_page_of_the_site(client, tmp_path):
    files = {
        "2024-01-02-a.md": article("甲", redirect_from="/posts/b/"),
        "2024-01-03-b.md": article("乙", redirect_from=["/", "/feed.xml", "/robots.txt"]),
    }
    load(write(tmp_path, files))
    assert client.get("/feed.xml").status_code == 200
    assert client.get("/robots.txt").status_code == 200
    assert client.get("/posts/b/").status_code == 200


def test_a_japanese_slug_answers_in_every_encoding(client, tmp_path):
    load(write(tmp_path, {"2024-01-02-推論.md": article()}))
    assert client.get(quote("/posts/推論/")).status_code == 200
    assert client.get(quote("/posts/推論/").lower()).status_code == 200
    assert client.get(quote("/2024/01/02/推論.html"))["Location"] == quote("/posts/推論/")


def test_a_slug_of_marks_alone_falls_back(tmp_path):
    report = load(write(tmp_path, {"2024-01-02-！？.md": article()}))
    assert set(outcomes(report).values()) == {"作成"}
    assert Edition.objects.public(timezone.now() + timedelta(1)).get().slug.startswith("20240102-")

"""The sitemap: every public address, no other, and never a host that a request brought."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from posts.models import JST, Edition
from tests.cast import begin

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def articles():
    """An article, a static page, a draft, one that waits, and one that is over."""
    now = timezone.now()
    begin(title="記事", slug="article").publish(None)
    begin(title="固定ページ", slug="about", kind="page").publish(None)
    begin(title="下書き", slug="draft")
    begin(title="予定", slug="later").publish(None, at=now + timedelta(hours=1))
    over = begin(title="終了", slug="over")
    over.publish(None)
    over.unpublish(None)


def located(answer):
    """Return the addresses that a sitemap, or an index of them, names."""
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    return [one.text for one in ElementTree.fromstring(answer.content).iterfind(".//s:loc", NAMES)]


def addresses(client, **headers):
    """Return all addresses in all sitemaps that the index names."""
    found = []
    for sitemap in located(client.get("/sitemap.xml", **headers)):
        found += located(client.get(sitemap.removeprefix(SITE), **headers))
    return found


def test_it_has_what_is_public_and_nothing_else(client, articles):
    assert set(addresses(client)) == {
        "http://testserver/posts/article/",
        "http://testserver/about/",
    }


def test_every_address_in_it_answers(client, articles):
    for address in addresses(client):
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_no_host_of_a_request_is_in_it(client, articles):
    assert addresses(client) == addresses(client, HTTP_HOST="127.0.0.1:8000")
    index = client.get("/sitemap.xml", HTTP_HOST="localhost").content.decode()
    assert "localhost" not in index


def test_a_japanese_slug_is_encoded(client):
    begin(slug="推論性能").publish(None)
    [address] = addresses(client)
    assert address == "http://testserver/posts/%E6%8E%A8%E8%AB%96%E6%80%A7%E8%83%BD/"


def test_it_says_when_readers_were_told_of_a_change(client):
    begin(slug="x").publish(None)
    [sitemap] = located(client.get("/sitemap.xml"))
    found = ElementTree.fromstring(client.get(sitemap.removeprefix(SITE)).content)
    moment = datetime.fromisoformat(found.find(".//s:lastmod", NAMES).text)
    assert moment == Edition.objects.get().updated_at.replace(microsecond=0)
    assert moment.utcoffset() == timedelta(hours=9)


def test_without_articles_it_is_there_all_the_same(client):
    assert addresses(client) == []


@pytest.mark.parametrize(
    "address",
    [
        *("/sitemap-nothing.xml", "/sitemap-pages.xml", "/sitemap-2026-04.xml"),
        *("/sitemap-2026-13.xml", "/sitemap-99999999999999999999-01.xml"),
    ],
)
def test_what_does_not_exist_is_not_there(client, address):
    assert client.get(address).status_code == 404


def test_each_month_has_its_own_and_the_index_names_them_newest_first(client, articles):
    for slug, month in (("old", 2), ("older", 1)):
        date = datetime(2024, month, 29, 23, tzinfo=JST)
        begin(slug=slug, original_date=date).publish(None)
    begin(slug="new-year", original_date=datetime(2024, 1, 31, 15, 30, tzinfo=UTC)).publish(None)
    now = timezone.now().astimezone(JST)
    assert located(client.get("/sitemap.xml")) == [
        f"{SITE}/sitemap-{now:%Y-%m}.xml",
        f"{SITE}/sitemap-2024-02.xml",
        f"{SITE}/sitemap-2024-01.xml",
        f"{SITE}/sitemap-pages.xml",
    ]
    february = located(client.get("/sitemap-2024-02.xml"))
    assert february == [f"{SITE}/posts/old/", f"{SITE}/posts/new-year/"]  # in Japan's time


def test_robots_leads_to_it(client):
    assert "Sitemap: http://testserver/sitemap.xml\n" in client.get("/robots.txt").content.decode()

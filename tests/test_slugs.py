"""Addresses of articles: one canonical address, old ones only as far as readers saw them."""

import unicodedata
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Refused, Slug, Tag
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db

NOW = timezone.now()
PAST, FUTURE = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def address(slug):
    return f"/posts/{quote(slug)}/"


def answer(client, slug):
    """Return the status at the address of `slug`, and where it leads."""
    response = client.get(address(slug))
    return response.status_code, response.get("Location")


def test_an_old_slug_leads_to_the_new_one(client):
    post = begin(slug="old")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="new")
    post.publish(None, now=minute(2))
    assert answer(client, "new") == (200, None)
    assert answer(client, "old") == (301, "/posts/new/")


def test_every_old_slug_leads_straight_to_the_newest(client):
    post = begin(slug="s0")
    for number in range(1, 4):
        post.publish(None, now=minute(number))
        rewrite(post, "題", slug=f"s{number}")
    post.publish(None, now=minute(4))
    assert {answer(client, f"s{number}") for number in range(3)} == {(301, "/posts/s3/")}


def test_an_old_slug_is_nothing_while_the_article_is_not_visible(client):
    post = begin(slug="old")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="new")
    post.publish(None, now=minute(2))
    post.unpublish(None, now=minute(3))
    assert answer(client, "old") == answer(client, "new") == (404, None)


def test_a_slug_that_only_the_manuscript_had_is_nothing(client):
    post = begin(slug="first")
    rewrite(post, "題", slug="draft-only")
    rewrite(post, "題", slug="final")
    post.publish(None, now=minute(1))
    assert answer(client, "first") == answer(client, "draft-only") == (404, None)
    assert Slug.objects.filter(post=post).count() == 3


def test_a_slug_in_the_unpublished_changes_is_nothing_yet(client):
    post = begin(slug="old")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="new")
    assert answer(client, "new") == (404, None)
    assert answer(client, "old") == (200, None)


def test_a_slug_that_waits_for_its_minute_is_nothing_until_then(client):
    post = begin(slug="old")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="new")
    post.publish(None, at=FUTURE, now=minute(2))
    assert answer(client, "new") == (404, None)
    assert answer(client, "old") == (200, None)


def test_a_slug_whose_minute_has_come_is_there_without_any_job(client):
    post = begin(slug="old")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="new")
    post.publish(None, at=PAST, now=minute(2))
    assert answer(client, "new") == (200, None)
    assert answer(client, "old") == (301, "/posts/new/")


def test_a_slug_whose_publication_was_taken_back_stays_nothing(client):
    post = begin(slug="never")
    post.publish(None, at=minute(10), now=minute(1))
    post.unschedule(None, now=minute(2))
    rewrite(post, "題", slug="real")
    post.publish(None, now=minute(20))
    assert answer(client, "never") == (404, None)


def test_a_first_publication_that_waits_is_nothing(client):
    begin(slug="soon").publish(None, at=FUTURE, now=minute(1))
    assert answer(client, "soon") == (404, None)


def test_a_slug_that_comes_back_is_the_address_again(client):
    post = begin(slug="a")
    for number, slug in enumerate(["a", "b", "a"], start=1):
        rewrite(post, f"題{number}", slug=slug)
        post.publish(None, now=minute(number))
    assert answer(client, "a") == (200, None)
    assert answer(client, "b") == (301, "/posts/a/")


@pytest.mark.parametrize("asked", ["GAKKOU", "Gakkou", "gakkoU"])
def test_upper_case_leads_to_the_canonical_address(client, asked):
    begin(slug="gakkou").publish(None, now=minute(1))
    assert answer(client, asked) == (301, "/posts/gakkou/")


def test_a_decomposed_spelling_leads_to_the_canonical_address(client):
    begin(slug="がっこう").publish(None, now=minute(1))
    asked = unicodedata.normalize("NFD", "がっこう")
    assert asked != "がっこう"
    assert answer(client, asked) == (301, address("がっこう"))


def test_a_slug_is_stored_in_its_canonical_form(client):
    post = begin(slug=unicodedata.normalize("NFD", "がっこう-ABC"))
    assert post.slug == "がっこう-abc"
    post.publish(None, now=minute(1))
    assert answer(client, "がっこう-abc") == (200, None)


def test_both_cases_of_the_encoding_reach_the_page(client):
    begin(slug="日本").publish(None, now=minute(1))
    encoded = quote("日本")
    assert encoded.lower() != encoded
    for form in (encoded, encoded.lower()):
        assert client.get(f"/posts/{form}/").status_code == 200


def test_an_old_slug_in_another_spelling_leads_on_in_one_step(client):
    post = begin(slug="がっこう")
    post.publish(None, now=minute(1))
    rewrite(post, "題", slug="school")
    post.publish(None, now=minute(2))
    asked = unicodedata.normalize("NFD", "がっこう")
    assert answer(client, asked) == (301, "/posts/school/")


def test_an_article_and_a_page_lead_to_each_others_address(client):
    begin(slug="about", kind="page").publish(None, now=minute(1))
    begin(slug="story").publish(None, now=minute(1))
    assert client.get("/about/").status_code == 200
    assert answer(client, "about") == (301, "/about/")
    assert client.get("/story/")["Location"] == "/posts/story/"


def test_without_a_slug_the_day_and_the_identifier_make_one(client):
    post = begin()
    edition = post.publish(None, now=minute(1))
    assert edition.slug == f"20260401-{post.uid.hex[:8]}"
    assert answer(client, edition.slug) == (200, None)


def test_the_address_stays_when_the_manuscript_has_no_slug_of_its_own(client):
    post = begin(title="一")
    first = post.publish(None, now=minute(1))
    rewrite(post, "二", slug="")
    second = post.publish(None, now=minute(60 * 24 * 40))
    assert second.slug == first.slug
    post.restore(post.revisions.get(number=1), by=None)
    assert post.publish(None, now=minute(60 * 24 * 80)).slug == first.slug


ZERO_BYTES = ["/%00", "/a%00b/", "/a/%00/b", "/posts/a%00b/", "/tags/%00/", "/authors/%00/page/2/"]


@pytest.mark.parametrize("path", ZERO_BYTES)
def test_a_zero_byte_in_an_address_is_nothing(client, path):
    assert client.get(path).status_code == 404


def test_a_stale_save_does_not_publish_over_the_address_of_another():
    post = begin(slug="first")
    rewrite(post, "先の保存")
    stale = post.write(replace(post.manuscript, title="後の保存", slug="same"), by=None, base=1)
    assert stale.number != post.version
    other = begin(slug="same")
    other.publish(None, now=minute(1))
    with pytest.raises(Refused):
        post.publish(None, stale, now=minute(2))
    assert not post.editions.exists()


def test_a_stale_save_is_published_at_its_own_address():
    post = begin(slug="first")
    rewrite(post, "先の保存")
    stale = post.write(replace(post.manuscript, title="後の保存", slug="same"), by=None, base=1)
    post.publish(None, stale, now=minute(1))
    assert Slug.objects.get(path="same").post == post


def test_a_list_is_found_under_the_other_spelling_of_its_letters(client):
    (tag,) = Tag.named(["ガス"])
    begin(tags=(tag.pk,)).publish(None, now=minute(1))
    answer = client.get(f"/tags/{quote(unicodedata.normalize('NFD', tag.slug))}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/tags/{quote(tag.slug)}/")
    assert client.get(answer["Location"]).status_code == 200


def test_another_spelling_leads_to_no_other_host(client):
    address = "//evil.example/" + unicodedata.normalize("NFD", "が") + "/"
    answer = client.get("/", PATH_INFO=address.encode().decode("latin-1"))
    assert answer["Location"] == f"/evil.example/{quote('が')}/"


def test_what_waits_costs_as_many_queries_as_what_is_not_there(client, django_assert_num_queries):
    begin(slug="waiting").publish(None, at=FUTURE, now=NOW)
    begin(slug="draft")
    with CaptureQueriesContext(connection) as nothing:
        assert client.get(address("nothing")).status_code == 404
    for slug in ("waiting", "draft"):
        with django_assert_num_queries(len(nothing)):
            assert client.get(address(slug)).status_code == 404

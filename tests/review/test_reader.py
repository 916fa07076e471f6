"""What a reader with a link gets: one revision, nothing else of the desk, no trace elsewhere."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from posts.models import Media, ReviewLink
from tests.admin.desk import rows, seen
from tests.cast import begin, rewrite
from tests.review.cast import manuscript, on
from tests.test_headers import guarded, inert
from tests.test_media import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A browser of nobody, whose forms are checked as in production."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def post(writer):
    return manuscript(writer)


@pytest.fixture
def link(post, editor):
    return post.share(editor, "佐藤 花子")


def send(client, to, **fields):
    return client.post(to.get_absolute_url(), {"where": "0", "do": "remark", **fields})


def private(answer):
    """Check that nothing stores, indexes or refers to an answer, and that it knows nobody."""
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


def test_the_revision_is_read(client, post, link, writer):
    rewrite(post, "直した題", by=writer, body="直した本文。")
    answer = client.get(link.get_absolute_url())
    assert answer.status_code == 200
    private(answer)
    guarded(answer)
    inert(answer.content.decode())
    text = answer.content.decode()
    for part in (
        "確認のお願い：時計の町",
        "針の話。",
        "三分だけ進めて",
        "佐藤 花子さん",
        "確認しました",
    ):
        assert part in text
    assert "直した題" not in text
    assert "直した本文" not in text


def test_no_other_site_is_told_of_it(client, link):
    page = client.get(link.get_absolute_url()).content.decode()
    assert '<meta name="robots" content="noindex">' in page
    for word in ("canonical", "og:title", "og:description", "description"):
        assert f'"{word}"' not in page


def test_it_opens_its_log_once_and_not_for_a_glance(client, post, link):
    client.head(link.get_absolute_url())
    assert not post.events.filter(move="seen").exists()
    client.get(link.get_absolute_url())
    client.get(link.get_absolute_url())
    assert post.events.filter(move="seen").count() == 1


def test_a_remark_comes_back_on_the_page(client, post, link):
    answer = send(client, link, body="船長です。<b>", quote="三分だけ", near="12")
    private(answer)
    comment = post.comments.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{link.get_absolute_url()}#c{comment.pk}"
    assert (comment.quote, comment.link, comment.by) == ("三分だけ", link, None)
    page = client.get(link.get_absolute_url()).content.decode()
    assert "船長です。&lt;b&gt;" in page
    assert f'<mark id="on-{comment.pk}">三分だけ</mark>' in page


def test_the_desk_answers_and_what_it_says_among_itself_stays_there(client, post, link, editor):
    other = post.share(editor, "鈴木")
    other.remark("よその人のコメント", **on(post, "0"))
    post.remark(editor, "内輪のコメント", **on(post, "0")).answer(editor, "内輪の返信")
    link.remark("船長です。", **on(post, "0")).answer(editor, "直しました。")
    text = seen(client.get(link.get_absolute_url()))
    assert "直しました。" in text
    for hidden in ("内輪", "よその人", "鈴木"):
        assert hidden not in text


def test_it_is_confirmed(client, post, link):
    answer = client.post(link.get_absolute_url(), {"do": "confirm"})
    private(answer)
    assert answer["Location"].endswith("#confirm")
    link.refresh_from_db()
    assert link.confirmed_at
    text = seen(client.get(link.get_absolute_url()))
    assert "確認したことを編集部に伝えました" in text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"body": " "}, "コメントが空です"),
        ({"body": "長" * 4001}, "上限は4,000字"),
        ({"body": "本文", "where": "99"}, "その段落はありません"),
    ],
)
def test_what_cannot_be_stored_is_given_back(client, post, link, fields, why):
    before = rows()
    answer = send(client, link, **fields)
    private(answer)
    assert answer.status_code == 422
    assert rows() == before
    if "where" not in fields:
        assert why in seen(answer)
        assert fields["body"].strip() in answer.content.decode()


def test_who_sends_too_much_in_an_hour_keeps_the_text(client, post, link):
    for number in range(30):
        assert send(client, link, body=f"{number}").status_code == 302
    answer = send(client, link, body="三十一件目")
    assert answer.status_code == 422
    assert "1時間に" in seen(answer)
    assert "三十一件目" in answer.content.decode()


def test_what_is_too_large_is_not_even_read(client, post, link):
    answer = send(client, link, body="x" * 70_000)
    private(answer)
    assert answer.status_code == 413
    assert not post.comments.exists()


# What opens nothing


def shut(link, how, chief):
    """Make an address that opens nothing, and return it."""
    address = link.get_absolute_url()
    if how == "revoked":
        link.revoke(chief)
    elif how == "expired":
        past = timezone.now() - timedelta(seconds=1)
        ReviewLink.objects.filter(pk=link.pk).update(expires_at=past)
    elif how == "archived":
        link.post.archive(chief)
    elif how == "forged":
        address = address.replace(link.secret, link.secret[::-1])
    elif how == "gone":
        link.delete()
    return address


WAYS = ["revoked", "expired", "archived", "forged", "gone"]


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("how", WAYS)
def test_whatever_opens_nothing_answers_like_a_missing_page(client, link, chief, how, method):
    address = shut(link, how, chief)
    before = rows()
    answer = getattr(client, method)(address)
    unknown = getattr(client, method)("/review/unknown/")
    assert answer.status_code == unknown.status_code == 404
    assert answer.content == unknown.content
    assert answer.headers == unknown.headers
    private(answer)
    guarded(answer)
    assert rows() == before
    if method == "get":
        assert answer.content == client.get("/no-such-page/").content


@pytest.mark.parametrize("how", WAYS)
def test_what_was_typed_is_given_back_all_the_same(client, link, chief, how):
    address = shut(link, how, chief)
    data = {"body": "書いた文章", "do": "remark"}
    answer, unknown = client.post(address, data), client.post("/review/unknown/", data)
    assert answer.status_code == 404
    assert "書いた文章" in answer.content.decode()
    assert answer.content == unknown.content
    private(answer)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_none(client, link, method):
    answer = getattr(client, method)(link.get_absolute_url())
    assert answer.status_code == 405
    private(answer)


@pytest.mark.parametrize(
    "address",
    ["/review/", "/review/%00/", "/review/" + "a" * 5000 + "/", "/review/a/b/", "/review/1.a.b/"],
)
def test_an_odd_token_is_a_missing_page(client, address):
    assert client.get(address).status_code == 404


# What it must not do


def test_a_login_counts_for_nothing_there(client, post, link, chief):
    client.force_login(chief)
    answer = send(client, link, body="編集長が開いた")
    assert answer.status_code == 302
    comment = post.comments.get()
    assert (comment.by, comment.link) == (None, link)
    page = client.get(link.get_absolute_url()).content.decode()
    assert "/admin/" not in page
    assert "csrf" not in page


@pytest.mark.parametrize("do", ["answer", "resolve", "reopen", "share", "publish", "delete"])
def test_it_does_nothing_else(client, post, link, editor, do):
    comment = post.remark(editor, "内輪", **on(post, "0"))
    client.post(link.get_absolute_url(), {"do": do, "comment": comment.pk, "body": ""})
    assert [one.pk for one in post.comments.all()] == [comment.pk]
    comment.refresh_from_db()
    assert not comment.is_resolved
    assert not post.editions.exists()


def test_no_field_changes_what_is_read_or_who_remarks(client, post, link, chief, writer):
    rewrite(post, "直した題", by=writer, body="秘密の本文。")
    other = begin(title="よその原稿")
    forged = {"revision": "2", "post": other.pk, "by": chief.pk, "link": "99", "thread": "1"}
    send(client, link, body="本文", **forged)
    comment = post.comments.get()
    assert (comment.revision, comment.by, comment.link_id, comment.thread) == (
        1,
        None,
        link.pk,
        None,
    )
    assert "秘密" not in client.get(link.get_absolute_url() + "?revision=2").content.decode()
    assert not other.comments.exists()


def test_a_picture_that_nobody_published_is_seen(client, writer, editor):
    media = Media.keep(plain(), "海.png", alt="海")
    post = begin(writer, title="題", body=f"![]({media.url})", cover=media.pk)
    link = post.share(editor, "人")
    page = client.get(link.get_absolute_url()).content.decode()
    sources = set(re.findall(r'<img[^>]* src="([^"]+)"', page))
    assert sources == {media.url}
    with closing(client.get(media.url)) as answer:
        assert answer.status_code == 200


def test_a_link_to_a_draft_tells_nothing_of_it(client, post, link, writer, editor):
    begin(writer, title="秘密の題", slug="himitsu")
    rewrite(post, "題", by=writer, body="[言葉](post:himitsu) と [](post:himitsu)")
    page = client.get(post.share(editor, "人").get_absolute_url()).content.decode()
    assert "himitsu" not in page.split("<article")[1].split("remarks")[0]
    assert "秘密の題" not in page


def test_crawlers_are_told_to_stay_away(client):
    assert "Disallow: /review/\n" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("query", ["", "?utm_source=x"])
def test_no_public_page_names_it(client, post, link, chief, query):
    post.publish(chief)
    for address in ("/", post.live().get_absolute_url(), "/feed.xml", "/sitemap.xml"):
        page = client.get(address + query).content.decode()
        assert "/review/" not in page
        assert link.secret not in page


def test_its_cost_does_not_grow(client, post, link, django_assert_max_num_queries):
    for _ in range(5):
        link.remark("一", **on(post, "0"))
    client.get(link.get_absolute_url())
    for number in range(20):
        link.remark(f"{number}", **on(post, "1"))
    with django_assert_max_num_queries(20):
        assert client.get(link.get_absolute_url()).status_code == 200

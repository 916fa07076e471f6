"""Redirects at the desk: written by hand or pasted, tried, taken along as a file."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from posts.models import Beat, Category, Event, Redirect, Tag
from tests.admin.desk import seen
from tests.admin.test_list import cost
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db
LIST = "/admin/posts/redirect/"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def add(desk, path, target="", **goal):
    """Post the form; return the words of the refusal, None when it was saved."""
    answer = desk.post(f"{LIST}add/", {"path": path, "target": target, **goal})
    return None if answer.status_code == 302 else seen(answer)


def paste(desk, *lines):
    """Paste lines; return [(done, words)]."""
    answer = desk.post(f"{LIST}paste/", {"lines": "\n".join(lines)})
    return [(result.done, result.words) for result in answer.context["results"]]


def trail(desk, address):
    """Try an address; return [(path, status, location)]."""
    hops = desk.get(f"{LIST}try/", {"address": address}).context["hops"]
    return [(hop.path, hop.status, hop.location) for hop in hops]


# Writing


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/old/", "/old/"),
        ("old/x.html", "/old/x.html"),
        ("https://www.example.jp/old/?p=1#a", "/old/"),
        ("/old//x/", "/old/x/"),
        (quote("/カ\u3099ス/"), "/ガス/"),
        ("/a%20b/", "/a b/"),
    ],
)
def test_an_address_is_kept_in_one_form(client, desk, typed, kept):
    assert add(desk, typed, "/feed.xml") is None
    assert Redirect.objects.get().path == kept
    assert client.get(quote(kept)).url == "/feed.xml"


@pytest.mark.parametrize("typed", ["", "/", "/a/../b/", "/\x01/", "?p=1"])
def test_what_is_no_address_is_refused(desk, typed):
    assert add(desk, typed, "/feed.xml")
    assert not Redirect.objects.exists()


def test_an_address_of_the_site_itself_is_refused(desk):
    begin(slug="x").publish(None, now=minute(1))
    begin(slug="about", kind="page").publish(None, now=minute(1))
    for path in ("/posts/x/", "/about/", "/feed.xml", "/archive", "/admin/", "/static/x.css"):
        words = add(desk, path, "/elsewhere/")
        assert "先に答えます" in words, path
        assert "始まる住所" not in words.replace("「/」から始まる住所です", ""), path
    assert add(desk, "/posts/other/", "/posts/x/") is None


@pytest.mark.parametrize(
    "target",
    [
        "/a b/",
        "/a\u3000b/",
        "/a\tb/",
        "//evil.example/",
        "/\\evil.example/",
        "ftp://x/",
        "https://",
    ],
)
def test_a_target_that_is_no_address_is_refused(desk, target):
    assert "書いてください" in add(desk, "/old/", target)


@pytest.mark.parametrize("site", ["http://testserver", "https://testserver:443", "//TESTSERVER"])
def test_this_sites_own_host_is_no_part_of_a_target(client, desk, settings, site):
    settings.SITE_URL = "https://testserver"
    assert "同じです" in add(desk, "/a/", f"{site}/a/")
    assert add(desk, "/a/", f"{site}/b/?q=1#c") is None
    assert Redirect.objects.get().target == "/b/?q=1#c"
    assert "戻ってきます" in add(desk, "/b/", f"{site}/a/")
    assert "書いてください" in add(desk, "/c/", f"{site}//evil.example/")
    assert add(desk, "/c/", site) is None
    assert client.get("/c/").url == "/"


@pytest.mark.parametrize(
    "target", ["https://testserver.example/a/", "https://testserver:8000/a/", "https://[x/a/"]
)
def test_another_host_is(desk, settings, target):
    settings.SITE_URL = "https://testserver"
    assert add(desk, "/a/", target) is None
    assert Redirect.objects.get().target == target


def test_another_site_with_the_same_address_is_no_way_back(desk):
    add(desk, "/b/", "/feed.xml")
    add(desk, "/a/", "https://other.example/b/")
    assert "「https://other.example/b/」を移転先に" in add(desk, "/c/", "/a/")


def test_it_leads_to_one_thing(desk):
    [tag] = Tag.named(["札"])
    assert "一つだけ" in add(desk, "/old/")
    assert "一つだけ" in add(desk, "/old/", "/x/", tag=tag.pk)
    assert add(desk, "/old/", tag=tag.pk) is None


def test_a_list_is_led_to_while_it_has_articles_and_follows_its_name(client, desk):
    [tag] = Tag.named(["札"])
    add(desk, "/label/fuda", tag=tag.pk)
    assert client.get("/label/fuda").status_code == 404
    begin(tags=(tag.pk,)).publish(None)
    assert client.get("/label/fuda").url == quote(f"/tags/{tag.slug}/")
    tag.slug = "label"
    tag.save()
    assert client.get("/label/fuda").url == "/tags/label/"


# Circles and detours


def test_a_circle_is_refused(desk):
    assert "同じです" in add(desk, "/a/", "/a/")
    assert "同じです" in add(desk, "/a/", "/a/?x=1")
    assert add(desk, "/a/", "/b/") is None
    assert "戻ってきます" in add(desk, "/b/", "/a/")
    assert add(desk, "/b/", "/c/") is None
    assert "戻ってきます" in add(desk, "/c/", "/b/")


def test_a_detour_is_refused_with_the_end_of_it(desk):
    add(desk, "/b/", "/c/")
    assert "その先の「/c/」を移転先に" in add(desk, "/a/", "/b/")


def test_what_led_here_leads_on_in_one_step(client, desk):
    add(desk, "/a/", "/ガ/")
    add(desk, "/z/", quote("/ガ/"))
    add(desk, "/ガ/", "/feed.xml")
    for path in ("/a/", "/z/", quote("/ガ/")):
        assert client.get(path).url == "/feed.xml"


def test_a_changed_one_makes_no_circle(desk):
    add(desk, "/a/", "/b/")
    add(desk, "/c/", "/d/")
    row = Redirect.objects.get(path="/c/")
    answer = desk.post(f"{LIST}{row.pk}/change/", {"path": "/b/", "target": "/a/"})
    assert "戻ってきます" in seen(answer)
    answer = desk.post(f"{LIST}{row.pk}/change/", {"path": "/c/", "target": "/e/"})
    assert answer.status_code == 302


# Pasting


def test_each_line_has_its_result(desk):
    results = paste(
        desk, "/a/ /feed.xml", "", "/b/\thttps://example.jp/b", "/c/", "/a/ /x/", "/d/ ftp://x"
    )
    assert [done for done, _ in results] == [True, True, False, False, False]
    assert "二つを書いて" in results[2][1]
    assert Redirect.objects.count() == 2
    assert Event.objects.filter(move="redirect").count() == 2


def test_lines_that_were_not_taken_are_given_back(desk):
    answer = desk.post(f"{LIST}paste/", {"lines": "/a/ /feed.xml\n/b/"})
    assert answer.context["form"].initial["lines"] == "/b/"


def test_too_many_lines_are_refused_whole(desk):
    lines = "\n".join(f"/old/{number}/ /x/" for number in range(501))
    assert "500行まで" in seen(desk.post(f"{LIST}paste/", {"lines": lines}))
    assert not Redirect.objects.exists()


# Trying


def test_a_page_a_redirect_and_nothing(desk):
    begin(slug="x").publish(None)
    add(desk, "/old/", "/posts/x/")
    assert trail(desk, "https://www.example.jp/old/?a=1") == [
        ("/old/", 301, "/posts/x/"),
        ("/posts/x/", 200, ""),
    ]
    assert trail(desk, "/") == [("/", 200, "")]
    assert trail(desk, "nothing/") == [("/nothing/", 404, "")]
    assert trail(desk, "/admin/posts/") == [("/admin/posts/", 0, "")]
    for word in ("301", "ページがあります"):
        assert word in seen(desk.get(f"{LIST}try/", {"address": "/old/"}))


def test_a_circle_that_is_there_already_is_shown(desk):
    Redirect.objects.bulk_create(
        [Redirect(path="/a/", target="/b/"), Redirect(path="/b/", target="/a/")]
    )
    assert [path for path, _, _ in trail(desk, "/a/")] == ["/a/", "/b/"]
    assert "まわり続け" in seen(desk.get(f"{LIST}try/", {"address": "/a/"}))


def test_another_site_is_not_asked(desk):
    add(desk, "/old/", "https://example.jp/new/")
    assert trail(desk, "/old/") == [("/old/", 301, "https://example.jp/new/")]


def test_a_trial_tells_nothing_of_what_waits(desk):
    begin(slug="soon").publish(None, at=timezone.now() + timedelta(hours=1))
    assert trail(desk, "/posts/soon/") == [("/posts/soon/", 404, "")]


@pytest.mark.parametrize("address", ["\0", "/\ud800", "/" + "a" * 3000, "//evil.example/a"])
def test_an_odd_address_is_no_error(desk, address):
    answer = desk.get(f"{LIST}try/?address={quote(address, errors='surrogatepass')}")
    assert answer.status_code == 200


# The list


def test_it_is_searched_and_costs_the_same(desk):
    post = begin(title="題")
    for number in range(3):
        Redirect.objects.create(path=f"/p/{number}/", post=post)
    few = cost(desk, LIST)
    for number in range(60):
        Redirect.objects.create(path=f"/t/{number}/", target=f"/goal/{number}/")
        Redirect.objects.create(path=f"/q/{number}/", tag=Tag.named([f"札{number}"])[0])
    assert cost(desk, LIST) <= few <= 20
    for word in ("/goal/7/", "/t/7/"):
        rows = desk.get(LIST, {"q": word}).context["cl"].result_list
        assert [row.path for row in rows] == ["/t/7/"]


def test_the_file_holds_no_formula(desk):
    Redirect.objects.create(path="/a/", post=begin(title="題"))
    Redirect.objects.create(path="/b/", tag=Tag.named(["=1+1"])[0])
    Redirect.objects.create(path="=cmd", target="/x/")
    answer = desk.get(f"{LIST}csv/")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines == [
        "\ufeffもとの住所,移転先",
        "/a/,原稿「題」",
        "/b/,タグ「=1+1」",
        "'=cmd,/x/",
    ]


def test_the_file_names_no_manuscript_of_another_beat(client, editor):
    mine, other = (Category.objects.create(name=name, slug=name) for name in "ab")
    Beat.objects.create(user=editor, category=mine)
    for category in (mine, other):
        post = begin(title=f"題{category}", category=category.pk)
        Redirect.objects.create(path=f"/{category}/", post=post)
    client.force_login(editor)
    whole = b"".join(client.get(f"{LIST}csv/").streaming_content).decode()
    assert "題a" in whole
    assert "題b" not in whole


def test_what_is_deleted_is_logged(desk, chief):
    add(desk, "/a/", "/b/")
    row = Redirect.objects.get()
    desk.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert not Redirect.objects.exists()
    notes = Event.objects.filter(move="redirect").values_list("note", flat=True)
    assert set(notes) == {"追加", "削除"}

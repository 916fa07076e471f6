"""The headers of every kind of page: nothing inline runs, nobody frames, readers stay unknown."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from posts.models import Author, Category, Series, Tag
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "frame-src": "https://www.youtube-nocookie.com https://player.vimeo.com https://speakerdeck.com",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
PUBLIC = [
    "/",
    "/posts/one/",
    "/about/",
    "/categories/c/",
    "/tags/tag/",
    "/authors/",
    "/authors/a/",
    "/series/",
    "/series/s/",
    "/archive/",
    "/archive/2026/",
    "/archive/2026/04/",
    "/feed.xml",
    "/sitemap.xml",
    "/sitemap-2026-04.xml",
    "/robots.txt",
    "/healthz",
    "/readyz",
]
MOVED = ["/feed/", "/rss.xml", "/page/1/", "/about", "/tags/tag", "/favicon.ico", "/posts/%41bout/"]
MISSING = ["/nothing/", "/posts/nothing/", "/media/x.png", "/tags/nothing/", "/posts/draft/"]
DESK = [
    "/admin/",
    "/admin/posts/post/",
    "/admin/posts/post/add/",
    "/admin/posts/post/import/",
    "/admin/posts/media/",
    "/admin/posts/tag/",
    "/admin/posts/event/",
]


@pytest.fixture
def site():
    """A site with something at every address of PUBLIC."""
    fields = {
        "category": Category.objects.create(name="分類", slug="c").pk,
        "series": Series.objects.create(name="連載", slug="s").pk,
        "tags": (Tag.objects.create(name="札", slug="tag").pk,),
        "bylines": ((Author.objects.create(name="著者", slug="a").pk, ""),),
    }
    for slug in ("one", "two", "three"):
        begin(slug=slug, **fields).publish(None, now=minute(1))
    begin(slug="about", kind="page").publish(None)
    begin(slug="draft")


def policy(answer):
    """Return the policy of an answer as {directive: sources}."""
    parts = [part.strip() for part in answer["Content-Security-Policy"].split(";")]
    return dict(part.split(" ", 1) for part in parts if part)


def guarded(answer):
    """Check what every answer carries."""
    assert policy(answer) == CSP
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] in {"strict-origin-when-cross-origin", "no-referrer"}
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in answer
    assert "X-Powered-By" not in answer


def inert(html):
    """Check that a page needs nothing that the policy forbids."""
    for tag in re.findall(r"<script[^>]*>", html):
        assert 'src="/' in tag or 'type="application/' in tag, tag
    assert not re.search(r"<style\b", html)
    assert not re.search(r"<[^>]+\sstyle\s*=", html)
    assert not re.search(r"<[^>]+\son\w+\s*=", html)
    assert not re.search(r'(?:href|src|action)="javascript:', html)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_guarded_and_knows_no_reader(client, site, address):
    answer = client.get(address)
    assert answer.status_code == 200
    guarded(answer)
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()
    if answer["Content-Type"].startswith("text/html"):
        inert(answer.content.decode())


@pytest.mark.parametrize("address", MOVED)
def test_a_redirect_is_guarded_and_knows_no_reader(client, site, address):
    answer = client.get(address)
    assert answer.status_code in {301, 404}
    assert answer.get("Location", "/").startswith("/")
    guarded(answer)
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize("address", MISSING)
def test_a_missing_page_is_guarded_and_knows_no_reader(client, site, address):
    answer = client.get(address)
    assert answer.status_code == 404
    guarded(answer)
    inert(answer.content.decode())
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_is_the_same_for_who_works_at_the_desk(client, site, chief, address):
    before = client.get(address).content
    client.force_login(chief)
    answer = client.get(address)
    assert answer.content == before
    assert "cookie" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize("address", DESK)
def test_the_desk_is_guarded_and_never_stored(client, site, chief, address):
    client.force_login(chief)
    answer = client.get(address)
    assert answer.status_code == 200
    guarded(answer)
    inert(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_login_page_is_guarded(client):
    answer = client.get("/admin/login/")
    assert answer.status_code == 200
    guarded(answer)
    inert(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]


def test_cookies_are_for_this_site_and_for_no_script(client):
    User.objects.create_superuser("chief", password="correct horse battery staple")
    client.get("/admin/login/")
    answer = client.post(
        "/admin/login/",
        {"username": "chief", "password": "correct horse battery staple", "next": "/admin/"},
    )
    assert answer.status_code == 302
    assert set(answer.cookies) >= {"sessionid"}
    for cookie in (*client.cookies.values(), *answer.cookies.values()):
        assert cookie["samesite"] == "Lax"
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_a_login_gets_a_new_session(client):
    User.objects.create_superuser("chief", password="correct horse battery staple")
    client.get("/admin/login/")
    client.session.save()
    before = client.session.session_key
    client.login(username="chief", password="correct horse battery staple")
    assert client.session.session_key != before


def test_the_login_leads_to_no_other_host(client):
    User.objects.create_superuser("chief", password="correct horse battery staple")
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"):
        answer = client.post(
            f"/admin/login/?next={target}",
            {"username": "chief", "password": "correct horse battery staple", "next": target},
        )
        assert "evil" not in answer["Location"]
        assert "javascript" not in answer["Location"]
        client.logout()


# Hosts


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "testserver.evil.example", ""])
def test_an_unknown_host_gets_nothing(client, site, host):
    for address in (*PUBLIC, *MOVED, *MISSING, "/admin/", "/admin/login/"):
        answer = client.get(address, HTTP_HOST=host)
        assert answer.status_code == 400, address
        assert "evil" not in answer.content.decode() + str(answer.headers)


def test_no_header_names_the_host_of_a_page(client, site):
    forged = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_FORWARDED": "host=evil.example"}
    for address in (*PUBLIC, *MOVED, *MISSING):
        plain, answer = client.get(address), client.get(address, **forged)
        assert answer.content == plain.content, address
        assert "evil" not in str(answer.headers)


def test_a_page_is_the_same_under_every_host_of_ours(client, site):
    for address in PUBLIC:
        answer = client.get(address, HTTP_HOST="127.0.0.1:8000")
        assert answer.content == client.get(address).content, address


# Methods, tokens, failures


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_readers_only_read(client, site, method):
    for address in ("/", "/posts/one/", "/tags/tag/", "/archive/", "/robots.txt", "/readyz"):
        assert getattr(client, method)(address).status_code == 405, address


def test_head_answers_like_get_without_a_body(client, site):
    for address in PUBLIC:
        answer = client.head(address)
        assert (answer.status_code, answer.content) == (200, b""), address


def test_a_dead_token_gives_the_text_back(chief):
    client = Client(enforce_csrf_checks=True)
    client.force_login(chief)
    typed = {"title": "書いた題", "body": "書いた<本文>\n二行目", "excerpt": "", "deck": "リード"}
    answer = client.post("/admin/posts/post/add/", typed)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert answer["Cache-Control"] == "no-store"
    guarded(answer)
    for part in ("書いた題", "書いた&lt;本文&gt;\n二行目", "リード"):
        assert part in page
    inert(page)


@pytest.mark.parametrize(
    "address",
    [
        "/%00/",
        "/posts/%00/",
        "/posts/%ff/",
        "/tags/%0d%0aSet-Cookie:a=b/",
        "/page/99999999999999999999/",
        "/page/0/",
        "/archive/0000/",
        "/archive/2026/13/",
        "/archive/9999/12/",
        "/" + "a" * 5000 + "/",
        "/posts/" + "%E3%81%82" * 500 + "/",
        "/?page=%00",
        "/..%2f..%2fetc/passwd",
        "/.git/config",
        "/.env",
        "//evil.example/",
        "//evil.example/posts",
        "/%5cevil.example",
        "/posts/one/%2e%2e/",
    ],
)
def test_an_odd_address_is_no_error_and_leads_nowhere_else(client, site, address):
    # The client would take what follows // for a host.
    extra = {"PATH_INFO": address} if address.startswith("//") else {}
    answer = client.get(address, **extra)
    assert answer.status_code in {200, 301, 404}
    location = answer.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert not answer.cookies

"""docs/nginx.conf in a real nginx before the real server: what it answers is what we answer."""

import contextlib
import http.client
import re
import signal
import ssl
import subprocess
import sys
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import pytest

import bootstrap
from tests import nginx

pytestmark = [pytest.mark.slow, pytest.mark.nginx]

HOST = "example.jp"
# Of the connection, and the names of what a page shows, which a file cannot carry.
OWN = {"server", "date", "connection", "transfer-encoding", "cache-tag"}
ADDRESSES = {
    "front page": r"/",
    "article": r"/posts/[\w-]+/",
    "static page": r"/about/",
    "category": r"/categories/[\w%-]+/",
    "tag": r"/tags/[\w-]+/",
    "Japanese tag": r"/tags/(?:%[0-9A-F]{2})+/",
    "author": r"/authors/[\w%-]+/",
    "authors": r"/authors/",
    "series": r"/series/[\w%-]+/",
    "archive": r"/archive/",
    "year": r"/archive/\d{4}/",
    "month": r"/archive/\d{4}/\d\d/",
    "feed": r"/feed\.xml",
    "sitemap index": r"/sitemap\.xml",
    "sitemap": r"/sitemap-\d{4}-\d\d\.xml",
    "robots": r"/robots\.txt",
}
FILES = {
    "stylesheet": r"/static/css/base\.css",
    "script": r"/static/js/[\w-]+\.js",
    "icon": r"/static/icon\.svg",
    "old icon": r"/static/favicon\.ico",
    "picture": r"/media/[\w/]+\.\w+",
}
PUBLISH = """
from posts.models import *
from dataclasses import replace
post = Edition.objects.public().get(slug={slug!r}, kind="article").post
title = "Replaced"
post.write(replace(post.manuscript, title=title), by=None, base=post.version)
post.publish(None)
"""
UNPUBLISH = """
from posts.models import *
Edition.objects.public().get(slug={slug!r}, kind="article").post.unpublish(None)
"""


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes

    @property
    def told(self):
        """What a reader is told, without what belongs to the connection."""
        told = {name: value for name, value in self.headers.items() if name not in OWN}
        if "content-type" in told:  # charset=utf-8 and charset="utf-8" are the same
            told["content-type"] = told["content-type"].replace('"', "")
        return self.status, told, self.body


class Site:
    """The site behind nginx, as its readers see it."""

    def __init__(self, folder):
        self.var, self.log = folder / "var", folder / "access.log"
        self.port, self.behind, self.plain = nginx.free(), nginx.free(), nginx.free()
        self.environment = bootstrap.environment() | {
            **{"VAR_DIR": str(self.var), "SITE_URL": f"https://{HOST}", "HOST": "127.0.0.1"},
            **{"PORT": str(self.behind), "SECRET_KEY": "only-for-tests-" * 5},
        }
        self.environment.pop("DATABASE_URL", None)  # nginx knows of no database

    def through(self, address, method="GET", port=None, **headers):
        """Ask nginx."""
        context = ssl._create_unverified_context()
        port = port or self.port
        return ask(http.client.HTTPSConnection, port, address, method, headers, context=context)

    def directly(self, address, method="GET", **headers):
        """Ask the application as nginx would."""
        headers |= {"X_Forwarded_Proto": "https"}
        return ask(http.client.HTTPConnection, self.behind, address, method, headers)

    def both(self, address, method="GET", **headers):
        """Ask the application, which then has the page, and nginx; check that they agree."""
        expected = self.directly(address, method, **headers)
        found = self.through(address, method, **headers)
        assert found.told == expected.told, address
        return found

    def manage(self, code):
        """Run `code` in a process of its own."""
        command = [sys.executable, "manage.py", "shell", "-c", code]
        subprocess.run(
            command, cwd=nginx.ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def file(self, address):
        """Return where the page at `address` is kept for nginx."""
        name = unquote(address).lstrip("/")
        name += "index.html" if address.endswith("/") else ""
        return self.var / "pages/files" / HOST / name


def ask(connection, port, address, method, headers, **options):
    """Send a request with nothing in it but what is given."""
    with contextlib.closing(connection("127.0.0.1", port, timeout=20, **options)) as server:
        server.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": HOST} | headers).items():
            server.putheader(name.replace("_", "-"), value)
        server.endheaders()
        answer = server.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        assert len(found) == len(answer.getheaders()), "a header was sent twice"
        return Answer(answer.status, found, answer.read())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The demonstration behind nginx."""
    if not nginx.find():
        pytest.fail(nginx.MISSING, pytrace=False)
    folder = tmp_path_factory.mktemp("nginx")
    site = Site(folder)
    command = [sys.executable, "manage.py", "serve"]
    options = {"cwd": nginx.ROOT, "env": site.environment, "start_new_session": True}
    with open(folder / "serve.log", "w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **options)
    try:
        nginx.wait_for(site.behind, server)
        site.server = server
        text = nginx.sample(
            **{"var": site.var, "host": HOST, "port": site.port, "behind": site.behind},
            **{"plain": site.plain, "certificate": nginx.certificate(folder)},
            log=site.log,
        )
        with nginx.running(folder, text, site.port):
            yield site
    finally:
        end(server)


def end(server):
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    server.wait(20)


@pytest.fixture(scope="module")
def addresses(site):
    """One address of each kind, found as a reader finds them."""
    seen, waiting = set(), ["/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/static/favicon.ico"]
    waiting += ["/authors/", "/archive/", "/about/", "/static/css/base.css"]
    links, kinds = [], ADDRESSES | FILES
    while waiting and len(links) < 60:
        address = waiting.pop(0)
        links.append(address)
        page = site.directly(address).body.decode(errors="replace")
        for link in re.findall(r'(?:href|src)="([^"#?]+)"|<loc>([^<]+)', page):
            path = urlsplit("".join(link)).path
            if path not in seen and path.startswith("/"):
                seen.add(path)
                waiting.append(path)
    seen |= set(links)
    found = {}
    for kind, pattern in kinds.items():
        matching = sorted(path for path in seen if re.fullmatch(pattern, path))
        assert matching, f"the demonstration has no {kind}"
        found[kind] = matching[-1]
    newest = re.search(
        rf"<link>https://{HOST}(/posts/[\w-]+/)", site.directly("/feed.xml").body.decode()
    )
    return found | {"article": newest[1]}


def slug_of(address):
    return address.split("/")[2]


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_page_from_a_file_is_what_the_application_answers(site, addresses, kind):
    address = addresses[kind]
    answer = site.both(address)
    assert answer.status == 200
    assert site.file(address).read_bytes() == answer.body
    # It did come from the file: only the application can name what a page shows.
    assert "cache-tag" not in answer.headers
    head = site.both(address, "HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(answer.body)))
    packed = site.both(address, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert "cache-tag" not in packed.headers


@pytest.mark.parametrize("kind", ADDRESSES)
def test_what_did_not_change_is_told_by_a_304(site, addresses, kind):
    address = addresses[kind]
    for encoding in ("identity", "gzip"):
        page = site.both(address, Accept_Encoding=encoding)
        tag, day = page.headers["etag"], page.headers["last-modified"]
        for condition in (
            {"If_None_Match": tag},
            {"If_None_Match": f'"other", W/{tag}'},
            {"If_None_Match": "*"},
            {"If_Modified_Since": day},
            {"If_Modified_Since": "Tue, 01 Jan 2999 00:00:00 GMT"},
            {"If_None_Match": tag, "If_Modified_Since": day},
        ):
            answer = site.both(address, Accept_Encoding=encoding, **condition)
            assert (answer.status, answer.body) == (304, b""), condition
        for condition in (
            {"If_None_Match": '"other"'},
            {"If_Modified_Since": "Tue, 01 Jan 2019 00:00:00 GMT"},
            {"Range": "bytes=0-9"},
        ):
            answer = site.both(address, Accept_Encoding=encoding, **condition)
            assert answer.status == 200, condition


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_what_the_application_answers(site, addresses, kind):
    expected, found = site.directly(addresses[kind]), site.through(addresses[kind])
    assert (found.status, found.body) == (200, expected.body)
    told, before = found.told[1], expected.told[1]
    # The validators are each one's own (WhiteNoise takes its hour from another time zone); nginx
    # packs texts itself, and inline is how it gives a picture too.
    for own in ("etag", "last-modified", "vary", "content-disposition"):
        told.pop(own, None)
        before.pop(own, None)
    assert told == before
    tag = found.headers["etag"]
    assert site.through(addresses[kind], If_None_Match=tag).status == 304


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "__Host-sessionid=abc"},
        {"Cookie": "theme=dark; __Host-sessionid=abc"},
        {"Cookie": "__Host-sessionid="},
    ],
)
def test_who_works_at_the_desk_is_answered_by_the_application(site, addresses, headers):
    site.both(addresses["article"])
    answer = site.both(addresses["article"], **headers)
    assert answer.status == 200
    assert "etag" not in answer.headers  # made by Django for this one reader


def test_other_cookies_change_nothing(site, addresses):
    answer = site.both(addresses["article"], Cookie="theme=dark; _ga=1")
    assert "cache-tag" not in answer.headers


def test_a_query_goes_to_the_application(site, addresses):
    for query in ("?utm_source=x", "?page=2", "?%00"):
        answer = site.both(addresses["article"] + query)
        assert (answer.status, "cache-tag" in answer.headers) == (200, True), query


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_go_to_the_application(site, addresses, method):
    site.both(addresses["article"])
    for kind in ("article", "feed", "sitemap", "robots"):
        site.both(addresses[kind], method, Content_Length="0")


@pytest.mark.parametrize("host", ["evil.example", f"www.{HOST}", f"{HOST}.evil.example", "../shut"])
def test_another_host_gets_no_page(site, addresses, host):
    site.both(addresses["article"])
    assert site.through(addresses["article"], Host=host).status == 400


def test_a_host_in_capitals_is_the_same(site, addresses):
    assert site.through("/", Host=HOST.upper()).body == site.both("/").body


def test_a_missing_page_is_the_applications(site):
    for address in ("/nothing/", "/posts/nothing/", "/nothing.xml", "/static/nothing.css"):
        assert site.both(address).status == 404
    assert site.both("/media/00/" + "0" * 62 + ".png").status == 404
    for address in ("/feed/", "/rss.xml", "/about"):
        assert site.both(address).status == 301


def test_an_address_that_is_none_of_ours_is_the_applications(site, addresses):
    article = addresses["article"]
    for address in (f"/{article}", f"{article}/", f"/posts/{article}", "//", "/posts//"):
        answer = site.both(address)
        assert answer.status in {301, 404}, address


def test_readers_without_tls_are_led_to_it(site):
    answer = ask(http.client.HTTPConnection, site.plain, "/posts/%E3%81%82/?a=b", "GET", {})
    assert (answer.status, answer.headers["location"]) == (
        301,
        f"https://{HOST}/posts/%E3%81%82/?a=b",
    )


def test_a_publication_elsewhere_is_in_the_next_answer(site, addresses):
    article = addresses["article"]
    shown = [article, "/", "/feed.xml"]
    before = {address: site.both(address) for address in shown}
    site.manage(PUBLISH.format(slug=slug_of(article)))
    for address in shown:
        answer = site.through(address)
        assert "Replaced" in answer.body.decode(), address
        tag = before[address].headers["etag"]
        assert site.through(address, If_None_Match=tag).status == 200
        site.both(address)


def test_what_was_withdrawn_is_gone_with_the_next_request(site, addresses):
    kept = sorted(path.name for path in site.file("/posts/x/").parent.parent.iterdir())
    slug = next(name for name in kept if name != slug_of(addresses["article"]))
    address = f"/posts/{quote(slug)}/"
    assert site.both(address).status == 200
    site.manage(UNPUBLISH.format(slug=slug))
    assert site.through(address).status == 404
    assert address not in site.through(addresses["sitemap"]).body.decode()


# Last: the application ends here.


def test_nginx_alone_gives_finished_pages_and_nothing_else(site, addresses):
    article = addresses["article"]
    site.both(article)
    page = site.file(article)
    draft = page.with_name(".index.html.1")
    draft.write_text("a draft")
    end(site.server)
    assert site.through(article).status == 200
    secrets = [
        *(f"{article}.index.html.1", f"{article}index.html", f"{article}index.html.gz"),
        *("/pages/counters", "/counters", "/pages.sqlite3", "/../pages.sqlite3", "/lock"),
        *(f"/files/{HOST}{article}", f"/../{HOST}{article}", "/..%2fcounters", "/%2e%2e/counters"),
        *("/genko.sqlite3", "/secret_key", "/../secret_key", "/media/../secret_key"),
        *("/media/secret_key", "/static/../manage.py", "/static/css/../../manage.py"),
        *("/static/..%2fmanage.py", "/static/.hidden", "/static/css/.hidden.css", "/.git/config"),
        *("/manage.py", "/cms/settings.py", "/media/", "/static/", "/static/css/", "/posts/"),
        *("/none/index.html", "/none/", "/shut/", f"/shut/{HOST}{article}", "/flights/1"),
    ]
    for address in secrets:
        assert site.through(address).status in {400, 502}, address
    # What the store does when it cannot know whether its pages are right.
    files = site.var / "pages/files"
    shut = files.rename(files.with_name("shut"))
    for address in (article, f"/shut/{HOST}{article}", f"/../shut/{HOST}{article}", "/"):
        assert site.through(address).status in {400, 502}, address
    shut.rename(files)
    assert site.through(article).status == 200


def test_the_policy_is_that_of_the_settings(settings):
    """Without nginx: the file says what the settings say."""
    sources = {name: " ".join(value) for name, value in settings.SECURE_CSP.items()}
    policy = "; ".join(f"{name} {value}" for name, value in sources.items())
    assert f'add_header Content-Security-Policy "{policy}";' in nginx.SAMPLE.read_text()


SESAME = ["/review/sesame/", "/admin/invitation/sesame/", "/admin/reset/sesame/x/"]


def test_the_log_keeps_no_address_that_opens_a_page(site):
    for address in (*SESAME, "/authors/?after=them"):
        site.through(address)
        ask(http.client.HTTPConnection, site.plain, address, "GET", {})
    logged = site.log.read_text(encoding="utf-8")
    assert "sesame" not in logged
    assert logged.count("GET /authors/?after=them") == 2

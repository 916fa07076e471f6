"""The front: who is answered from the store, and what is never kept."""

import pytest

from posts.pages import declare
from tests.pages.desk import HOST, TYPE, Site, ask, front


class Behind:
    """An application that counts how often it was asked, and answers as it is told."""

    def __init__(self, *headers, status="200 OK", names=("post:1",)):
        self.headers, self.status, self.names = list(headers), status, names
        self.asked = []

    def __call__(self, environ, start_response):
        self.asked.append(environ["REQUEST_METHOD"])
        self.META = environ
        if self.names:
            declare(self, self.names)
        start_response(self.status, [TYPE, *self.headers])
        return [b"page"]


def times(store, behind, *arguments, https=False, **headers):
    """Ask twice. Return how often the application behind was asked."""
    site = front(store, behind, https=https)
    for _ in range(2):
        status, _, body = ask(site, *arguments, **headers)
        assert status == behind.status
        assert body == (b"" if "HEAD" in arguments else b"page")
    return len(behind.asked)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_is_rendered_once(store, method):
    behind = Behind()
    assert times(store, behind, "/", method) == 1
    assert behind.asked == ["GET"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get", "PURGE"])
def test_other_methods_go_to_the_application(store, method):
    assert times(store, Behind(), "/", method) == 2


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=a",
        "a=b; sessionid=c",
        "a=b;sessionid=",
        "sessionid=;;",
        "sessionid =a",
        ";sessionid=x",
    ],
)
def test_a_reader_with_a_session_is_not_answered_from_the_store(store, cookie):
    assert times(store, Behind(), COOKIE=cookie) == 2


@pytest.mark.parametrize("cookie", ["", "a=b", "session=1", ";;=", "\0", "csrftoken=x"])
def test_other_cookies_change_nothing(store, cookie):
    assert times(store, Behind(), COOKIE=cookie) == 1


@pytest.mark.parametrize("host", [None, "", "evil.example", f"{HOST}:80", f"{HOST}.", f"x{HOST}"])
def test_other_hosts_go_to_the_application(store, host):
    assert times(store, Behind(), HOST=host) == 2


@pytest.mark.parametrize("scheme", [None, "", "http", "HTTPS", "https,http"])
def test_with_https_only_what_came_by_it_is_answered(store, scheme):
    assert times(store, Behind(), https=True, X_FORWARDED_PROTO=scheme) == 2


def test_what_came_by_https_is_kept(store):
    assert times(store, Behind(), https=True, X_FORWARDED_PROTO="https") == 1


@pytest.mark.parametrize("query", ["utm_source=x", "&&&", "=", "%00", "%ff=%ff"])
def test_an_unknown_query_gives_the_same_page(store, query):
    behind = Behind()
    site = front(store, behind)
    assert ask(site)[2] == ask(site, "/", "GET", query)[2] == b"page"
    assert len(behind.asked) == 1


@pytest.mark.parametrize(
    "header",
    [
        ("Cache-Control", "private"),
        ("Cache-Control", "no-store"),
        ("cache-control", "NO-STORE, max-age=0"),
        ("Set-Cookie", "a=b"),
        ("SET-COOKIE", "a=b"),
        ("Vary", "Cookie"),
        ("vary", " Accept-Encoding ,  cookie"),
        ("Vary", "*"),
    ],
)
def test_what_is_for_one_reader_is_never_kept(store, header):
    assert times(store, Behind(header)) == 2


@pytest.mark.parametrize(
    "status", ["404 Not Found", "301 Moved", "302 Found", "206 Partial", "500 X"]
)
def test_only_a_whole_page_is_kept(store, status):
    assert times(store, Behind(status=status)) == 2


def test_what_declares_nothing_is_never_kept(store):
    assert times(store, Behind(names=())) == 2


def test_an_exception_behind_leaves_no_lock(store, desk):
    def broken(environ, start_response):
        raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            ask(front(store, broken))
    with store.counters.locked(0):
        pass
    assert ask(front(store, Site(desk)))[0] == "200 OK"


def test_a_stream_is_joined_closed_and_measured(store):
    closed = []

    class Stream:
        def __iter__(self):
            yield from (b"one ", b"two")

        def close(self):
            closed.append(True)

    class Streaming(Behind):
        def __call__(self, environ, start_response):
            super().__call__(environ, start_response)
            return Stream()

    site = front(store, Streaming())
    for _ in range(2):
        _, headers, body = ask(site)
        assert body == b"one two"
        assert dict(headers)["Content-Length"] == "7"
    assert closed == [True]


def test_two_headers_of_one_name_are_both_read(store):
    assert times(store, Behind(("Vary", "Cookie"), ("Vary", "Accept-Encoding"))) == 2


def test_a_removed_page_is_rendered_anew(store, desk):
    site = front(store, Site(desk))
    assert ask(site)[2].startswith(b"/ 0")
    desk.change(store, "/")
    assert ask(site)[2].startswith(b"/ 1")

"""What one reader gets of a page: encodings and conditional requests after RFC 9110."""

import gzip
from email.utils import formatdate

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.pages.answer import Answers, encode, entity_tag

BODY = ("本文です。" * 200).encode()
BODIES = encode(BODY)
CHANGED = 1_775_000_000
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'self'"),
    ("Cache-Control", "no-cache"),
]
ANSWERS = Answers(HEADERS, BODIES, CHANGED)
UNPACK = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
TAGS = {name: entity_tag(CHANGED, len(body)) for name, body in BODIES.items()}


def choose(method="GET", **headers):
    """Return status, headers and body for a request with these headers."""
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    status, fields, body = ANSWERS.choose({"REQUEST_METHOD": method, **named})
    assert len({name.lower() for name, _ in fields}) == len(fields)
    return status, dict(fields), b"".join(body)


def encoding(accepted):
    return choose(accept_encoding=accepted)[1].get("Content-Encoding", "identity")


def is_unchanged(**headers):
    return choose(**headers)[0] == "304 Not Modified"


@pytest.mark.parametrize("name", BODIES)
def test_a_whole_answer_says_how_long_it_is_and_unpacks_to_the_page(name):
    status, fields, body = choose(accept_encoding=f"{name};q=1")
    assert status == "200 OK"
    assert fields.get("Content-Encoding", "identity") == name
    assert UNPACK[name](body) == BODY
    assert fields["Content-Length"] == str(len(body))
    assert fields["Vary"] == "Accept-Encoding"
    assert fields["ETag"] == TAGS[name]
    assert fields["Last-Modified"] == formatdate(CHANGED, usegmt=True)
    assert HEADERS[1] in fields.items()


def test_encodings_have_tags_of_their_own():
    assert len(set(TAGS.values())) == 3


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "identity"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.9", "gzip"),
        ("gzip;q=0.2,br;q=0.9", "br"),
        ("br;q=0", "identity"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.000", "identity"),
        ("br ; q=0 , gzip ; q=0", "identity"),
        ("*", "br"),
        ("*;q=0.1", "br"),
        ("*;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("gzip, *;q=0", "gzip"),
        ("identity;q=0", "identity"),  # nothing else is accepted: a body is better than a 406
        ("identity;q=0, gzip", "gzip"),
        ("identity", "identity"),
        ("deflate, zstd", "identity"),
        ("gzipx, xbr", "identity"),
        ("gzip;q=abc", "identity"),
        ("gzip;q=", "identity"),
        ("gzip;q=nan, br;q=nan", "identity"),
        ("gzip;q=-1", "identity"),
        (",,;;==", "identity"),
        (";q=1", "identity"),
    ],
)
def test_accept_encoding(accepted, expected):
    assert encoding(accepted) == expected


def test_without_accept_encoding_nothing_is_packed():
    assert "Content-Encoding" not in choose()[1]


@given(st.text())
def test_any_accept_encoding_gets_the_page(accepted):
    status, fields, body = choose(accept_encoding=accepted)
    assert status == "200 OK"
    assert UNPACK[fields.get("Content-Encoding", "identity")](body) == BODY


@pytest.mark.parametrize(
    "known",
    [
        "{tag}",
        "W/{tag}",
        '"other", {tag}',
        '{tag},"other"',
        '"a" , W/{tag} ,"b"',
        "*",
        " * ",
        " {tag} ",
    ],
)
def test_if_none_match_that_names_the_page(known):
    status, fields, body = choose(if_none_match=known.format(tag=TAGS["identity"]))
    assert (status, body) == ("304 Not Modified", b"")
    assert "Content-Length" not in fields


@pytest.mark.parametrize(
    "known", ['"other"', "", ",", "W/", '""', "{bare}", '"x{bare}"', "{other}", "{tag}x"]
)
def test_if_none_match_that_names_another_page(known):
    tag = TAGS["identity"]
    known = known.format(tag=tag, bare=tag.strip('"'), other=entity_tag(CHANGED - 1, len(BODY)))
    assert not is_unchanged(if_none_match=known)


def test_a_tag_is_that_of_one_encoding():
    assert is_unchanged(if_none_match=TAGS["br"], accept_encoding="br")
    assert not is_unchanged(if_none_match=TAGS["br"], accept_encoding="gzip")
    assert not is_unchanged(if_none_match=TAGS["br"])


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_a_304_has_what_a_cache_needs_and_nothing_of_a_body(encoding):
    whole = choose(accept_encoding=encoding)[1]
    brief = choose(accept_encoding=encoding, if_none_match="*")[1]
    assert set(whole) - set(brief) <= {"Content-Type", "Content-Length", "Content-Encoding"}
    for name in ("ETag", "Vary", "Cache-Control", "Last-Modified", "Content-Security-Policy"):
        assert brief[name] == whole[name]
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(brief)


@pytest.mark.parametrize(("later", "unchanged"), [(-1, False), (0, True), (1, True)])
def test_if_modified_since(later, unchanged):
    since = formatdate(CHANGED + later, usegmt=True)
    assert is_unchanged(if_modified_since=since) is unchanged


def test_the_old_forms_of_a_date_are_read():
    assert is_unchanged(if_modified_since="Friday, 01-Jan-27 00:00:00 GMT")
    assert is_unchanged(if_modified_since="Fri Jan  1 00:00:00 2027")


def test_if_none_match_goes_before_if_modified_since():
    late, early = formatdate(CHANGED + 9, usegmt=True), formatdate(CHANGED - 9, usegmt=True)
    assert not is_unchanged(if_none_match='"other"', if_modified_since=late)
    assert is_unchanged(if_none_match=TAGS["identity"], if_modified_since=early)
    assert not is_unchanged(if_none_match="", if_modified_since=late)


@pytest.mark.parametrize(
    "since",
    ["", "0", "yesterday", "Fri, 99 Foo 2027 00:00:00 GMT", "1", "Thu, 01 Jan 1970 00:00:00 GMT"],
)
def test_a_date_that_is_none_changes_nothing(since):
    assert not is_unchanged(if_modified_since=since)


@given(st.text(), st.text())
def test_any_condition_gets_an_answer(known, since):
    assert choose(if_none_match=known)[0] in {"200 OK", "304 Not Modified"}
    assert choose(if_modified_since=since)[0] in {"200 OK", "304 Not Modified"}


@given(
    st.from_regex(
        r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,9} \d\d:\d\d:\d\d( GMT| [+-]\d{4,9})?",
        fullmatch=True,
    )
)
def test_a_date_of_any_year_gets_an_answer(since):
    assert choose(if_modified_since=since)[0] in {"200 OK", "304 Not Modified"}


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_head_is_get_without_the_body(encoding):
    status, fields, body = choose("HEAD", accept_encoding=encoding)
    assert (status, fields) == choose(accept_encoding=encoding)[:2]
    assert body == b""
    assert choose("HEAD", if_none_match="*") == choose(if_none_match="*")


def test_two_renderings_of_one_text_are_the_same_bytes():
    assert encode(BODY) == encode(BODY) == BODIES


def test_an_empty_page_is_a_page():
    answers = Answers(HEADERS, encode(b""), CHANGED)
    status, fields, body = answers.choose({"REQUEST_METHOD": "GET"})
    assert (status, dict(fields)["Content-Length"], b"".join(body)) == ("200 OK", "0", b"")

"""Whatever comes in, what comes out is a record that can be stored, or a refusal."""

import json
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.formats import Record, Refused, jekyll
from tests.formats.articles import NAME, TOKYO

patient = settings(deadline=None)

KEYS = sorted(jekyll.KNOWN | {"layout", "other", "<<", "name", "path"})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.sampled_from(
        ["/:title/", "/a%FFb", "2024-02-30", "http://[x", "約8分", "https://x.example/"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=8,
)
LINES = st.lists(
    st.sampled_from(KEYS).flatmap(lambda key: st.text(max_size=15).map(f"{key}: {{}}".format)),
    max_size=6,
).map("\n".join)
NAMES = st.sampled_from(
    [NAME, "x.md", "", "index.md", "2024-99-99-x.md", "2024-01-02-%.md", "🙂/a.txt"]
)


def outcome(data, name=NAME):
    """Return the record or None, having checked that it can go into a database."""
    try:
        record = jekyll.parse(name, data, zone=TOKYO)
    except Refused as refused:
        assert str(refused).endswith("。")
        return None
    assert isinstance(record, Record)
    everything = json.dumps([str(record), record.extra], ensure_ascii=False, allow_nan=False)
    everything.encode()
    assert "\\u0000" not in everything
    assert all(path.startswith("/") and path != "/" for path in record.redirects)
    return record


@patient
@given(st.binary(), NAMES)
def test_random_bytes(data, name):
    outcome(data, name)


@patient
@given(st.binary(), NAMES)
def test_random_bytes_in_front_matter(data, name):
    outcome(b"---\ntitle: a\n" + data + b"\n---\n", name)


@patient
@given(st.text(), NAMES)
def test_random_text_in_front_matter(text, name):
    outcome(f"---\ntitle: a\n{text}\n---\n".encode("utf-8", "surrogatepass"), name)


@patient
@given(LINES, NAMES)
def test_random_lines(lines, name):
    outcome(f"---\n{lines}\n---\n".encode("utf-8", "surrogatepass"), name)


@patient
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), NAMES)
def test_random_values_of_known_keys(values, name):
    block = yaml.safe_dump({"title": "題名"} | values, allow_unicode=True)
    outcome(f"---\n{block}---\n".encode("utf-8", "surrogatepass"), name)


@patient
@given(st.text(alphabet="[]{}:,-&*!|>'\"#%@`? \n\tab<", max_size=60))
def test_random_marks_of_yaml(text):
    outcome(f"---\ntitle: a\n{text}\n---\n".encode())


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "America/New_York", "Pacific/Apia"])
def test_the_ends_of_time(zone):
    for date in ("1800-01-01", "2199-12-31 23:59:59", "2011-12-30 12:00"):
        data = f"---\ntitle: a\ndate: {date}\n---\n".encode()
        assert jekyll.parse(NAME, data, zone=ZoneInfo(zone)).date


@pytest.mark.parametrize(
    "body", ["{{" * 500_000, "{%" * 500_000, "{{ a" * 250_000, "{% %" * 250_000]
)
def test_a_body_of_braces_is_read(body):
    assert outcome(f"---\ntitle: a\n---\n{body}".encode()).body == body


@pytest.mark.parametrize(
    "front",
    [
        "a: " + "[" * 60_000,
        "[" * 100_000,
        "tags: " + "[" * 18 + "]" * 18,
        "redirect_from: [" + "/a," * 4_000 + "]",
        "permalink: " + ":title" * 5_000,
        "permalink: " + "/.." * 10_000,
        "date: " + " 2024-01-01" * 3_000,
        "reading_time: " + "9" * 60_000,
        "other: " + "9" * 60_000,
        "image: {path: " + "a" * 60_000 + "}",
        "slug: '" + "%" * 60_000 + "'",
        "\n" * 60_000,
    ],
)
def test_long_values_end_quickly(front):
    outcome(f"---\ntitle: a\n{front}\n---\n".encode())

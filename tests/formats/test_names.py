import unicodedata

import pytest

from posts.formats import is_article, source_key
from posts.formats.names import dated, fault


@pytest.mark.parametrize(
    "name",
    [
        "a.md",
        "a.MARKDOWN",
        "a.mkd",
        "a.mkdown",
        "a.txt",
        "a.html",
        "_posts/a.md",
        "x/_drafts/a.md",
        "ブログ/記事.md",
    ],
)
def test_these_are_articles(name):
    assert is_article(name)


@pytest.mark.parametrize(
    "name",
    [
        "a.png",
        "a",
        "",
        ".md",
        ".hidden.md",
        ".git/a.md",
        "_layouts/a.html",
        "_posts/_old/a.md",
        "node_modules/x/a.md",
        "vendor/a.md",
        "__MACOSX/._a.md",
    ],
)
def test_these_are_not(name):
    assert not is_article(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("_posts/2024/2024-01-02-x.md", "2024-01-02-x"),
        ("2024-01-02-x.md", "2024-01-02-x"),
        ("site/my-post/index.md", "my-post/index"),
        ("my-post/README.md", "my-post/README"),
        ("index.md", "index"),
        ("a.b.txt", "a.b"),
        (unicodedata.normalize("NFD", "ガイド.md"), "ガイド"),
    ],
)
def test_the_key_is_the_same_wherever_the_file_lies(name, key):
    assert source_key(name) == key


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("_posts/2024-01-02-Late_Night.md", ("2024-01-02", "Late_Night")),
        ("2024-1-2-x.markdown", ("2024-1-2", "x")),
        ("2024-01-02.md", ("", "")),
        ("000_3e446716919703bd.txt", ("", "")),
    ],
)
def test_a_file_name_tells_date_and_slug(name, found):
    assert dated(name) == found


@pytest.mark.parametrize(
    "name",
    [
        "../a.md",
        "a/../../b.md",
        "/etc/passwd",
        "C:/a.md",
        "c:a.md",
        "a\\..\\b.md",
        "a\0.md",
        "",
        "/",
    ]
    + ["a\n.md", "x" * 1_001],
)
def test_hostile_names_have_a_fault(name):
    assert fault(name)


def test_a_plain_name_has_none():
    assert fault("_posts/2024-01-02-日本語 です..md") == ""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import canonical_slug, is_slug, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        (".NET", "dot-net"),
        ("ASP.NET Core", "asp-net-core"),
        ("R&D", "r-and-d"),
        ("R & D", "r-and-d"),
        ("node.js", "node-js"),
        ("#AI", "ai"),
        ("最新ニュース", "最新ニュース"),
        ("ＡＩ　技術", "ai-技術"),
        ("ｶﾞｰﾃﾞﾝ", "ガーデン"),
        ("技術・動向", "技術-動向"),
        ("snake_case", "snake_case"),
        ("「」？", ""),
        ("", ""),
    ],
)
def test_names_have_these_slugs(name, slug):
    assert slugify(name) == slug


def test_names_that_differ_in_marks_alone_have_different_slugs():
    names = ["C", "C++", "C#", "NET", ".NET", "RD", "R&D"]
    assert len(set(map(slugify, names))) == len(names)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("C++", "Ｃ＋＋"),
        ("C#", "Ｃ＃"),
        (".NET", "．ＮＥＴ"),
        ("R&D", "Ｒ＆Ｄ"),
        ("ガーデン", "カ\u3099ーテ\u3099ン"),
        ("㈱原稿", "(株)原稿"),
        ("神田", "\ufa19田"),
    ],
)
def test_spellings_of_one_name_have_one_slug(name, other):
    assert slugify(name) == slugify(other) != ""


def test_a_slug_keeps_both_sides_of_punctuation_apart():
    title = "Llama 4の「推論性能2倍」は、何を変えるのか？"
    assert slugify(title) == "llama-4の-推論性能2倍-は-何を変えるのか"


@given(st.text())
def test_slugs_have_the_shape_that_django_asks_for(text):
    slug = slugify(text)
    assert slug == "" or re.fullmatch(r"^[-\w]+$", slug)
    assert slugify(slug) == slug


def test_what_is_a_slug():
    assert is_slug("推論-2") and is_slug("Late_Night-Post")
    assert not any(map(is_slug, ["", "a b", "a/b", "a.b", "推論？", "a\n"]))


def test_a_requested_slug_is_compared_in_nfc_and_lower_case():
    assert canonical_slug(unicodedata.normalize("NFD", " ガーデン-ABC ")) == "ガーデン-abc"


@given(st.text())
def test_the_canonical_slug_is_canonical(text):
    assert canonical_slug(canonical_slug(text)) == canonical_slug(text)

"""What is not Japanese says so, where that is sure; a name or a word stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import render
from posts.text.html.languages import languages


def marked(source):
    """Return what of a text has which language."""
    return [(piece, language) for piece, language in languages(source) if language]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("“To be, or not to be”と言う", [("To be, or not to be", "en")]),
        (
            "“Network Time Protocol Version 4: Protocol and Algorithms Specification”として",
            [("Network Time Protocol Version 4: Protocol and Algorithms Specification", "en")],
        ),
        ("C'est la vie et il faut vivre.と", [("C'est la vie et il faut vivre.", "fr")]),
        ("「Das ist nicht der Weg.」と", [("Das ist nicht der Weg.", "de")]),
        ("「En un lugar de la Mancha」", []),
        ("「La vida es sueño y los sueños son」", [("La vida es sueño y los sueños son", "es")]),
        ("서울（ソウル）へ", [("서울", "ko")]),
        ("「안녕하세요, 여러분!」と", [("안녕하세요, 여러분!", "ko")]),
        ("「我们说中文。」と華為（华为）", [("我们说中文。", "zh-Hans"), ("华为", "zh-Hans")]),
        ("「這是我們的書嗎？」と", [("這是我們的書嗎？", "zh-Hant")]),
    ],
)
def test_a_run_that_is_surely_foreign_is_marked(source, expected):
    assert marked(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "OpenAI の GPT-4 Turbo と Google Pixel 9 Pro XL を比べる",
        "New York Times Best Seller List",
        "国際連合教育科学文化機関、森鷗外、﨑陽軒、髙島屋、邓",
        "これは的外れです。誰が言うのか。",
        "Llama 4の「推論性能2倍」",
        "and",
        "",
    ],
)
def test_names_and_words_are_left_alone(source):
    assert marked(source) == []


@given(st.text())
def test_the_pieces_are_the_text(source):
    assert "".join(piece for piece, _ in languages(source)) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("To be, or *not* to be.", '<p lang="en">To be, or <em>not</em> to be.</p>'),
        ("> 서울은 크다.", '<p lang="ko">서울은 크다.</p>'),
        ("これは「To be, or not to be」だ。", '「<span lang="en">To be, or not to be</span>」だ。'),
        ("## The Origin of the Species", '<h2 id="the-origin-of-the-species" lang="en">'),
        ("`the one and the other of them`と", "<code>the one and the other of them</code>と"),
        (
            '<p lang="nl">the one and the other of them</p>',
            '<p lang="nl">the one and the other of them</p>',
        ),
        (
            '彼は<i lang="en-GB">the one and the other</i>と',
            '<i lang="en-GB">the one and the other</i>',
        ),
    ],
)
def test_the_page_says_the_language(source, expected):
    assert expected in render(source).html


def test_code_inside_a_foreign_paragraph_keeps_it_foreign():
    assert (
        '<p lang="en">The name of the command is <code>'
        in render("The name of the command is `x`.").html
    )


@pytest.mark.parametrize("long", ["a" * 200_000, "a " * 100_000, "가" * 200_000, "们" * 100_000])
def test_a_long_run_takes_no_longer_than_its_length(long):
    assert len(languages(long)) <= 2

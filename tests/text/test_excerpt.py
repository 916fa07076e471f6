import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import render, render_inline


def test_a_writers_excerpt_is_strong_in_html_and_plain_in_text():
    excerpt = render_inline("**Meta Llama 4、推論性能2倍に**について詳細に分析します。")
    assert excerpt.html == (
        "<strong>Meta Llama 4、推論性能2倍に</strong>について詳細に分析します。"
    )
    assert excerpt.text == "Meta Llama 4、推論性能2倍にについて詳細に分析します。"


@pytest.mark.parametrize("source", ["** 強調 **です", "**強調です", "強調**です", "***", r"\*\*a"])
def test_asterisks_that_pair_with_nothing_are_never_seen(source):
    excerpt = render_inline(source)
    assert "**" not in excerpt.text and "**" not in excerpt.html


def test_an_excerpt_is_one_paragraph():
    assert render_inline("一つ目。\n\n二つ目。").html == "一つ目。二つ目。"
    assert render_inline("- 一\n# 二").text == "- 一 # 二"


def test_an_excerpt_has_no_links_and_no_images():
    excerpt = render_inline("[字](https://e.jp)と![図](a.png)<https://e.jp>")
    assert excerpt.html == "字とhttps://e.jp"


def test_ruby_is_shown_and_not_read_out():
    excerpt = render_inline("{漢字|かんじ}です")
    assert "<rt>かんじ</rt>" in excerpt.html and excerpt.text == "漢字です"


@pytest.mark.parametrize("source", ["<script>a</script>", "<img src=x onerror=a>", "<svg>a</svg>"])
def test_an_excerpt_is_sanitised(source):
    assert render_inline(source).html == ""


@given(st.text() | st.text(alphabet="*_`[]()<>!&字a \n\\~"))
def test_any_excerpt_renders(source):
    excerpt = render_inline(source)
    assert "**" not in excerpt.text and "\n" not in excerpt.text
    assert excerpt == render_inline(source)


def test_a_description_keeps_latin_words_apart():
    assert render("Hello\nWorld", breaks=True).excerpt == "Hello World"
    assert render("First one\n\nSecond one").excerpt == "First one Second one"
    assert render("一つ\n\n二つ").excerpt == "一つ二つ"


def test_a_description_ends_where_another_subject_begins():
    assert render("はじめに。\n\n## 次\n\n本論です。").excerpt == "はじめに。"
    assert render("# 題\n\n一つ目。\n\n二つ目。").excerpt == "一つ目。二つ目。"
    assert render("夜だった。\n\n――――\n\n朝になった。").excerpt == "夜だった。"
    assert render("――――\n\n朝になった。").excerpt == "朝になった。"

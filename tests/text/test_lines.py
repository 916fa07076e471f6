import pytest

from posts.text import render

RUBY = "<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>"


def html(source, **options):
    return render(source, **options).html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("一行目\n二行目", "一行目二行目"),
        ("一行目 \n 二行目", "一行目二行目"),
        ("**太字**\n次", "<strong>太字</strong>次"),
        ("前\n**太字**", "前<strong>太字</strong>"),
        ("[字](a)\n*次*", '<a href="a">字</a><em>次</em>'),
        ("<b>字</b>\n次", "<b>字</b>次"),
        ("日本。\nAI", "日本。AI"),
        ("AI\n、日本", "AI、日本"),
        ("「\nAI", "「AI"),
        ("日本\nAI", "日本\nAI"),
        ("AI\n日本", "AI\n日本"),
        ("A\nB", "A\nB"),
        ("絵😀\n次", "絵😀次"),
        ("続く…\n次", "続く…次"),
        ("葛󠄀\n城", "葛󠄀城"),
        ("一行目  \n二行目", "一行目<br>\n二行目"),
        ("`一\n二`", "<code>一\n二</code>"),
        ("漢字《かんじ》\nAI", f"{RUBY}\nAI"),
        ("漢字《かんじ》\n次", f"{RUBY}次"),
    ],
)
def test_lines_are_joined_as_japanese_wants(source, expected):
    assert html(source) == f"<p>{expected}</p>"


@pytest.mark.parametrize("source", ["한국\n어", "한국\n。"])
def test_korean_keeps_its_spaces(source):
    assert html(source) == f'<p lang="ko">{source}</p>'


def test_lines_of_code_blocks_stay():
    assert "一\n二" in html("```\n一\n二\n```")
    assert "一\n二" in html("<pre>\n一\n二\n</pre>")


def test_lines_are_joined_in_lists_quotations_and_tables_too():
    assert "<li>一二</li>" in html("- 一\n  二")
    assert "<p>一二</p>" in html("> 一\n> 二")


def test_a_line_of_full_width_space_is_blank():
    assert html("一。\n　\n二") == "<p>一。</p>\n<p>二</p>"


def test_a_full_width_indent_begins_a_paragraph_and_goes():
    assert html("　一。\n　二。") == "<p>一。</p>\n<p>二。</p>"
    assert html("> 　一。") == "<blockquote>\n<p>一。</p>\n</blockquote>"


def test_a_full_width_indent_below_a_list_begins_a_paragraph():
    assert html("- 一\n　二") == "<ul>\n<li>一</li>\n</ul>\n<p>二</p>"


def test_full_width_spaces_in_code_stay():
    assert "　字\n　\n字" in html("```\n　字\n　\n字\n```")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("一行目\n二行目", "<p>一行目<br>\n二行目</p>"),
        ("- 一\n- 二", "<ul>\n<li>一</li>\n<li>二</li>\n</ul>"),
        ("一\n\n二", "<p>一</p>\n<p>二</p>"),
    ],
)
def test_newlines_as_typed(source, expected):
    assert render(source, breaks=True).html == expected


def test_a_backslash_breaks_a_line():
    assert render("一行目\\\n二行目").html == "<p>一行目<br>\n二行目</p>"

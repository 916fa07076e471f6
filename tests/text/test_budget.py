"""Sources that would keep a parser busy for minutes are shown as typed, soon."""

import pytest

from posts.text import (
    absolute,
    drop_repeated_title,
    image_sources,
    render,
    render_inline,
    sanitise,
)
from posts.text.budget import Budget, TooComplexError
from posts.text.markdown import structure
from tests.text.work import work_of

SIZE = 40_000


def fill(piece):
    return piece * (SIZE // len(piece))


TOO_COMPLEX = {
    "opening brackets": fill("["),
    "opening images": fill("!["),
    "links without an end": fill("[a]("),
    "one footnote for each word": "[^1]: a\n\n" + fill("[^1]"),
    "a table of empty cells": "|".join("a" * 900) + "\n" + "|".join("-" * 900) + "\n" + fill("|\n"),
    "backticks in a table": "|a|b|\n|-|-|\n|" + fill("`|``"),
    "long gaps": "a" + fill(" ") + "b",
    "rows of backquotes": "a".join("`" * length for length in range(1, 800)),
    "opening notes": fill("[^") + "]",
    "comments in open tags": fill("<b>")[: SIZE // 2] + fill("<!---->")[: SIZE // 2],
    "nested elements": fill("<div>"),
    "blocks that open again and again": fill("<pre>\n"),
    "blocks without number": "a\n\n" * 60_000,
    "elements closed by others": fill("</div>" * 4 + "字" + "<details>" * 4),
    "lines that go on with a quotation": "> " * 30 + "a\n" + "字\n" * 30_000,
    "nested inline elements": fill("<ul><li>"),
}
HARMLESS = {
    "headings without blank lines": fill("#a\n"),
    "underlined headings": fill("a\n=\n"),
    "tags without an end": fill("<a "),
    "quotes in tags": fill('<b "'),
    "nested quotations": fill(">"),
    "nested lists": fill("- "),
    "nested numbers": fill("1. "),
    "an indented list": "\n".join("    " * depth + "- a" for depth in range(150)),
    "unclosed fences": fill("```a\n~~~~\n"),
    "stars": fill("*a **b "),
    "bars": fill("|"),
    "spaces": fill(" 　"),
    "ruby": fill("｜漢《か"),
    "joiners": fill("👨\u200d"),
    "equal headings": fill("## a\n\n"),
    "one long word": fill("あ"),
    "short items": fill("- a\n"),
    "delimiters in one paragraph": fill("$x_1$と"),
    "brackets in one paragraph": fill("文[注]です。"),
    "numbers": fill("12月3日"),
}


@pytest.mark.parametrize("source", TOO_COMPLEX.values(), ids=TOO_COMPLEX)
def test_a_source_that_asks_for_too_much_is_shown_as_typed(source):
    rendered = render(source)
    assert rendered.as_typed and rendered.toc == ()
    assert "<p>" in rendered.html and sanitise(rendered.html) == rendered.html


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_odd_sources_are_rendered(source):
    assert not render(source).as_typed


@pytest.mark.parametrize("source", [*TOO_COMPLEX.values(), *HARMLESS.values()])
def test_nothing_else_stumbles_over_them(source):
    render_inline(source)
    image_sources(source)
    assert drop_repeated_title(source, "題") is None


def test_text_as_typed_is_escaped_counted_and_described():
    rendered = render("一つ目です。<b>\n\n" + fill("["))
    assert rendered.html.startswith("<p>一つ目です。&lt;b&gt;</p>\n<p>[[")
    assert rendered.text.startswith("一つ目です。<b>\n[[")
    assert rendered.characters == 9 + SIZE
    assert rendered.excerpt.startswith("一つ目です。")


def test_text_as_typed_can_be_read_by_feeds():
    page = render("<div>" * 101_000)
    assert page.as_typed
    assert absolute(page.html, "https://example.jp/posts/a/") == page.html == sanitise(page.html)


def test_tags_without_number_are_shown_as_typed():
    assert render("<div>\n" + "<b>a</b>\n" * 90_000).as_typed


@pytest.mark.parametrize("piece", ["\n©", "&amp;"])
def test_a_text_of_too_many_pieces_is_not_put_together(piece):
    with pytest.raises(TooComplexError):
        sanitise("<pre>" + piece * 330_000 + "</pre>")


def test_an_excerpt_beyond_all_measure_is_escaped():
    excerpt = render_inline("&**" * 200_001)
    assert excerpt.text == "&" * 200_001
    assert excerpt.html == "&amp;" * 200_001


def test_blocks_that_are_never_closed_are_looked_at_once():
    work = [
        work_of(render, mark * count) for mark in ("<pre>\n", "<!--\n") for count in (500, 1000)
    ]
    assert work[1] < 3 * work[0] and work[3] < 3 * work[2]


def test_text_without_notation_is_not_searched_for_it():
    plain, marked = work_of(render, "- 甲\n" * 500), work_of(render, "- *甲\n" * 500)
    assert 3 * plain < 2 * marked


def test_code_beyond_all_measure_loses_its_colours(monkeypatch):
    monkeypatch.setattr(structure, "_MOST_COLOURED", 8)
    page = render("```python\nx = 1\n```\n\n```python\nx = 2\n```").html
    assert '<span class="n">x</span>' in page and "<pre><code>x = 2\n</code></pre>" in page


def test_a_long_article_is_rendered():
    source = "\n\n".join(
        f"## 節{n}\n\n[字](https://e.jp/{n})と**太字**の" + "文。" * 150 for n in range(500)
    )
    rendered = render(source)
    assert not rendered.as_typed and len(rendered.toc) == 500


def test_a_budget_ends():
    budget = Budget(10)
    budget.spend(10)
    with pytest.raises(TooComplexError):
        budget.spend(1)


def test_rows_of_backquotes_are_paired_without_walking():
    assert "<code>" in render("``a`" * 5_000).html

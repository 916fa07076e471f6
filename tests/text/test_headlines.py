import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import break_headings, link_headings, render, sanitise
from posts.text.html.headlines import headline

BROKEN = {
    "phrases": (
        "<h2>雨の境目を測る人たち</h2>",
        "<h2>雨の<wbr>境目を<wbr>測る<wbr>人たち</h2>",
    ),
    "inline tags": (
        "<h3>雨の<strong>境目を測る</strong>人たち</h3>",
        "<h3>雨の<strong><wbr>境目を<wbr>測る</strong><wbr>人たち</h3>",
    ),
    "ruby": (
        "<h2>雨の<ruby>境目<rp>（</rp><rt>さかいめ</rt><rp>）</rp></ruby>を測る</h2>",
        "<h2>雨の<wbr><ruby>境目<rp>（</rp><rt>さかいめ</rt><rp>）</rp></ruby>を<wbr>測る</h2>",
    ),
    "code": (
        "<h2>雨の境目は<code>雨の境目を測る</code>で測る</h2>",
        "<h2>雨の<wbr>境目は<wbr><code>雨の境目を測る</code>で<wbr>測る</h2>",
    ),
    "縦中横": (
        '<h2>性能が<span class="tcy">12</span>時間で倍に</h2>',
        '<h2>性能<span class="seam">が</span><wbr><span class="tcy">12</span>時間で<wbr>倍に</h2>',
    ),
    "the mark of a note": (
        '<h2>雨の境目を<sup id="fnref:1-1"><a class="footnote-ref">1</a></sup>測る</h2>',
        '<h2>雨の<wbr>境目を<sup id="fnref:1-1"><a class="footnote-ref">1</a></sup><wbr>測る</h2>',
    ),
    "a closing bracket": (
        "<h2>「推論性能」は、何を変える</h2>",
        '<h2>「推論性<span class="hold">能」は</span>、<wbr>何を<wbr>変える</h2>',
    ),
    "a figure behind a Japanese letter": (
        "<h2>なぜ1時間に12回も</h2>",
        '<h2>な<span class="seam">ぜ</span><wbr>1時間<span class="seam">に</span><wbr>12回も</h2>',
    ),
    "a Latin word behind what is held": (
        "<h2>「雨」はAIが測る</h2>",
        '<h2>「<span class="hold">雨」は</span><wbr>AIが<wbr>測る</h2>',
    ),
    "an attribute that looks like a heading": (
        '<h2><span title="&lt;h2&gt;雨の境目">雨の境目</span></h2>',
        '<h2><span title="&lt;h2&gt;雨の境目">雨の<wbr>境目</span></h2>',
    ),
}
LEFT = [
    "<p>雨の境目を測る人たち</p>",
    "<h2></h2>",
    "<h2>雨</h2>",
    "<pre><code>&lt;h2&gt;雨の境目&lt;/h2&gt;\n</code></pre>",
    '<p title="&lt;h2&gt;雨の境目を測る&lt;/h2&gt;">"雨の境目" &amp; &lt;b&gt;</p>',
    f"<h2>{'雨の境目を' * 50}</h2>",
]


@pytest.mark.parametrize(("html", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_heading_breaks_between_its_phrases(html, expected):
    assert break_headings(html) == expected


@pytest.mark.parametrize("html", LEFT)
def test_everything_else_stays_as_it_is(html):
    assert break_headings(html) == html


def test_what_breaks_is_still_what_the_allow_list_lets_through():
    html = render("# <b onclick=x>雨の境目</b>を&lt;script&gt;で測る\n\n本文 & <i>字</i>").html
    broken = break_headings(html)
    assert "<wbr>" in broken
    plain = re.sub(r'<span class="(hold|seam)">', "<span>", broken)  # the page's own class
    assert sanitise(plain) == plain


def test_a_number_stays_with_what_it_counts():
    assert headline("性能が2倍に") == (("性能が",), ("2倍に",))


def test_what_follows_a_bracket_is_held():
    assert headline("『雨』は何を") == (("『", "雨』は", ""), ("何を",))


@given(st.text())
def test_a_headline_keeps_its_text(text):
    assert "".join("".join(pieces) for pieces in headline(text)) == text


PIECES = [
    "雨の境目を",
    "測る」は",
    "<b>",
    "</b>",
    "<ruby>東<rt>ひ",
    "<code>",
    "2",
    "AIと2つの",
    "&lt;h2&gt;",
    "<h3>",
]


@given(st.lists(st.sampled_from(PIECES)))
def test_nothing_is_added_but_breaks_and_what_holds_together(pieces):
    html = sanitise(f"<h2>{''.join(pieces)}</h2>")
    broken = break_headings(html)
    assert re.sub(r'<wbr>|<span class="(hold|seam)">|</span>', "", broken) == html


def test_more_headings_than_any_article_has_cost_no_more():
    html = "<h2>雨の境目</h2>" * 600
    assert break_headings(html).count("<wbr>") == 500


LINK = 'aria-label="この見出しへのリンク"></a>'
LINKED = {
    "a heading with an id": (
        '<h2 id="a">雨</h2>',
        f'<h2 id="a">雨<a class="anchor" href="#a" {LINK}</h2>',
    ),
    "an id in Japanese": (
        '<h3 id="雨">雨</h3>',
        f'<h3 id="雨">雨<a class="anchor" href="#%E9%9B%A8" {LINK}</h3>',
    ),
    "an id with marks": (
        '<h2 id="a&amp;&#x27;b">雨</h2>',
        f'<h2 id="a&amp;&#x27;b">雨<a class="anchor" href="#a%26%27b" {LINK}</h2>',
    ),
    "none without an id": ("<h2>雨</h2>", "<h2>雨</h2>"),
    "no text that looks like one": ("<p>&lt;h2 id=&quot;a&quot;&gt;</p>",) * 2,
}


@pytest.mark.parametrize("name", LINKED)
def test_headings_link_to_themselves(name):
    html, expected = LINKED[name]
    assert link_headings(html) == expected

"""Nothing that runs comes out, whatever a writer types."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import absolute, render, render_inline, sanitise
from tests.text.invariants import audit

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x00>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=alert(1)//",
    '<img src="x" onload="alert(1)">',
    "<img src='javascript:alert(1)'>",
    '<img src=x alt="`" onerror="alert(1)">',
    "<image src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><!--</style>"
    + '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    '<p style="background:url(javascript:alert(1))">a</p>',
    '<div style="position:fixed;inset:0">a</div>',
    "<body onload=alert(1)>",
    "<form action=javascript:alert(1)><button>a</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>a</button>",
    "<details open ontoggle=alert(1)>a</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>a</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<title><img src=x onerror=alert(1)></title>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<?php echo 1 ?><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<a href=javascript:alert(1)>a</a>",
    '<a href="java\nscript:alert(1)">a</a>',
    '<a href="java&#10;script:alert(1)">a</a>',
    '<a href=" &#14; javascript:alert(1)">a</a>',
    '<a href="&#106;avascript:alert(1)">a</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<a href="vbscript:msgbox(1)">a</a>',
    '<a href="blob:https://evil.example/1">a</a>',
    '<a href="/" onclick="alert(1)" style="x" target="_blank">a</a>',
    '<blockquote cite="javascript:alert(1)">a</blockquote>',
    '<q cite="data:text/html,x">a</q>',
    '<table background="javascript:alert(1)"><tr><td onclick=alert(1)>a',
    "<ruby onclick=alert(1)>漢<rt onmouseover=alert(1)>かん",
    "<figure onclick=alert(1)><figcaption><script>alert(1)</script>",
    '<time datetime="x" onclick="alert(1)">a</time>',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](javascript&#58;alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    '[a](x "onclick=alert(1)")',
    '[a](" onclick="alert(1))',
    "[a][r]\n\n[r]: javascript:alert(1)",
    "![a](javascript:alert(1))",
    '![a](x" onerror="alert(1))',
    '![" onerror="alert(1)](x)',
    '![a](x "\\" onerror=\\"alert(1)")',
    '![a](x "<script>alert(1)</script>")',
    "<javascript:alert(1)>",
    '<https://e.jp/"onclick=alert(1)>',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "```<script>alert(1)</script>\na\n```",
    "```{.x onclick=alert(1) style=x}\na\n```",
    "{<script>alert(1)</script>|<img src=x onerror=alert(1)>}",
    "｜<img src=x onerror=alert(1)>《<script>alert(1)</script>》",
    '漢字《かんじ"onclick=alert(1)》',
    "[^<script>]\n\n[^<script>]: <img src=x onerror=alert(1)>",
    '[^" onclick="alert(1)]\n\n[^" onclick="alert(1)]: a',
    '# <img src=x onerror=alert(1)> "onclick=alert(1)',
    '<h2 id="a&quot; onclick=&quot;alert(1)">a</h2>',
    "|a|b|\n|-|-|\n|<script>alert(1)</script>|<img src=x onerror=alert(1)>|",
    "a{: onclick=alert(1) style=x }",
    "\x02klzzwxh:0000\x03<script>alert(1)</script>\x02wzxhzdk:0\x03",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "＜script＞alert(1)＜/script＞",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_input_is_harmless(source):
    for text in (source, f"本文 {source} 本文", f"> {source}", f"- {source}", f"# {source}"):
        audit(render(text).html)
        audit(render_inline(text).html)
        audit(absolute(render(text).html, "https://example.jp/posts/a/"))


def test_the_text_around_is_not_lost():
    assert render("前<script>alert(1)</script>後").text == "前後"


@pytest.mark.parametrize(
    "html",
    [
        "<ruby>漢<rp>（</rp><rt>かん</rt><rp>）</rp></ruby>",
        '<figure><img src="a.png" alt="図" width="2"><figcaption>説明</figcaption></figure>',
        '<details open=""><summary>詳細</summary>中身</details>',
        '<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody></table>',
        '<p lang="en">English</p>',
        '<span class="tcy">12</span>',
        '<a href="mailto:info@example.jp">a</a><a href="tel:+81312345678">b</a><a href="/c">d</a>',
        '<blockquote cite="https://example.jp/">a</blockquote>',
        '<h2 id="見出し-1">a</h2>',
    ],
)
def test_what_an_article_needs_stays(html):
    assert sanitise(html) == html


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<p class="site-header tcy">a</p>', '<p class="tcy">a</p>'),
        ('<span class="k admin">a</span>', '<span class="k">a</span>'),
        ('<p class="k">a</p>', "<p>a</p>"),
        ('<p id="a b">a</p>', "<p>a</p>"),
        ('<a href="/" rel="opener next">a</a>', '<a href="/">a</a>'),
        ('<td width="100%">', ""),
        ('<img src="a" width="100%" loading="eager">', '<img src="a">'),
        ('<div role="alert" tabindex="1">a</div>', "<div>a</div>"),
    ],
)
def test_attributes_keep_only_known_values(html, kept):
    assert sanitise(html) == kept


@given(st.text() | st.text(alphabet="<>/=\"'&;! \nabdivsrcp-"))
def test_sanitising_twice_is_sanitising_once(text):
    once = sanitise(text)
    assert sanitise(once) == once
    audit(once.replace("h1", "h2"))


def test_relative_addresses_become_absolute():
    html = render("[a](../b) [c](#d) [e](https://f.jp/) ![g](/h.png) [i](//j.jp)").html
    page = absolute(html, "https://example.jp/posts/a/")
    addresses = re.findall('(?:href|src)="([^"]*)"', page)
    assert addresses == [
        "https://example.jp/posts/b",
        "https://example.jp/posts/a/#d",
        "https://f.jp/",
        "https://example.jp/h.png",
        "https://j.jp/",
    ]


def test_absolute_keeps_everything_else():
    source = (
        "# 題\n\n{漢字|かんじ}[^1]\n\n|a|b|\n|-|-:|\n|1|2|\n\n```python\nprint(1)\n```\n\n[^1]: 注"
    )
    html = render(source).html
    assert absolute(html, "https://example.jp/").replace("https://example.jp/", "") == html


def test_a_base_must_be_absolute():
    with pytest.raises(ValueError, match="base"):
        absolute("<p>a</p>", "/posts/")


def test_sanitising_again_changes_nothing_even_in_a_heading_in_a_heading():
    once = sanitise("<h2><b><h3></b></h2>")
    assert sanitise(once) == once


def test_feeds_get_nothing_that_only_a_page_needs():
    body = render("12月の号です。\n\nhttps://youtu.be/aqz-KE-bpKQ").html
    assert "tcy" in body and "data-frame" in body
    html = absolute(body, "https://suijunten.example/posts/a/")
    assert "<p>12月の号です。</p>" in html and "data-frame" not in html
    assert 'href="https://youtu.be/aqz-KE-bpKQ"' in html

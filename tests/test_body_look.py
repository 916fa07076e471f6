"""What a body's constructs look like to readers, measured in a browser."""

import pytest

from posts.models import Edition
from tests.cast import begin
from tests.test_public_look import contrast

LONG = "https://example.jp/" + "a" * 120
WORDS = "雨の降る町と降らない町の境目を測る。" * 4
BOX = (
    f"<p>{WORDS}<code>{'x' * 80}</code></p>"
    f"<ul><li>{WORDS}</li></ul><pre><code>{'x' * 200}</code></pre>"
)
KINDS = ("message", "message warn", "message alert")
TOC = [
    {"level": 2, "id": "a", "text": "雨の境目を測る人たち"},
    {"level": 3, "id": "b", "text": "二つめの見出し"},
    {"level": 2, "id": "c", "text": "三つめの見出し"},
]
TITLE = '<p class="message-title">題</p>'
BOXES = "".join(f'<div class="{kind}" role="note">{TITLE}{BOX}</div>' for kind in KINDS)
TASK = '<span class="task-box" role="img" aria-label="未完了">☐</span>'
COLUMNS = "".join(f'<th class="align-right">長い見出しの列{n}</th>' for n in range(12))
BODY = f"""
<h2 id="a">雨の境目を<strong>測る</strong>人たち</h2>
<p id="tcy">2025年<span class="tcy">12</span>月</p><p id="plain">2025年12月</p>
<p><em class="kenten">強調</em>と<em>強め</em>、<kbd>Ctrl</kbd>、<q>引用</q></p>
{BOXES}
<div class="message alert" role="note"><div class="message" role="note">{BOX}</div></div>
<details><summary>{WORDS}</summary>{BOX}</details>
<details open=""><summary>題</summary>{BOX}</details>
<ul><li class="task">{TASK} {WORDS}</li></ul>
<ul><li>項目<ol><li>項目<ul><li>{WORDS}</li></ul></li></ol></li></ul>
<dl><dt>{WORDS}</dt><dd>{WORDS}</dd><dd><p>{WORDS}</p></dd></dl>
<figure class="code"><figcaption>{"folder/" * 20}app.rb</figcaption>
<div class="codehilite"><pre><span></span><code>{"x" * 200}</code></pre></div></figure>
<div class="table-scroll" role="region" tabindex="0" aria-label="表"><table>
<thead><tr>{COLUMNS}</tr></thead><tbody><tr>{"<td>値</td>" * 12}</tr></tbody></table></div>
<figure><img alt="" src="/none.png" width="2000" height="900"><figcaption>{WORDS}
<span class="credit">（撮影：{"山田" * 20}）</span></figcaption></figure>
<figure class="embed"><a href="{LONG}" data-frame="{LONG}">YouTube の動画を見る</a></figure>
<p class="link-card"><a href="{LONG}" rel="noopener">X の投稿（@{"a" * 60}）</a></p>
<p>文。<sup id="fnref:1-1"><a class="footnote-ref" href="#fn:1-1">1</a></sup></p>
<div class="footnote"><hr><ol><li id="fn:1-1"><p>{LONG}</p></li></ol></div>
"""


@pytest.fixture
def everything(live_server, page):
    """The page of an article with all constructs."""
    begin(title="雨の境目を測る人たち", slug="all").publish(None)
    Edition.objects.update(html=BODY, toc=TOC)
    page.goto(live_server.url + "/posts/all/")
    return page


@pytest.mark.parametrize("width", [360, 390])
def test_no_construct_scrolls_the_page_sideways(everything, width):
    everything.set_viewport_size({"width": width, "height": 800})
    assert everything.evaluate("document.documentElement.scrollWidth") == width


def test_every_construct_is_visible(everything):
    for construct in (
        ".message-title",
        ".task-box",
        "figure.code",
        "figure.embed a",
        ".link-card a",
    ):
        assert everything.locator(construct).first.is_visible(), construct


def style(page, selector, *properties):
    """Return the computed values of `properties` of the first element that `selector` finds."""
    read = "(node, names) => names.map((name) => getComputedStyle(node).getPropertyValue(name))"
    return page.locator(selector).first.evaluate(read, list(properties))


@pytest.mark.parametrize("selector", [".kenten", ".prose em:not([class])"])
def test_emphasis_is_marked_beside_the_characters_and_never_slanted(everything, selector):
    found = style(everything, selector, "font-style", "text-emphasis-style")
    assert found == ["normal", "sesame"]


def test_upright_figures_change_no_horizontal_line(everything):
    width = """(node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect().width;
    }"""
    tcy, plain = (everything.locator(name).evaluate(width) for name in ("#tcy", "#plain"))
    assert tcy == plain > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_boxes_are_readable_in_both_schemes(everything, scheme):
    everything.emulate_media(color_scheme=scheme)
    grounds = set()
    for kind in KINDS:
        box = f".prose > .{kind.replace(' ', '.')}" + ("" if " " in kind else ":not(.warn, .alert)")
        ground, ink, mark = style(everything, box, "background-color", "color", "border-top-color")
        assert contrast(rgb(ground), rgb(ink)) >= 4.5, kind
        assert contrast(rgb(ground), rgb(mark)) >= 4.5, kind
        grounds.add(ground)
    assert len(grounds) == len(KINDS)


def rgb(colour):
    """Return the parts of rgb(…), opaque, as three numbers."""
    assert colour.startswith("rgb("), colour
    return [int(part) for part in colour[4:-1].split(",")]


def test_paper_has_the_address_of_a_video_and_what_is_folded_in(everything):
    everything.emulate_media(media="print")
    note = '(node) => getComputedStyle(node, "::after").content'
    assert LONG in everything.locator(".embed a").evaluate(note).replace("\\", "")
    assert everything.locator("details:not([open]) > p").is_visible()


def test_headings_break_between_phrases_on_the_page_only(client, everything):
    heading = "雨の<wbr>境目を<strong><wbr>測る</strong><wbr>人たち"
    html = client.get("/posts/all/").content.decode()
    link = '<a class="anchor" href="#a" aria-label="この見出しへのリンク"></a>'
    assert f'<h2 id="a">{heading}{link}</h2>' in html
    assert ">雨の<wbr>境目を<wbr>測る<wbr>人たち</a>" in html  # the table of contents
    assert "<title>雨の境目を測る人たち｜" in html
    assert "wbr" not in Edition.objects.get().html
    assert "wbr" not in client.get("/feed.xml").content.decode()
    assert style(everything, ".prose h2", "word-break") == ["keep-all"]


@pytest.mark.django_db
def test_headings_without_end_cost_no_more_than_five_hundred(client):
    begin(slug="all").publish(None)
    toc = [{"level": 2, "id": f"n{number}", "text": "雨の境目"} for number in range(600)]
    html = '<h2 id="n">雨の境目</h2>' * 600
    Edition.objects.update(html=html, toc=toc)
    page = client.get("/posts/all/").content.decode()
    assert page.count("雨の<wbr>境目") == 500 + 500
    assert page.count("雨の境目") == 100 + 100

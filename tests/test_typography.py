"""The typography contract of the public pages, line by line, in a browser.

What of it concerns the width of lines, what is too wide, ruby, emphasis and colours stands in
test_public_look.py and test_body_look.py.
"""

import pytest

from posts.models import Edition
from tests.cast import begin
from tests.test_body_look import style

TITLE = "坂の町のバスは、なぜ1時間に3本でなければならないのか"
WORDS = "雨の降る町と降らない町の境目を測る人たちがいる。"
SMALL = "ちょっとスーパーコンピューターでキャッチャーがチェックした、って言った。"
BODY = f"""
{WORDS * 2}一つめ[^1]と二つめ[^2]が隣り合う。{WORDS * 2}

<p id="autospace">東京A東京</p><p id="trim">「「あ」」（い）</p><p id="strict">{SMALL * 6}</p>

<p><q id="q">外<q>内</q></q>と<i>斜体</i>と<cite>書名</cite></p>

[外](https://example.jp/)と[内](/)と`code`。

## 雨の降る町と降らない町の境目を測る人たちがいるところ

{WORDS * 30}

### 町で1時間に50ミリ降る {{#seam}}

### English headings are left to the spaces of their words

| 列 | 数 |
| --- | --: |
| 値 | 11111 |
| 値 | 88888 |

```
code
```

> 引用

{{転倒桝|てんとうます}}と、“To be, or not to be”。{WORDS * 6}終わり[^3]。{WORDS * 9}

[^1]: {WORDS * 3}
[^2]: {WORDS * 3} <https://example.jp/{"long" * 30}>
[^3]: {WORDS}
"""
WIDE = [1280, 1366, 1920]


@pytest.fixture
def article(live_server, page):
    """The page of an article with what the contract speaks of."""
    begin(title=TITLE, slug="type", deck=WORDS, body=BODY).publish(None)
    page.goto(live_server.url + "/posts/type/")
    return page


def widths(page, script):
    """Return what `script`, given the width of a piece of text, makes of the page."""
    return page.evaluate(
        """(script) => {
            const width = (node) => {
                const range = document.createRange();
                range.selectNodeContents(node);
                return range.getBoundingClientRect().width;
            };
            return Function("width", "find", script)(width, (s) => document.querySelector(s));
        }""",
        script,
    )


def test_there_is_a_gap_between_japanese_and_latin(article):
    with_gap, without = widths(
        article,
        """const node = find("#autospace"), first = width(node);
        node.style.textAutospace = "no-autospace";
        return [first, width(node)];""",
    )
    size = float(style(article, "#autospace", "font-size")[0][:-2])
    assert with_gap - without == pytest.approx(2 * size / 8, abs=0.5)
    assert style(article, ".prose code", "text-autospace") == ["no-autospace"]


WHOLE = """(node) => {
    // The heading without the breaks that we added.
    node.querySelectorAll("wbr").forEach((wbr) => wbr.remove());
    node.querySelectorAll(".seam").forEach((seam) => seam.replaceWith(seam.innerText));
    node.normalize();
}"""


def test_a_heading_keeps_the_gaps_where_its_lines_may_break(article):
    measured = """const range = document.createRange();
        range.setStart(find("#seam"), 0);
        range.setEndBefore(find("#seam .anchor"));
        return range.getBoundingClientRect().width;"""
    broken = widths(article, measured)
    article.locator("#seam").evaluate(WHOLE)
    assert broken == pytest.approx(widths(article, measured), abs=0.5)


def test_no_gap_is_left_at_the_beginning_of_a_line(article):
    """A figure there stands as far left as the lines above and below."""
    place, with_gaps, without = widths(
        article,
        """const heading = find("#seam"), range = document.createRange();
        heading.style.width = "5.5em";
        const walk = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
        let figure = walk.nextNode();
        while (figure && !figure.data.startsWith("50")) figure = walk.nextNode();
        range.setStart(figure, 0);
        range.setEnd(figure, 1);
        const before = range.getBoundingClientRect(), line = heading.getBoundingClientRect();
        heading.style.textAutospace = "no-autospace";
        const alone = range.getBoundingClientRect().width;
        return [[before.left - line.left, before.top > line.top + 20], before.width, alone];""",
    )
    assert place == [0, True]
    assert with_gaps == pytest.approx(without, abs=0.1)


def test_brackets_in_a_row_are_set_closely(article):
    trimmed, whole = widths(
        article,
        """const node = find("#trim"), first = width(node);
        node.style.textSpacingTrim = "space-all";
        return [first, width(node)];""",
    )
    size = float(style(article, "#trim", "font-size")[0][:-2])
    assert trimmed == pytest.approx(whole - 1.5 * size, abs=1)
    assert style(article, ".prose pre", "text-spacing-trim") == ["space-all"]


LINES = """(node) => {
    // The text of each line; readings and marks of notes are none of it.
    const lines = new Map();
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (text.parentElement.closest("rt, rp, sup, .anchor")) continue;
        for (let n = 0; n < text.length; n += 1) {
            range.setStart(text, n);
            range.setEnd(text, n + 1);
            const top = Math.round(range.getBoundingClientRect().bottom / 4);
            lines.set(top, (lines.get(top) ?? "") + text.data[n]);
        }
    }
    return [...lines.values()].map((line) => line.trim()).filter(Boolean);
}"""


@pytest.mark.parametrize("width", [360, 390, 768])
def test_no_line_begins_with_what_belongs_to_the_line_before(article, width):
    article.set_viewport_size({"width": width, "height": 800})
    lines = article.locator("#strict").evaluate(LINES)
    assert len(lines) > 4
    assert not [line for line in lines if line[0] in "っャュョァィゥェォーッ、。」"]
    assert style(article, "#strict", "line-break", "word-break") == ["strict", "normal"]
    assert style(article, "#strict", "text-wrap-style") == ["pretty"]  # no lone last character


@pytest.mark.parametrize("selector", ["h1", ".prose h2"])
@pytest.mark.parametrize("auto_phrase", [True, False])
@pytest.mark.parametrize("width", [360, 520, 720, 1280])
def test_headings_break_between_phrases_with_and_without_auto_phrase(
    article, selector, auto_phrase, width
):
    article.set_viewport_size({"width": width, "height": 800})
    heading = article.locator(selector).first
    wanted = ("keep-all", "balance")
    assert style(article, selector, "word-break", "text-wrap-style") == [*wanted]
    if auto_phrase:  # what browsers do by themselves, without our breaks
        heading.evaluate(WHOLE)
        assert style(article, selector, "word-break") == ["auto-phrase"]
    lines = heading.evaluate(LINES)
    assert width > 360 or len(lines) > 1
    starts = ("坂", "町", "バス", "なぜ", "1時", "3本", "なければ", "ならない", "のか")
    starts += ("雨", "降る", "降ら", "境目", "測る", "人", "いる", "ところ")
    assert all(line.startswith(starts) for line in lines), lines


def test_text_is_of_the_size_that_is_read(article):
    for width in (360, 768, 1280, 1920):
        article.set_viewport_size({"width": width, "height": 800})
        assert 16 <= float(style(article, ".prose p", "font-size")[0][:-2]) <= 18


def test_nothing_is_slanted_and_only_titles_are_set_proportionally(article):
    slanted = """() => [...document.querySelectorAll("main *")]
        .filter((node) => getComputedStyle(node).fontStyle !== "normal").length"""
    assert article.evaluate(slanted) == 0
    assert style(article, ".prose p", "font-feature-settings") == ["normal"]
    assert style(article, "h1", "font-feature-settings") == ['"palt"']


def test_lines_under_links_keep_off_the_letters(article):
    size, offset = style(article, ".prose p a", "font-size", "text-underline-offset")
    assert float(offset[:-2]) == pytest.approx(0.2 * float(size[:-2]), abs=0.1)


def test_figures_in_tables_stand_under_each_other(article):
    ones, eights = (article.locator("td.align-right").nth(n).evaluate(WIDTH) for n in (0, 1))
    assert ones == eights > 0
    assert style(article, "table", "font-variant-numeric") == ["tabular-nums"]


WIDTH = """(node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect().width;
}"""


def test_quotes_are_corner_brackets(article):
    assert style(article, "#q", "quotes") == ['"「" "」" "『" "』"']


def test_a_reading_stays_out_of_the_voice_and_of_what_is_copied(article):
    tree = article.context.new_cdp_session(article).send("Accessibility.getFullAXTree")
    told = [
        str(node.get(part, {}).get("value", ""))
        for node in tree["nodes"]
        if not node["ignored"]
        for part in ("name", "description")
    ]
    assert "転倒桝" in told
    assert not [words for words in told if "てんとうます" in words]
    assert style(article, "rt", "user-select") == ["none"]


def test_what_is_foreign_is_not_taken_for_japanese(article):
    assert article.locator("html").get_attribute("lang") == "ja"
    foreign = article.locator("[lang=en]").all_inner_texts()
    assert foreign[-1] == "To be, or not to be"


# Notes


def boxes(page, selector):
    """Return the boxes of all that `selector` finds, in order."""
    return [one.bounding_box() for one in page.locator(selector).all()]


def bottom(box):
    return box["y"] + box["height"]


@pytest.mark.parametrize("width", WIDE)
def test_notes_stand_beside_their_marks_and_never_on_each_other(article, width):
    article.set_viewport_size({"width": width, "height": 900})
    marks, notes = boxes(article, "sup[data-beside]"), boxes(article, ".footnote li")
    [prose], [masthead] = boxes(article, ".prose"), boxes(article, ".masthead")
    assert len(marks) == len(notes) == 3
    for note in notes:
        assert note["x"] > prose["x"] + prose["width"] + 16
        assert note["width"] >= 150
        assert note["x"] + note["width"] <= masthead["x"] + masthead["width"] + 1
    assert abs(notes[0]["y"] - marks[0]["y"]) < 4
    assert abs(notes[2]["y"] - marks[2]["y"]) < 4
    assert notes[1]["y"] >= bottom(notes[0]) + 8  # their marks stand in one line
    assert article.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", WIDE)
def test_no_note_reaches_into_what_comes_after_the_article(live_server, page, width):
    words = f"{WORDS * 3}[^1]"
    for length in range(1, 12):
        begin(slug=f"n{length}", body=f"{words}\n\n[^1]: {WORDS * length}").publish(None)
    page.set_viewport_size({"width": width, "height": 900})
    beside = 0
    for length in range(1, 12):
        page.goto(f"{live_server.url}/posts/n{length}/")
        [note], [onward] = boxes(page, ".footnote li"), boxes(page, ".onward")
        assert bottom(note) < onward["y"]
        beside += page.locator(".beside").count()
    assert 0 < beside < 11


def at_the_end(page):
    """Say whether the notes follow the text, in order, within its width."""
    notes, [prose] = boxes(page, ".footnote li"), boxes(page, ".prose")
    paragraph = boxes(page, ".prose > p")[-1]
    tops = [bottom(paragraph), *(note["y"] for note in notes)]
    return tops == sorted(tops) and all(
        prose["x"] <= note["x"] and note["x"] + note["width"] <= prose["x"] + prose["width"] + 1
        for note in notes
    )


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_notes_stand_at_the_end_where_there_is_no_room(article, width):
    article.set_viewport_size({"width": width, "height": 900})
    assert at_the_end(article)


def test_notes_stand_at_the_end_where_a_browser_knows_no_anchors(live_server, page):
    def without(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("(anchor-name:", "(no-name:"))

    page.route("**/theme.css*", without)
    begin(title=TITLE, slug="type", body=BODY).publish(None)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(live_server.url + "/posts/type/")
    assert at_the_end(page)


def test_vertical_lines_have_their_notes_at_the_end(live_server, article):
    article.goto(live_server.url + "/posts/type/?view=tate")
    assert article.locator(".beside").count() == 0
    assert article.locator(".footnote li").count() == 3


@pytest.mark.parametrize("width", [390, 1280])
def test_notes_and_back_are_reached_by_keys(article, width):
    article.set_viewport_size({"width": width, "height": 900})
    article.locator("sup a").nth(1).focus()
    article.keyboard.press("Enter")
    article.wait_for_function("location.hash.startsWith('#fn:')")
    note = article.locator(".footnote li").nth(1)
    assert note.evaluate("(node) => node.matches(':target')")
    for _ in range(2):  # past the link in the note
        article.keyboard.press("Tab")
    back = "document.activeElement.getAttribute('aria-label')"
    assert article.evaluate(back) == "本文の注2の位置に戻る"
    article.keyboard.press("Enter")
    article.wait_for_function("location.hash.startsWith('#fnref:')")


# Paper


def test_paper_has_text_and_nothing_to_click(article):
    article.set_viewport_size({"width": 1280, "height": 900})
    article.emulate_media(media="print", color_scheme="dark")
    for gone in (".sections", ".scheme", ".toc", ".share", ".onward", ".direction"):
        assert not article.locator(gone).first.is_visible(), gone
    assert not article.locator(".footnote-backref").first.is_visible()
    assert at_the_end(article)
    size, colour = style(article, ".prose p", "font-size", "color")
    assert 14 <= float(size[:-2]) <= 14.7  # 10.5–11 pt
    assert colour == "rgb(0, 0, 0)"
    for whole in ("table", ".prose pre", "blockquote"):
        assert style(article, whole, "break-inside") == ["avoid"], whole
    assert style(article, ".prose h2", "break-after") == ["avoid"]


def test_paper_has_the_addresses_of_other_sites_only(article):
    article.emulate_media(media="print")
    note = '(node) => getComputedStyle(node, "::after").content'
    elsewhere = article.locator('.prose p a[href="https://example.jp/"]')
    assert "https://example.jp/" in elsewhere.evaluate(note)
    assert article.locator('.prose p a[href="/"]').evaluate(note) == "none"


# What is told of it


def test_the_stored_body_knows_nothing_of_the_page(client, article):
    html = Edition.objects.get().html
    for ours in ("data-beside", "aria-hidden", "doc-noteref", "<wbr>"):
        assert ours not in html
        assert ours not in client.get("/feed.xml").content.decode()

"""What Markdown engines get wrong in Japanese, and what is right: a line for each verdict.

The engines were measured one by one; each case here is an input that at least one of them spoils.
Names and keys have their verdicts in test_folding, test_slugs and the tests of the taxonomy.
"""

import pytest

from posts.text import (
    count_characters,
    drop_repeated_title,
    graphemes,
    problems,
    reading_minutes,
    render,
    render_inline,
    shorten,
)


def body(source, **options):
    """Return the HTML without the spans of 縦中横, which other verdicts are about."""
    html = render(source, **options).html
    for number in range(100):
        html = html.replace(f'<span class="tcy">{number}</span>', str(number))
    return html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # emphasis: CommonMark's flanking rule leaves these literal
        ("これは**「強調」**の例。", "<p>これは<strong>「強調」</strong>の例。</p>"),
        ("**重要。**次の文。", "<p><strong>重要。</strong>次の文。</p>"),
        ("**強調（きょう）**です", "<p><strong>強調（きょう）</strong>です</p>"),
        ("**「A」**と**「B」**", "<p><strong>「A」</strong>と<strong>「B」</strong></p>"),
        ("これは*強調*は", "<p>これは<em>強調</em>は</p>"),
        ("これは_強調_は", "<p>これは_強調_は</p>"),
        ("これは__強調__は", "<p>これは<strong>強調</strong>は</p>"),
        ("これは** 強調 **です", "<p>これは** 強調 **です</p>"),
        ("5*3*2と3*4=12、5*6=30", "<p>5*3*2と3*4=12、5*6=30</p>"),
        ("snake_case_nameと__init__", "<p>snake_case_nameと__init__</p>"),
        # lines
        ("一行目\n二行目", "<p>一行目二行目</p>"),
        ("**太字**\n次", "<p><strong>太字</strong>次</p>"),
        ("絵文字😀\n次", "<p>絵文字😀次</p>"),
        ("終わり。\nNext", "<p>終わり。Next</p>"),
        ("漢字\nLatin", "<p>漢字\nLatin</p>"),
        ("한국어\n한국어", '<p lang="ko">한국어\n한국어</p>'),
        ("一行目  \n二行目", "<p>一行目<br>\n二行目</p>"),
        ("一行目\\\n二行目", "<p>一行目<br>\n二行目</p>"),
        ("`一\n二`", "<p><code>一\n二</code></p>"),
        ("　字下げ", "<p>字下げ</p>"),
        ("一段落目。\n　\n二段落目", "<p>一段落目。</p>\n<p>二段落目</p>"),
        # headings
        ("#見出し", '<h2 id="見出し">見出し</h2>'),
        ("#　見出し", '<h2 id="見出し">見出し</h2>'),
        ("## 推論性能2倍とは", '<h2 id="推論性能2倍とは">推論性能2倍とは</h2>'),
        ("## ＡＩとｱｲ", '<h2 id="aiとアイ">ＡＩとｱｲ</h2>'),
        ("## 次\n\n## 次", '<h2 id="次">次</h2>\n<h2 id="次-2">次</h2>'),
        # full-width marks are text, to be hinted at and never converted
        ("＃ 見出し", "<p>＃ 見出し</p>"),
        ("＊ 項目", "<p>＊ 項目</p>"),
        ("・項目", "<p>・項目</p>"),
        ("１．項目", "<p>１．項目</p>"),
        ("＞引用", "<p>＞引用</p>"),
        ("｜表｜", "<p>｜表｜</p>"),
        ("［字］（url）", "<p>［字］（url）</p>"),
        ("-項目", "<p>-項目</p>"),
        ("-　項目", "<p>-　項目</p>"),
        # lists and tables
        ("段落\n- 項目", "<p>段落</p>\n<ul>\n<li>項目</li>\n</ul>"),
        ("- 親\n  - 子", "<ul>\n<li>親<ul>\n<li>子</li>\n</ul>\n</li>\n</ul>"),
        ("- 親\n    - 子", "<ul>\n<li>親<ul>\n<li>子</li>\n</ul>\n</li>\n</ul>"),
        ("1. 一\n- 点", "<ol>\n<li>一</li>\n</ol>\n<ul>\n<li>点</li>\n</ul>"),
        ("2025. 12月の話", "<p>2025. 12月の話</p>"),
        # never clever
        ('"はい"と', '<p>"はい"と</p>'),
        ("LLMは\n\n*[LLM]: 言語模型", "<p>LLMは</p>\n<p>*[LLM]: 言語模型</p>"),
        ("本文((脚注))です", "<p>本文((脚注))です</p>"),
        ("~~取消~~と～～波～～", "<p><s>取消</s>と～～波～～</p>"),
    ],
)
def test_a_verdict_on_markdown(source, expected):
    assert body(source) == expected


@pytest.mark.parametrize("table", ["前置き\n|a|b|\n|-|-|\n|字|字|", "前置き\na|b\n-|-\n字|字"])
def test_a_table_begins_right_below_a_line(table):
    html = body(table)
    assert html.startswith("<p>前置き</p>") and html.count("<td>字</td>") == 2


@pytest.mark.parametrize(
    ("source", "href", "text"),
    [
        ("見よhttps://e.jp/。次", "https://e.jp/", "https://e.jp/"),
        ("（https://e.jp/a）", "https://e.jp/a", "https://e.jp/a"),
        ("「https://e.jp/a」", "https://e.jp/a", "https://e.jp/a"),
        ("https://e.jp/aを見よ", "https://e.jp/a", "https://e.jp/a"),
        ("https://e.jp/a！？", "https://e.jp/a", "https://e.jp/a"),
        ("https://e.jp/a_(b) を", "https://e.jp/a_(b)", "https://e.jp/a_(b)"),
        ("<https://e.jp/日>", "https://e.jp/%E6%97%A5", "https://e.jp/日"),
        ("[字](https://e.jp/東_(京))", "https://e.jp/%E6%9D%B1_(%E4%BA%AC)", "字"),
    ],
)
def test_an_address_ends_where_japanese_begins(source, href, text):
    assert f'<a href="{href}" rel="noopener">{text}</a>' in body(source)


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "<script>alert(1)</script>",
        '<img src="a.png" onerror="alert(1)">',
        '<p style="color:red">字</p>',
        '<iframe src="https://example.com/"></iframe>',
        '<a href="data:text/html,x">字</a>',
    ],
)
def test_nothing_active_passes(source):
    html = body(source)
    for trace in ("<script", "onerror", "style", "<iframe", "javascript:", "data:"):
        assert trace not in html


def test_what_other_houses_write_is_read():
    assert '<li class="task">' in body("- [ ] 済")
    assert 'width="250"' in body("![図](a.png =250x)")
    assert body(":::message\n文\n:::") == '<div class="message" role="note">\n<p>文</p>\n</div>'
    assert "<figcaption>app.rb</figcaption>" in body("```ruby:app.rb\nputs 1\n```")


def test_ruby_is_read_before_anything_could_eat_it():
    ruby = "<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>"
    assert body("*強調*{漢字|かんじ}") == f"<p><em>強調</em>{ruby}</p>"
    for source in (
        "{漢字|かんじ}",
        "｜漢字《かんじ》",
        "漢字《かんじ》",
        "<ruby>漢字<rt>かんじ</rt></ruby>",
    ):
        assert body(source) == f"<p>{ruby}</p>"
    assert body("《罪と罰》と漢字《罪》") == "<p>《罪と罰》と漢字《罪》</p>"
    assert body("《《強調》》") == '<p><em class="kenten">強調</em></p>'


def test_newlines_are_kept_for_houses_that_mean_them():
    assert body("一\n二", breaks=True) == "<p>一<br>\n二</p>"


def test_a_heading_keeps_its_id_when_another_is_set_before_it():
    ids = {heading.text: heading.id for heading in render("## 一\n\n## 二\n\n## 三").outline}
    more = {
        heading.text: heading.id for heading in render("## 零\n\n## 一\n\n## 二\n\n## 三").outline
    }
    assert ids.items() <= more.items()


def test_asterisks_that_are_left_are_told_of():
    assert any("**" in problem for problem in problems(render("これは** 強調 **です")))
    assert not problems(render("これは**強調**です。`a ** b`"))


@pytest.mark.parametrize(
    ("source", "characters"),
    [
        ("**太字**と[字](https://e.jp/長い)", 4),
        ("{漢字|かんじ}", 2),
        ("字https://e.jp/abc字", 2),
        ("字\n\n```\ncode\n```\n\n字", 2),
        ("字![代替文](a.png)字", 2),
        ("字[^1]\n\n[^1]: 注です", 4),
        ("字 　\u200b字", 2),
        ("。、「」", 4),
        ("Llama 4の", 7),
        ("👨\u200d👩\u200d👧\u200d👦", 1),
        ("葛\U000e0100", 1),
        ("か\u3099", 1),
        ("🇯🇵", 1),
        ("1\ufe0f\u20e3", 1),
    ],
)
def test_a_text_counts_as_an_editor_counts_it(source, characters):
    assert render(source).characters == characters


def test_spaces_are_not_counted_and_signs_are():
    assert count_characters("一 二　三\n四。") == 5


@pytest.mark.parametrize(("characters", "minutes"), [(0, 1), (400, 1), (401, 2), (3002, 8)])
def test_reading_takes_whole_minutes(characters, minutes):
    assert reading_minutes(characters) == minutes


def test_an_excerpt_never_shows_marks():
    excerpt = render_inline("**Meta Llama 4、推論性能2倍**にについて**")
    assert "*" not in excerpt.text and excerpt.html.startswith("<strong>")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("一文目。二文目です。", 6, "一文目。"),
        ("「一文目。」二文目です。", 8, "「一文目。」"),
        ("長い文は、読点で切ります", 8, "長い文は…"),
        ("家族👨\u200d👩\u200d👧\u200d👦です", 4, "家族👨\u200d👩\u200d👧\u200d👦…"),
        ("葛\U000e0100城市の話", 2, "葛\U000e0100…"),
    ],
)
def test_a_text_is_cut_where_a_person_would(text, limit, expected):
    assert shorten(text, limit) == expected
    assert all(part in graphemes(text) for part in graphemes(expected) if part != "…")


def test_a_quoted_sentence_is_no_end_before_a_particle():
    assert render("「終わった。」と彼は言った。" + "次の文。" * 40).excerpt.startswith(
        "「終わった。」と彼"
    )


def test_a_description_is_whole_sentences():
    excerpt = render("一文目です。" + "二" * 100 + "。" + "三" * 50 + "。").excerpt
    assert excerpt == "一文目です。" + "二" * 100 + "。"


@pytest.mark.parametrize("first", ["# 題は「これ」！", "**題は「これ」!**", "題は 『これ』"])
def test_a_title_said_twice_is_found_without_its_marks(first):
    assert drop_repeated_title(f"{first}\n\n本文", "題は「これ」！") == "本文"

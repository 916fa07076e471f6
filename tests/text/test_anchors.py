"""Anchors: a remark is found again where it was made, or nowhere."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts import text
from posts.text import Anchor, Span, anchor, locate
from posts.text.anchors import LONGEST, _closest_end

BODY = (
    "川沿いの町では、時計の針を三分だけ進めておく習慣がある。\n"
    "渡し船に乗り遅れないためだと、船頭の佐藤さんは話す。\n"
    "町に橋が架かったのは昭和四十年のことだった。\n"
    "それでも針は進んだままだ。渡し船に乗り遅れないためだと、今も言う人がいる。"
)


def on(words, nth=0, body=BODY):
    """Return the anchor of the `nth` place where `words` stand."""
    start = [match.start() for match in re.finditer(re.escape(words), body)][nth]
    return anchor(body, Span(start, start + len(words)))


def found(body, wanted):
    """Return the words that an anchor is on now, None when it is nowhere."""
    span = locate(body, wanted)
    return None if span is None else body[span.start : span.end]


@pytest.mark.parametrize("words", ["針", "昭和四十年", "船頭の佐藤さんは話す。", BODY[:60]])
def test_it_is_found_where_it_was(words):
    assert locate(BODY, on(words)) == Span(BODY.index(words), BODY.index(words) + len(words))


@pytest.mark.parametrize("nth", [0, 1])
def test_of_equal_words_it_is_the_one_that_was_meant(nth):
    wanted = on("渡し船に乗り遅れないためだと", nth)
    changed = "足したばかりの、とても長い書き出しの段落。" * 5 + "\n" + BODY
    assert locate(changed, wanted) == Span(wanted.start + 105 + 1, wanted.start + 105 + 1 + 14)


def test_of_equal_words_and_surroundings_it_is_the_nearest():
    body = "はい、そうです。\n" * 9
    third = anchor(body, Span(18, 26))
    assert locate("\n" + body, third) == Span(19, 27)


def test_a_moved_paragraph_takes_it_along():
    lines = BODY.split("\n")
    changed = "\n".join([*lines[1:], lines[0]])
    assert found(changed, on("時計の針を三分だけ進めて")) == "時計の針を三分だけ進めて"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("三分だけ", "五分ほど"),
        ("時計の針", "柱時計の針"),
        ("習慣がある", "習慣がいまもある"),
        ("川沿いの町では、", ""),
    ],
)
def test_edited_words_are_found_by_what_is_left_of_them(before, after):
    line = BODY.split("\n")[0]
    assert found(BODY.replace(before, after), on(line)) == line.replace(before, after)


def test_a_short_word_is_found_between_the_same_surroundings():
    assert found(BODY.replace("昭和四十年", "1965年"), on("昭和四十年")) == "1965年"


def test_words_that_were_deleted_are_nowhere():
    lines = BODY.split("\n")
    changed = "\n".join([lines[0], *lines[2:]])
    assert locate(changed, on("船頭の佐藤さんは話す")) is None
    assert locate(BODY.replace("昭和四十年", ""), on("昭和四十年")) is None


@pytest.mark.parametrize("words", ["町", "針は", "ため"])
def test_a_short_word_is_not_looked_for_all_over_a_new_text(words):
    changed = "別の町の話。針は動かない。雨のためだ。ため池のほとりで、町と針はひとつ。"
    assert locate(changed, on(words)) is None


def test_what_quotes_nothing_is_nowhere_in_particular():
    assert locate(BODY, Anchor()) is None


def test_a_long_quotation_is_known_by_its_beginning():
    body = "".join(chr(0x4E00 + number) for number in range(2000))
    assert len(anchor(body, Span(100, 1900)).quote) == LONGEST


WORDS = st.text(alphabet="あいうえおかきくけこ。\n", max_size=60)


@given(WORDS, st.data())
def test_in_an_unchanged_text_it_stays_exactly_where_it_was(body, data):
    if not body.strip():
        return
    start = data.draw(st.integers(0, len(body) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(body))))
    assert locate(body, anchor(body, span)) == span


@given(WORDS, WORDS, st.data())
def test_wherever_it_is_found_there_are_words(body, other, data):
    if not body:
        return
    start = data.draw(st.integers(0, len(body) - 1))
    wanted = anchor(body, Span(start, data.draw(st.integers(start + 1, len(body)))))
    span = locate(other, wanted)
    assert span is None or 0 <= span.start < span.end <= len(other)


def distance(pattern, body):
    """Return what `_closest_end` does, by the table itself."""
    column = list(range(len(pattern) + 1))
    ends = [(column[-1], 0)]
    for place, letter in enumerate(body, 1):
        last, column[0] = column[:], 0
        for row, wanted in enumerate(pattern, 1):
            changed = last[row - 1] + (wanted != letter)
            column[row] = min(changed, last[row] + 1, column[row - 1] + 1)
        ends.append((column[-1], -place))
    least, end = min(ends)
    return -end, least


@given(st.text(alphabet="あいう", min_size=1, max_size=80), st.text(alphabet="あいう", max_size=90))
def test_the_nearest_stretch_is_that_of_the_table(pattern, body):
    assert _closest_end(pattern, body) == distance(pattern, body)


# What a person selected


@pytest.mark.parametrize(
    ("quote", "near", "span"),
    [
        ("AI は", 0, (0, 4)),
        ("AIは", 0, (0, 4)),
        ("町。\n\nAI", 4, (5, 10)),
        ("AI", 4, (8, 10)),
        ("AI", 0, (0, 2)),
        ("ない", 0, None),
        (" \n", 0, None),
    ],
)
def test_a_selection_is_found_whatever_its_spaces(quote, near, span):
    assert text.select("AI はの町。\nAI だ", quote, near) == span


# Passages


def read(source):
    return text.passages(text.render(source).html)


def test_passages_are_the_blocks_at_the_top():
    parts = read("一つめ。\n\n## 見出し\n\n- 甲\n- 乙\n\n> 引用\n\n![海](/media/a.png)\n\n---")
    assert [part.text for part in parts if part.html.strip()] == [
        "一つめ。",
        "見出し",
        "甲\n乙",
        "引用",
        "［画像：海］",
        "",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "一つめ。\n\n二つめ。",
        "- 甲\n  - 乙\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[^1]: 注\n\n文[^1]。",
        "段落\n\n<details><summary>要</summary>\n\n中\n\n</details>\n\n```py\na = 1\n```",
        "<b>裸の</b>文字<p>段落</p>尾",
        "",
    ],
)
def test_joined_passages_are_the_article(source):
    html = text.render(source).html
    parts = text.passages(html)
    assert "".join(part.html for part in parts) == html.replace("&nbsp;", "\xa0")
    whole = text.whole_text(parts)
    assert all(whole[part.start :].startswith(part.text) for part in parts)


def test_the_text_has_no_readings_and_no_marks_of_notes():
    first, *_ = read("{漢字|かんじ}の文[^1]。\n\n[^1]: 注。")
    assert first.text == "漢字の文。"


def test_words_are_marked_across_the_tags_between():
    [part] = read("これは**太い**文字。")
    marked = text.mark(part, [(2, 6, "on-1")])
    assert marked == (
        '<p>これ<mark id="on-1">は</mark><strong><mark>太い</mark></strong><mark>文</mark>字。</p>'
    )


def test_overlapping_marks_keep_their_names():
    [part] = read("あいうえお")
    marked = text.mark(part, [(0, 3, "on-1"), (2, 5, "on-2")])
    assert re.sub("<[^>]*>", "", marked) == "あいうえお"
    assert marked.count('id="on-1"') == marked.count('id="on-2"') == 1


def test_a_space_inside_is_marked_too():
    [part] = read("the quick fox")
    assert text.mark(part, [(0, 9, "on-1")]) == '<p><mark id="on-1">the quick</mark> fox</p>'


HOSTILE = [
    "<script>alert(1)</script>文",
    "a < b & c > d &lt;script&gt;",
    '<img src=x onerror="alert(1)"> 文',
    "`<script>alert(1)</script>`",
    "[文](javascript:alert(1))",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_mark_makes_nothing_run(source):
    for part in read(source):
        marked = text.mark(part, [(0, len(part.text), "on-1")])
        assert text.sanitise(marked) == marked
        unmarked = re.sub("</?mark[^>]*>", "", marked)
        assert unmarked == part.html


@given(st.text(alphabet="あa &<>*_`[]()!|\n-", max_size=80), st.data())
def test_marking_changes_no_word(source, data):
    html = text.render(source).html
    parts = text.passages(html)
    assert "".join(part.html for part in parts) == html
    for part in parts:
        start = data.draw(st.integers(0, len(part.text)))
        end = data.draw(st.integers(start, len(part.text)))
        marked = text.mark(part, [(start, end, "on-1")])
        assert re.sub("</?mark[^>]*>", "", marked) == part.html

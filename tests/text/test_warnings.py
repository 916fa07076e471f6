"""What the desk is warned of: in the page, and in the writing; never more than that."""

import pytest

from posts.text import Linked, hints, problems, render


def test_a_link_that_leads_nowhere_is_named():
    [sentence] = problems(
        render("[題](post:llama-5)と[題](post:ok)", posts={"ok": Linked("/", "")})
    )
    assert sentence.startswith("本文のリンク先が見つかりません：post:llama-5。")
    assert "post:ok" not in sentence


def test_many_of_them_are_counted():
    [sentence] = problems(render("\n\n".join(f"[題](post:s{n})" for n in range(9))))
    assert "post:s0、post:s1、post:s2、ほか6か所" in sentence


def test_a_source_that_is_shown_as_typed_is_said_to_be():
    [sentence] = problems(render("[" * 20_000 + "**"))
    assert sentence.startswith("本文を Markdown として読み切れなかったため")


def test_marks_that_are_left_over_are_shown_with_their_surroundings():
    [sentence] = problems(render("一段落目。\n\nこれは** 強調 **です。"))
    assert "「これは** 強調 **です。」" in sentence


@pytest.mark.parametrize("source", ["<div>\n**強調**\n</div>", r"\*\*と ** は", r"**a\*\* b"])
def test_marks_that_nobody_escaped_are_left_over(source):
    [sentence] = problems(render(source))
    assert "「**」がそのまま" in sentence
    assert "\x02" not in sentence


def test_an_escaped_asterisk_is_an_asterisk_everywhere():
    source = "## \\*題\\*\n\n![\\*代替\\*](a.png)\n\n\\*\\*本文[^1]\\*\\*\n\n[^1]: \\*注"
    rendered = render(source)
    assert "\x02" not in rendered.html
    assert rendered.text == "*題*\n**本文**\n*注"
    assert 'alt="*代替*"' in rendered.html


@pytest.mark.parametrize(
    "source",
    [
        "",
        "**強調**と*強調*",
        "`**`は強調の印です。",
        "```\na ** b\n```",
        "    a ** b",
        "[題](https://e.jp/)",
        "[`post:x`](https://e.jp/)",
        r"\*\*と書くと、字になります。",
        r"\*\*強調\*\*も**強調**です。",
    ],
)
def test_a_page_without_a_slip_has_no_problem(source):
    assert problems(render(source)) == ()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("＃ 見出し", "見出し"),
        ("＃＃見出し", "見出し"),
        ("＊ 項目", "箇条書き"),
        ("・項目", "箇条書き"),
        ("　・項目", "箇条書き"),
        ("１．項目", "番号"),
        ("1．項目", "番号"),
        ("１２）項目", "番号"),
        ("＞引用", "引用"),
        ("-項目", "空白"),
        ("-　項目", "空白"),
        ("-「項目」", "空白"),
        ("これは_強調_は", "「_」"),
        ("「_強調_は」", "「_」"),
        ("これは_強調_。", "「_」"),
        ("これは** 強調 **です", "「**」"),
        ("これは**強調 **です", "「**」"),
        ("**一**と**　二**", "「**」"),
    ],
)
def test_a_slip_is_found_with_its_line(line, word):
    [sentence] = hints(f"本文。\n\n{line}\n\n本文。")
    assert sentence.startswith("3行目：")
    assert word in sentence


@pytest.mark.parametrize(
    "line",
    [
        *("# 見出し", "- 項目", "* 項目", "1. 項目", "> 引用", "----", "---", "--", "-5度", "-1"),
        *("・・・", "＊＊＊", "＃", "2025年", "１０年", "３．５倍", "3．5倍", "*強調*です"),
        *("**一** と **二**", "** だけ", "***一***", "**一", "二** と **三**", "5 * 3 * 2"),
        *("_強調_ です", "__強調__です", "snake_case_name", "変数のsnake_case_nameは", "a_b_c"),
        *("`_強調_は`", "https://e.jp/日_本_語", "これは`** 強調 **`です", r"これは\_強調_"),
        *("    ＃ 見出し", "\t・項目"),
    ],
)
def test_what_may_well_be_meant_is_left_alone(line):
    assert hints(line) == ()


def test_code_is_left_alone_and_what_follows_is_not():
    source = "````\n＃ 見出し\n```\n・項目\n````\n~~~\n＞引用\n~~~\n＞引用"
    assert hints(source) == (
        "9行目：行頭の「＞」が全角です。引用にするなら、半角の「>」に直してください。",
    )


def test_one_kind_of_slip_is_one_sentence():
    [sentence] = hints("\n".join(["・項目"] * 5))
    assert sentence.startswith("1・2・3行目ほか2か所：")


@pytest.mark.parametrize(
    "piece", ["`", "_あ", "** ", "**あ ", "あ_い", "＃", "・", "~~~\n", "http://", "*", "\n"]
)
def test_each_kind_is_told_once_in_the_longest_text(piece):
    found = hints(piece * (700_000 // len(piece)))
    assert len(found) == len({sentence.partition("：")[2] for sentence in found}) <= 2

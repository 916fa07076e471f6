"""What the desk is told of the writing: slips by their lines, and never what is meant so."""

import pytest

from posts.text import hints, render

from .work import work_of


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
        ("これは** 強調 **です。**強調**もある。", "「**」"),
        ("これは***両方***です。** 強調 **です", "「**」"),
        ("**`code`**と** 強調 **", "「**」"),
        ("文[^1]です", "注の文がありません"),
        ("- 文[^注]です", "注の文がありません"),
        ("[^1]: 注", "指す印"),
        ("- [^1]: 注", "指す印"),
        ("[^注]：本文", "「：」が全角"),
        ("![代替]()", "画像の住所"),
        ("文![]( )文", "画像の住所"),
        ("<post:slug>", "<post:…>"),
        ("詳しくは<post:東京>を", "<post:…>"),
        ("https://example.jp/東京", "日本語の手前"),
        ("地図（https://example.jp/地図/）", "日本語の手前"),
        ("https://example.jp/?q=カナ", "日本語の手前"),
        ("https://e.jp/日_本_語", "日本語の手前"),
        ("文[^1]。\n[^1]: https://example.jp/東京", "日本語の手前"),
        ("```", "終わりがありません"),
        ("```python", "終わりがありません"),
        ("- ```", "終わりがありません"),
        ("~~~", "終わりがありません"),
        ("　- 項目", "全角の空白"),
        ("　　1. 項目", "全角の空白"),
        ("#エッセイ #秋", "「タグ」の欄"),
        ("＃エッセイ　＃秋　＃旅", "「タグ」の欄"),
        ("> ・項目", "箇条書き"),
        ("- 親\n\n    ・項目", "箇条書き"),
    ],
)
def test_a_slip_is_found_with_its_line(line, word):
    [sentence] = hints(f"本文。\n\n{line}\n\n本文。")
    assert sentence.startswith(f"{3 + line.count('\n')}行目：")
    assert word in sentence


@pytest.mark.parametrize(
    "line",
    [
        *("# 見出し", "- 項目", "* 項目", "1. 項目", "> 引用", "----", "---", "--", "-5度", "-1"),
        *("・・・", "＊＊＊", "＃", "2025年", "１０年", "３．５倍", "3．5倍", "*強調*です"),
        *("**一** と **二**", "** だけ", "***一***", "**一", "二** と **三**", "5 * 3 * 2"),
        *("_強調_ です", "__強調__です", "snake_case_name", "変数のsnake_case_nameは", "a_b_c"),
        *("`_強調_は`", "これは`** 強調 **`です", r"これは\_強調_"),
        *("    ＃ 見出し", "\t・項目", "> ```\n> ・項目\n> ```", ">     ・項目"),
        *("文[^1]。\n\n[^1]: 注", "文[^1]。\n\n> - [^1]: 注", "- 文\n\n    文[^1]。\n\n[^1]: 注"),
        *("`[^1]`", r"\[^1]", "    文[^1]", "<pre>\n文[^1]\n</pre>", "文^[その場の注]。"),
        *("[^1]のとおり。\n\n[^1]: 注", "注[^1]：本文\n\n[^1]: 注", "[メモ]：あとで直す"),
        *("![代替](a.png)", "![](a.png)", "`![代替]()`", "[字]()", "![代替][図]\n\n[図]: a.png"),
        *("[](post:slug)", "[題](<post:slug>)", "[題][前]\n\n[前]: <post:slug>", "`<post:slug>`"),
        *("https://example.jp/を見る", "https://example.jpを見る", "https://example.jp/。"),
        *("https://example.jp/から", "https://example.jp/a東京", "<https://example.jp/東京>"),
        *("[東京](https://example.jp/東京)", '<a href="https://example.jp/東京">東京</a>'),
        *("[東京]\n\n[東京]: https://example.jp/東京", "`https://example.jp/東京`"),
        *("```\n＃\n```", "```code```", "`` ``` ``", "~~~取消~~~", "文\n```\n＃\n```\n文"),
        *("　-5度", "　― と言った", "　2025. 12月", "- 親\n  - 子", "　項目", "　**強調**"),
        *("　　　＊　＊　＊", "　* * *", "・ ・ ・"),
        *("#エッセイ", "# #エッセイ #秋", "文 #エッセイ #秋", "#見出し #", "## 題 {#a}"),
        *("** 強調 **です。**一つ多い", "**一**と\n**二** と **三**", "- **一\n- 二** と **三**"),
        *("**`一`** と **`二`**", r"\** と \**"),
    ],
)
def test_what_may_well_be_meant_is_left_alone(line):
    assert hints(line) == ()


def test_code_is_left_alone_and_what_follows_is_not():
    source = "````\n＃ 見出し\n```\n・項目\n````\n~~~\n＞引用\n~~~\n＞引用"
    assert hints(source) == (
        "9行目：行頭の「＞」が全角です。引用にするなら、半角の「>」に直してください。",
    )


def test_strong_is_read_over_the_lines_of_a_paragraph():
    [sentence] = hints("文。\n\nこれは**強\n調 **です。\n\nこれは**強調**です。")
    assert sentence.startswith("3行目：「**」")


def test_a_fence_that_nothing_closes_hides_no_slip_below_it():
    fence, item = hints("文。\n```\na\n\n・項目")
    assert fence.startswith("2行目：コードの始まり")
    assert item.startswith("5行目：行頭の「・」")


@pytest.mark.parametrize("source", ["- ```\n  ・項目\n  ```", "```\n・項目\n    ```\n・\n```"])
def test_a_fence_is_read_as_the_page_reads_it(source):
    assert hints(source) == ()
    assert "<code>" in render(source).html


def test_code_over_two_lines_keeps_the_numbers_of_the_lines():
    [sentence] = hints("文`a\nb`文\n・項目")
    assert sentence.startswith("3行目：")


def test_a_note_and_a_mark_of_other_names_are_both_told():
    mark, note = hints("文[^１]。\n\n[^1]: 注")
    assert mark.startswith("1行目：注の印")
    assert note.startswith("3行目：この注を指す印")


def test_a_slip_is_told_where_it_is_first():
    [first, second] = hints("文[^1]。\n・項目\n＃ 見出し\n\n[^1]: 注\n")
    assert "「・」" in first
    assert "「＃」" in second


def test_one_kind_of_slip_is_one_sentence():
    [sentence] = hints("\n".join(["・項目"] * 5))
    assert sentence.startswith("1・2・3行目ほか2か所：")


PIECES = (
    *("`", "_あ", "** ", "**あ ", "あ_い", "＃", "・", "~~~\n", "```\n", "http://", "*", "\n"),
    *("[^1]", "[^1]: 注\n", "- ```\n", "![a](", "](a", "<!-- ", "<!--\n", "<post:", "#a ", "> "),
    *("https://e.jp/東京 ", "　- 項\n", "a\n\n", "- a\n\n    b\n", "` `` ``` ", "[a]: "),
)


@pytest.mark.parametrize("piece", PIECES)
def test_each_kind_is_told_once_in_the_longest_text(piece):
    found = hints(piece * (700_000 // len(piece)))
    assert len(found) == len({sentence.partition("：")[2] for sentence in found}) <= 2


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_text_is_twice_the_work(piece):
    once, twice = (work_of(hints, piece * count) for count in (1_000, 2_000))
    assert twice < 2.2 * once + 1_000

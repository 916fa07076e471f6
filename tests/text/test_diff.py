"""What a person sees of the difference between two texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import Fold, diff, fold_equal, graphemes
from tests.text.work import work_of

PIECES = [
    "今日は晴れた。",
    "公園へ行った。",
    "東京",
    "は",
    "。",
    "「",
    "」",
    "、",
    "か\u3099",
    "👨",
    "\u200d",
    "👦",
]
PIECES += ["\n", "\n\n", "\n\n\n", "\n \n", "\n\u3000", " ", "- ", "```\n", "a", "\r", "\u0301"]
TEXT = st.text(alphabet="ab。\n", max_size=30) | st.lists(st.sampled_from(PIECES)).map("".join)
MARK = {"equal": "{}", "added": "[+{}]", "removed": "[-{}]"}


def shown(old, new):
    """Return {kind} and marked runs, one paragraph a line; ↵ is a newline."""
    return [
        (
            change.kind + (str(change.move) if change.move else ""),
            "".join(MARK[run.kind].format(run.text) for run in change.runs).replace("\n", "↵"),
        )
        for change in diff(old, new)
    ]


def before(changes):
    kept = (change for change in changes if change.kind != "moved_to")
    return "".join(run.text for change in kept for run in change.runs if run.kind != "added")


def after(changes):
    kept = (change for change in changes if change.kind != "moved_from")
    return "".join(run.text for change in kept for run in change.runs if run.kind != "removed")


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("公園へ行った。", "公園に行った。", "公園[-へ][+に]行った。"),
        ("朝だ。雨が降った。", "朝だ。寒い。雨が降った。", "朝だ。[+寒い。]雨が降った。"),
        ("朝だ。寒い。雨が降った。", "朝だ。雨が降った。", "朝だ。[-寒い。]雨が降った。"),
        ("東京タワーを見た。", "京都タワーを見た。", "[-東京][+京都]タワーを見た。"),
        ("今日は晴れだ。", "明日は雨だ。", "[-今][+明]日は[-晴れ][+雨]だ。"),
        (
            "朝だ。昨日は雨だった。夜だ。",
            "朝だ。明日は晴れるだろう。夜だ。",
            "朝だ。[-昨日は雨だった。][+明日は晴れるだろう。]夜だ。",
        ),
        (
            "東京《とうきょう》に住む。",
            "東京《とうけい》に住む。",
            "東京《とう[-きょう][+けい]》に住む。",
        ),
        ("家族は👨‍👩‍👧‍👦です。", "家族は👨‍👩‍👧です。", "家族は[-👨‍👩‍👧‍👦][+👨‍👩‍👧]です。"),
        ("行くぞ‼\ufe0fほら。", "来るぞ‼\ufe0fほら。", "[-行く][+来る]ぞ‼\ufe0fほら。"),
        ("これはか\u3099くです。", "これはかくです。", "これは[-か\u3099][+か]くです。"),
        ("- 一\n- 二\n- 三", "- 一\n- 四\n- 三", "- 一↵- [-二][+四]↵- 三"),
        ("```\na = 1\nb = 2\n```", "```\na = 1\nb = 3\n```", "```↵a = 1↵b = [-2][+3]↵```"),
        (
            "長い文の途中で\n折り返した。次。",
            "長い文の途中で折り返した。次。",
            "長い文の途中で[-↵]折り返した。次。",
        ),
    ],
)
def test_a_changed_paragraph_shows_what_was_changed(old, new, runs):
    assert shown(f"前。\n\n{old}\n\n後。", f"前。\n\n{new}\n\n後。") == [
        ("equal", "前。↵↵"),
        ("changed", f"{runs}↵↵"),
        ("equal", "後。"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "paragraphs"),
    [
        ("", "", []),
        ("", "新しい。", [("added", "[+新しい。]")]),
        ("古い。\n", "", [("removed", "[-古い。↵]")]),
        ("同じ。", "同じ。", [("equal", "同じ。")]),
        ("同じ。", "同じ。\n", [("equal", "同じ。[+↵]")]),
        ("一。\n", "一。\n\n二。\n", [("equal", "一。↵[+↵]"), ("added", "[+二。↵]")]),
        (
            "春が来た。\n\n鳥が空を飛んでいた。\n\n終わり。",
            "鳥が空を飛んでいた。\n\n春が来た。\n\n終わり。",
            [
                ("moved_from1", "[-春が来た。↵↵]"),
                ("equal", "鳥が空を飛んでいた。↵↵"),
                ("moved_to1", "春が来た。↵↵"),
                ("equal", "終わり。"),
            ],
        ),
        (
            "昨日はとても寒かった。\n\n甲。\n\n乙。\n\n丙の長い長い段落。\n",
            "甲。\n\n乙。\n\n丙の長い長い段落。\n\n昨日はとても暑かった。\n",
            [
                ("moved_from1", "[-昨日はとても寒かった。↵↵]"),
                ("equal", "甲。↵↵"),
                ("equal", "乙。↵↵"),
                ("equal", "丙の長い長い段落。↵[+↵]"),
                ("moved_to1", "昨日はとても[-寒][+暑]かった。↵[-↵]"),
            ],
        ),
        (
            "一つ目の文。二つ目の文。三つ目の文。\n\n次。",
            "一つ目の文。二つ目の文。\n\n三つ目の文。\n\n次。",
            [("changed", "一つ目の文。二つ目の文。[+↵↵]三つ目の文。↵↵"), ("equal", "次。")],
        ),
        (
            "一つ目の文。二つ目の文。\n\n三つ目の文。\n\n次。",
            "一つ目の文。二つ目の文。三つ目の文。\n\n次。",
            [("changed", "一つ目の文。二つ目の文。[-↵↵]三つ目の文。↵↵"), ("equal", "次。")],
        ),
        (
            "はい。\n\n* * *\n\nはい。\n\n終わり。",
            "はい。\n\n新しい段落。\n\n* * *\n\nはい。\n\n終わり。",
            [
                ("equal", "はい。↵↵"),
                ("added", "[+新しい段落。↵↵]"),
                ("equal", "* * *↵↵"),
                ("equal", "はい。↵↵"),
                ("equal", "終わり。"),
            ],
        ),
        (
            "改行だけの段落。\n次の行の段落。\n最後。",
            "改行だけの段落。\n\n次の行の段落。\n最後。",
            [
                ("changed", "改行だけの段落。↵[+↵]"),
                ("equal", "次の行の段落。↵"),
                ("equal", "最後。"),
            ],
        ),
    ],
    ids=["両方空", "空から", "空へ", "同じ", "末尾の改行", "末尾に追加", "入れ替え", "移動と修正"]
    + ["分割", "結合", "同じ段落が二度", "改行で分けた段落"],
)
def test_paragraphs(old, new, paragraphs):
    assert shown(old, new) == paragraphs


@given(TEXT, TEXT)
def test_nothing_is_lost(old, new):
    changes = diff(old, new)
    assert before(changes) == old
    assert after(changes) == new
    moved = [change.move for change in changes if change.kind == "moved_from"]
    assert sorted(moved) == sorted(c.move for c in changes if c.kind == "moved_to")


@given(TEXT)
def test_a_text_is_equal_to_itself(text):
    assert {change.kind for change in diff(text, text)} <= {"equal"}


@given(st.lists(st.sampled_from(PIECES[2:12]), min_size=1).map("".join), st.integers(0, 99))
def test_clusters_stay_whole(text, place):
    old = graphemes(text.replace("\n", ""))
    new = [*old]
    new.insert(place % (len(old) + 1), "👩🏽")
    for change in diff("".join(old), "".join(new)):
        for run in change.runs:
            assert set(graphemes(run.text)) <= {*old, *graphemes("".join(new))}


def test_equal_paragraphs_far_from_changes_fold():
    old = [f"段落{n}。" for n in range(12)]
    new = [*old[:5], "変えた。", *old[6:]]
    folded = fold_equal(diff("\n\n".join(old), "\n\n".join(new)), context=2)
    shape = [len(one.changes) if isinstance(one, Fold) else one.kind for one in folded]
    assert shape == [3, "equal", "equal", "removed", "added", "equal", "equal", 4]


def test_a_single_paragraph_is_not_worth_a_fold():
    changes = diff("一。\n\n二。\n\n三。", "一。\n\n二。\n\n参。")
    assert fold_equal(changes, context=1) == changes


def test_a_text_without_changes_is_one_fold():
    changes = diff("一。\n\n二。", "一。\n\n二。")
    assert fold_equal(changes) == (Fold(changes),)


def lines(count, period=0):
    return "".join(f"これは{n % period if period else n}番の段落です。\n\n" for n in range(count))


HOSTILE = {
    "何も共通しない": lambda n: (
        lines(n),
        "".join(f"那須{k}高原{k * 7}へ。\n\n" for k in range(n)),
    ),
    "同じ行ばかり": lambda n: ("同じ行です。\n" * n, "同じ行です。\n" * (n // 2) + "別の行。\n"),
    "全段落を修正": lambda n: (lines(n), lines(n).replace("です", "でした")),
    "逆順": lambda n: (lines(n), "".join(lines(n).splitlines(keepends=True)[::-1])),
    "周期": lambda n: (lines(n, 7), lines(n, 11)),
    "句点のない一段落": lambda n: ("朝と夜と、" * n, "夜や朝や、" * n),
    "一文字ずつ": lambda n: ("あ" * 9 * n, "い" * 9 * n),
    "分割ばかり": lambda n: (lines(n).replace("です。\n\n", "です。続く。"), lines(n)),
}


@pytest.mark.parametrize("texts", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_not_four_times_the_work(texts):
    small, large = (work_of(diff, *texts(count)) for count in (1_000, 2_000))
    assert large < 2.6 * small

"""What comes of two people's changes to one text."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import Conflict, Merged, has_marks, merge, split_sentences
from tests.text.work import work_of

CLEAN = {
    "別の段落": (
        "一。\n\n二。\n\n三。",
        "壱。\n\n二。\n\n三。",
        "一。\n\n二。\n\n参。",
        "壱。\n\n二。\n\n参。",
    ),
    "一段落の隣り合う文": (
        "朝は晴れた。夜は雨だった。",
        "朝から晴れた。夜は雨だった。",
        "朝は晴れた。夜は雪だった。",
        "朝から晴れた。夜は雪だった。",
    ),
    "直した文の隣に足した文": (
        "朝は晴れた。夜は雨だった。",
        "朝から晴れた。夜は雨だった。",
        "朝は晴れた。昼は曇った。夜は雨だった。",
        "朝から晴れた。昼は曇った。夜は雨だった。",
    ),
    "同じ修正": (
        "朝は晴れた。夜は雨だった。",
        "朝は晴れた。夜は雪だった。",
        "朝は晴れた。夜は雪だった。",
        "朝は晴れた。夜は雪だった。",
    ),
    "箇条書きの別の行": (
        "- 一\n- 二\n- 三",
        "- 壱\n- 二\n- 三",
        "- 一\n- 二\n- 参",
        "- 壱\n- 二\n- 参",
    ),
    "コードの別の行": (
        "```\na = 1\nb = 2\nc = 3\n```",
        "```\na = 9\nb = 2\nc = 3\n```",
        "```\na = 1\nb = 2\nc = 8\n```",
        "```\na = 9\nb = 2\nc = 8\n```",
    ),
    "移動と修正": (
        "春が来た。\n\n鳥が空を飛んでいた。\n\n川は流れる。\n",
        "鳥が空を飛んでいた。\n\n川は流れる。\n\n春が来た。\n",
        "春は来た。\n\n鳥が空を飛んでいた。\n\n川は流れる。\n",
        "鳥が空を飛んでいた。\n\n川は流れる。\n\n春は来た。\n",
    ),
    "移動と削除": (
        "春が来た。\n\n鳥が空を飛んでいた。\n\n川は流れる。\n",
        "鳥が空を飛んでいた。\n\n春が来た。\n\n川は流れる。\n",
        "鳥が空を飛んでいた。\n\n川は流れる。\n",
        "鳥が空を飛んでいた。\n\n川は流れる。\n",
    ),
    "別々の移動": (
        "甲の段落。\n\n乙の長い段落。\n\n丙のとても長い段落。\n\n丁の段落。\n\n戊。",
        "乙の長い段落。\n\n甲の段落。\n\n丙のとても長い段落。\n\n丁の段落。\n\n戊。",
        "甲の段落。\n\n乙の長い段落。\n\n丙のとても長い段落。\n\n戊。\n\n丁の段落。",
        "乙の長い段落。\n\n甲の段落。\n\n丙のとても長い段落。\n\n戊。\n\n丁の段落。",
    ),
    "分割と修正": (
        "一つ目の文。二つ目の文。三つ目の文。",
        "一つ目の文。\n\n二つ目の文。三つ目の文。",
        "一つ目の文。二つ目の文。三番目の文。",
        "一つ目の文。\n\n二つ目の文。三番目の文。",
    ),
    "空行の数": (
        "一。\n\n\n二。\n\n三。",
        "壱。\n\n\n二。\n\n三。",
        "一。\n\n\n二。\n\n参。",
        "壱。\n\n\n二。\n\n参。",
    ),
    "末尾への追加と修正": ("一。二。", "一。二。\n\n三。", "壱。二。", "壱。二。\n\n三。"),
    "段落の削除と、うしろへの追加": (
        "一。\n\n二。\n\n三。",
        "一。\n\n三。",
        "一。\n\n二。\n\n新。\n\n三。",
        "一。\n\n新。\n\n三。",
    ),
}

CONFLICTS = {
    "同じ文": (
        "朝は晴れた。夜は雨だった。",
        "朝は晴れた。夜は雪だった。",
        "朝は晴れた。夜は風だった。",
        ("朝は晴れた。", Conflict("夜は雨だった。", "夜は雪だった。", "夜は風だった。")),
    ),
    "修正と削除": (
        "一。\n\n夜は雨だった。\n\n三。",
        "一。\n\n三。",
        "一。\n\n夜は雪だった。\n\n三。",
        ("一。\n\n", Conflict("夜は雨だった。\n\n", "", "夜は雪だった。\n\n"), "三。"),
    ),
    "同じ場所への追加": (
        "一。\n",
        "一。\n\n二。\n",
        "一。\n\n三。\n",
        ("一。\n\n", Conflict("", "二。\n", "三。\n")),
    ),
    "両方が別の場所へ移動": (
        "春が来た。\n\n鳥が空を飛んでいた。\n\n川は静かに流れていた。\n\n終わり。",
        "鳥が空を飛んでいた。\n\n春が来た。\n\n川は静かに流れていた。\n\n終わり。",
        "鳥が空を飛んでいた。\n\n川は静かに流れていた。\n\n春が来た。\n\n終わり。",
        (
            "鳥が空を飛んでいた。\n\n",
            Conflict("", "春が来た。\n\n", ""),
            "川は静かに流れていた。\n\n",
            Conflict("", "", "春が来た。\n\n"),
            "終わり。",
        ),
    ),
    "段落の結合と、間への追加": (
        "一つ目の文。\n\n二つ目の文。",
        "一つ目の文。二つ目の文。",
        "一つ目の文。\n\n間の文。\n\n二つ目の文。",
        ("一つ目の文。", Conflict("\n\n", "", "\n\n間の文。\n\n"), "二つ目の文。"),
    ),
}


@pytest.mark.parametrize(("base", "ours", "theirs", "merged"), CLEAN.values(), ids=CLEAN)
def test_what_does_not_disagree_is_merged(base, ours, theirs, merged):
    for one in merge(base, ours, theirs), merge(base, theirs, ours):
        assert one.text() == merged
        assert one.clean


@pytest.mark.parametrize(("base", "ours", "theirs", "parts"), CONFLICTS.values(), ids=CONFLICTS)
def test_what_disagrees_is_asked(base, ours, theirs, parts):
    merged = merge(base, ours, theirs)
    assert merged.parts == parts
    assert merged.conflicts == tuple(part for part in parts if isinstance(part, Conflict))
    assert not merged.clean


def test_a_conflict_is_written_as_whole_lines():
    merged = merge(
        "前。\n\n甲。乙は雨。丙。\n\n後。\n",
        "前。\n\n甲。乙は雪。丙。\n\n後。\n",
        "前。\n\n甲。乙は風。丙。\n\n後。\n",
    )
    assert merged.text(theirs="佐藤さんの原稿") == (
        "前。\n\n"
        "＜＜＜ あなたの原稿\n甲。乙は雪。丙。\n＝＝＝\n甲。乙は風。丙。\n＞＞＞ 佐藤さんの原稿\n"
        "\n後。\n"
    )


def test_a_side_that_deleted_is_written_as_nothing():
    merged = Merged(("前。\n\n", Conflict("雨。\n", "", "雪。\n"), "後。"))
    assert merged.text("私", "他") == "前。\n\n＜＜＜ 私\n＝＝＝\n雪。\n＞＞＞ 他\n後。"


@pytest.mark.parametrize("line", ["＜＜＜ あなたの原稿", "＝＝＝", "＞＞＞ 佐藤さんの原稿"])
def test_marks_that_were_left_are_found(line):
    assert has_marks(f"前。\n{line}\n後。")


@pytest.mark.parametrize("text", ["", "本文＝＝＝本文", "＜＜＜＜＜", "a === b"])
def test_other_texts_have_no_marks(text):
    assert not has_marks(text)


WORDS = st.sampled_from(
    ["春が来た。", "鳥が飛んだ。", "川は流れる。", "はい。", "か\u3099", "- 項\n- 目", "* * *"]
)
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=4).map("".join)
GAP = st.sampled_from(["\n\n", "\n\n", "\n\n\n", "\n", "\n \n", "\n\u3000"])
ANY = st.lists(st.tuples(PARAGRAPH, GAP).map("".join), max_size=5).map("".join)
ANY |= ANY.map(str.rstrip)


def side(merged, name):
    return "".join(p if isinstance(p, str) else getattr(p, name) for p in merged.parts)


@given(ANY, ANY)
def test_a_change_of_one_side_is_the_result(base, text):
    for merged in merge(base, base, text), merge(base, text, base), merge(base, text, text):
        assert merged.parts == ((text,) if text else ())


@given(ANY, ANY, ANY)
def test_it_does_not_matter_who_asks(base, ours, theirs):
    merged = merge(base, theirs, ours)
    swapped = [
        p if isinstance(p, str) else Conflict(p.base, p.theirs, p.ours) for p in merged.parts
    ]
    assert merge(base, ours, theirs).parts == tuple(swapped)


@given(ANY, ANY, ANY)
def test_marks_are_there_exactly_where_something_is_to_decide(base, ours, theirs):
    merged = merge(base, ours, theirs)
    assert has_marks(merged.text()) != merged.clean
    assert not merged.clean or merged.text() == side(merged, "ours") == side(merged, "theirs")


NUMBERS = "一二三四五六七八九"
BASE = [f"{n}番目の文は{n * 5}だ。" for n in NUMBERS]


@st.composite
def rewritten(draw, name):
    """Return BASE with sentences added, rewritten, deleted and moved; its own ones hold a name."""
    texts = list(BASE)
    for count in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(texts) - 1))
        match draw(st.sampled_from(["add", "edit", "delete", "move"])):
            case "add":
                texts.insert(place, f"{name}が足した文{count}。")
            case "edit":
                texts[place] = texts[place].replace("番目の文", f"番目の{name}の文{count}")
            case "delete" if len(texts) > 1:
                del texts[place]
            case "move":
                texts.insert(draw(st.integers(0, len(texts) - 1)), texts.pop(place))
    return texts


@given(rewritten("私"), rewritten("彼"), st.sampled_from(["", "\n\n"]), st.sampled_from(["", "\n"]))
def test_nothing_written_is_lost_and_nothing_is_doubled(ours, theirs, gap, end):
    merged = merge(*(gap.join(texts) + end for texts in (BASE, ours, theirs)))
    everything = side(merged, "ours") + side(merged, "theirs")
    assert not [text for text in {*ours, *theirs} - {*BASE} if text not in everything]
    if merged.clean:
        counts = Counter(s.strip() for s in split_sentences(merged.text()) if s.strip())
        assert set(counts.values()) <= {1}
        assert set(counts) >= {*BASE} & {*ours} & {*theirs}


def lines(count, word="これ"):
    return [f"{word}は{n}番の段落です。" for n in range(count)]


HOSTILE = {
    "何も共通しない": lambda n: (
        lines(n),
        lines(n, "甲"),
        [f"那須{k}高原{k * 7}へ。" for k in range(n)],
    ),
    "同じ行ばかり": lambda n: (["同じ。"] * n, ["同じ。"] * (n - 9), ["同じ。", "別。"] * (n // 2)),
    "両方が全段落を修正": lambda n: (lines(n), lines(n, "それ"), lines(n, "あれ")),
    "両方が逆順": lambda n: (lines(n), lines(n)[::-1], lines(n, "それ")[::-1]),
    "移動と全削除": lambda n: (lines(n), lines(n)[n // 2 :] + lines(n)[: n // 2], []),
}


@pytest.mark.parametrize("texts", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_not_four_times_the_work(texts):
    small, large = (work_of(merge, *map("\n\n".join, texts(n))) for n in (500, 1_000))
    assert large < 2.6 * small

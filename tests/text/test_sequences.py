"""The cost of the exact algorithm, in cells of its table, and what it finds."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from posts.text.budget import Budget
from posts.text.compare.sequences import LONGEST, align, common, moves

WORDS = st.lists(st.sampled_from("あいう"), max_size=9)


def is_within(part, whole):
    rest = iter(whole)
    return all(item in rest for item in part)


@given(WORDS, WORDS)
def test_no_longer_common_subsequence_exists(old, new):
    pairs = common(old, new, Budget())
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in zip(pairs, pairs[1:], strict=False))
    longer = combinations(old, len(pairs) + 1)
    assert not any(is_within(part, new) for part in longer)


def test_equal_ends_cost_nothing():
    budget = Budget(100)
    pairs = common("あ" * 900 + "い" + "う" * 900, "あ" * 900 + "え" + "う" * 900, budget)
    assert len(pairs) == 1800
    assert budget.left == 99


def test_beyond_the_budget_only_the_ends_are_found():
    budget = Budget(24)
    assert common("頭かきくけこ尾", "頭こけくきか尾", budget) == [(0, 0), (6, 6)]
    assert budget.left == 24


def test_one_answer_never_needs_more_than_its_share_of_memory():
    budget = Budget(1 << 60)
    assert common("あい" * LONGEST, "いあう" * LONGEST, budget) == []
    assert budget.left == 1 << 60


@given(WORDS, WORDS)
def test_each_text_is_paired_once_and_in_order(old, new):
    kept = align(old, new, Budget())
    moved = moves(old, new, kept)
    assert all(a < c and b < d for (a, b), (c, d) in zip(kept, kept[1:], strict=False))
    for side in zip(*kept, *moved, strict=True):
        assert len(set(side)) == len(side)


def test_the_longest_texts_stay_and_the_short_ones_move():
    old, new = ["見出し", "長い長い段落", "終わり"], ["長い長い段落", "見出し", "終わり"]
    kept = align(old, new, Budget())
    assert kept == [(1, 0), (2, 2)]
    assert moves(old, new, kept) == [(0, 1)]

"""Pairs of characters: what a title is found by."""

import pytest

from posts.text import pairs, pairs_from, pairs_within

WORDS = ["東京", "東京都", "ｶﾌｪ", "カフェ", "gpu", "ＧＰＵ", "の"]


@pytest.mark.parametrize("word", WORDS)
def test_a_title_has_the_pairs_of_every_word_in_it(word):
    title = "ＧＰＵと東京都のカフェ"
    assert pairs_within(word) <= pairs(title)


def test_pairs_are_not_made_across_spaces():
    assert pairs("東　京") == pairs("京 東")
    assert not pairs_within("東京") <= pairs("東 京")


def test_every_character_begins_a_pair():
    numbers = pairs("東京")
    for character in "東京":
        assert any(number in pairs_from(character) for number in numbers)
    assert not any(number in pairs_from("大") for number in numbers)


def test_a_single_character_is_no_pair():
    assert pairs_within("京") == set()

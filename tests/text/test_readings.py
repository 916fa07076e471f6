"""The order of names in an index, and the headings of its rows."""

import pytest

from posts.text import index_heading, sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["あべ", "いとう", "うえだ", "がくと", "かとう", "さとう", "たなか", "わたなべ", "んだ"],
        ["かき", "かぎ", "がき", "かきた"],
        ["はん", "ばん", "ぱん"],
        ["きょた", "きよた", "きよたに"],
        ["カート", "かあと", "かえと"],
        ["いとう", "イドウ", "ｲﾄｳﾀ", "いな"],
        ["さとう", "Abe", "Smith", "山田"],
        ["やまだ たろう", "やまだ・はな"],
        ["いさき", "いすゞ", "いせ"],
        ["こころ", "こゝろね", "ここわ"],
        ["サヽ", "サヾ", "ささき"],
    ],
)
def test_names_stand_in_the_order_of_a_japanese_index(names):
    backwards = names[::-1]
    assert sorted(backwards, key=sort_key) == names


def test_spaces_marks_and_width_make_no_difference():
    assert sort_key("たなか　いちろう") == sort_key("たなかいちろう") == sort_key("タナカイチロウ")
    assert sort_key("か\u3099くと") == sort_key("がくと") == sort_key("ｶﾞｸﾄ")


@pytest.mark.parametrize(
    ("repeated", "written"),
    [
        ("ちゝはゝ", "ちちはは"),
        ("いすゞ", "いすず"),
        ("づゝみ", "づつみ"),
        ("ガヾ", "がが"),
        ("ハヽヽ", "ははは"),
        ("なゞ", "なな"),
    ],
)
def test_a_mark_of_repetition_is_the_kana_that_it_repeats(repeated, written):
    assert sort_key(repeated) == sort_key(written)


@pytest.mark.parametrize(
    ("reading", "heading"),
    [
        ("あべ", "あ"),
        ("オオノ", "あ"),
        ("がくと", "か"),
        ("ｼﾐｽﾞ", "さ"),
        ("ぢんない", "た"),
        ("ぱーく", "は"),
        ("ゆき", "や"),
        ("んだ", "わ"),
        ("を", "わ"),
        ("さゝき", "さ"),
        ("ゝ", "その他"),
        ("smith", "S"),
        ("Ｓｍｉｔｈ", "S"),
        ("山田", "その他"),
        ("2号", "その他"),
        ("", "その他"),
    ],
)
def test_a_name_stands_under_the_heading_of_its_row(reading, heading):
    assert index_heading(reading) == heading

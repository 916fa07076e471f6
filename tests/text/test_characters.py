import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from posts.text import clean, xml_safe


def test_line_ends_become_newlines_and_are_not_counted():
    assert clean("一\r\n二\r三\n四") == ("一\n二\n三\n四", 0)


def test_control_characters_go_and_are_counted():
    assert clean("a\x00b\x08c\x0bd\x7fe\x85f\tg\nh") == ("abcdef\tg\nh", 5)


def test_surrogates_noncharacters_and_byte_order_marks_go():
    assert clean("\ufeffa\ud800b\ufffec\uffffd\ufdd0e\U0001ffff") == ("abcde", 6)


def test_voiced_marks_are_composed_onto_kana():
    typed = unicodedata.normalize("NFD", "がぎパ")
    assert clean(typed) == ("がぎパ", 0)


def test_a_kana_and_its_mark_meet_when_a_control_character_goes():
    assert clean("か\x00\u3099") == ("が", 1)


def test_names_stay_as_typed():
    names = "\ufa19\ufa10\ufa11髙葛\U000e0100㈱①½…～〜！㎡㋿ｶﾞ\u0065\u0301"
    assert clean(names) == (names, 0)


def test_joiners_and_emoji_stay():
    assert clean("👨‍👩‍👧‍👦🇯🇵1️⃣\u200b") == ("👨‍👩‍👧‍👦🇯🇵1️⃣\u200b", 0)


def test_xml_gets_only_what_it_may_hold():
    assert xml_safe("a\x00\x08\x0b\x1f\ud800\ufffe\uffffb\t\n\r\x85漢😀") == "ab\t\n\r\x85漢😀"


@given(st.text(st.characters()))
def test_cleaning_twice_is_cleaning_once(text):
    once, _ = clean(text)
    assert clean(once) == (once, 0)


@given(st.text(st.characters()))
def test_clean_text_is_safe_for_xml_and_utf8(text):
    cleaned, _ = clean(text)
    assert xml_safe(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned

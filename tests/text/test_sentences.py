import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import count_graphemes, graphemes, shorten, split_sentences
from posts.text.sentences import describe

TEXT = st.text() | st.text(alphabet="あ、。！「」）と a.\u3099👨\u200d🇯\ufe0f\u0301\n")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("一つ。二つ！三つ？四つ", ["一つ。", "二つ！", "三つ？", "四つ"]),
        ("「またか。」と思った。次。", ["「またか。」と思った。", "次。"]),
        ("「そうだ。」彼は言った。", ["「そうだ。」", "彼は言った。"]),
        ("「一つ。二つ。」", ["「一つ。二つ。」"]),
        ("（注。）次。", ["（注。）", "次。"]),
        ("Yahoo!ニュースを見た。v2.0が出た。", ["Yahoo!ニュースを見た。", "v2.0が出た。"]),
        ("It works. 次。", ["It works.", " 次。"]),
        ("なぜ？と聞く。", ["なぜ？と聞く。"]),
        ("本当！？はい。", ["本当！？", "はい。"]),
        ("", []),
    ],
)
def test_a_sentence_ends_where_a_reader_stops(text, sentences):
    assert split_sentences(text) == sentences


def test_a_short_text_stays():
    assert shorten("短い", 10) == "短い"


def test_it_cuts_at_the_last_sentence_end():
    assert shorten("一つ目。二つ目。三つ目。", 9) == "一つ目。二つ目。"


def test_it_cuts_at_a_comma_when_no_sentence_ends():
    assert shorten("長い長い文、まだ続いて終わらない", 10) == "長い長い文…"


def test_it_cuts_between_characters_when_there_is_no_comma():
    assert shorten("長い長い文がまだ続いて", 6) == "長い長い文…"


def test_it_leaves_no_stub_before_an_early_comma():
    assert shorten("正、" + "長" * 40, 30) == "正、" + "長" * 27 + "…"


def test_it_keeps_a_family_whole():
    assert shorten("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2) == "👨‍👩‍👧‍👦…"


def test_an_end_before_a_particle_is_no_place_to_cut():
    assert shorten("これは「またか。」と思ったのが本音です。", 9) == "これは「またか。…"


@given(TEXT, st.integers(0, 30))
def test_it_never_exceeds_the_limit_and_never_splits_a_cluster(text, limit):
    short = shorten(text, limit)
    assert count_graphemes(short) <= limit
    kept = graphemes(text)[:limit]
    borders = {"".join(kept[:count]) for count in range(limit + 1)}
    assert (
        short == text
        or short in borders
        or short.removesuffix("…") in {border.rstrip() for border in borders}
    )


@given(TEXT)
def test_the_sentences_are_the_text(text):
    assert "".join(split_sentences(text)) == text


def test_a_description_has_whole_sentences():
    assert describe(["あ" * 59 + "。" + "い" * 59 + "。" + "う" * 9 + "。"]) == (
        "あ" * 59 + "。" + "い" * 59 + "。"
    )


def test_a_description_goes_on_while_the_paragraphs_are_very_short():
    assert describe(["こんにちは。", "編集部です。", "長" * 200]) == "こんにちは。編集部です。"


def test_a_long_first_sentence_is_shortened():
    assert describe(["長" * 99 + "、" + "い" * 99]) == "長" * 99 + "…"


def test_nothing_is_described_by_nothing():
    assert describe([]) == ""


def test_a_long_row_of_dots_is_looked_through_once():
    assert split_sentences("." * 300_000 + "x") == ["." * 300_000 + "x"]

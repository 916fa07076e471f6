import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import count_graphemes, graphemes

PIECES = ["あ", "か\u3099", "a", "\u0301", "葛\U000e0100", "👨", "\u200d", "👩🏽", "🇯", "🇵", "1️⃣"]
PIECES += ["\r", "\n", "☎\ufe0f", "ｶ", "ﾞ", "한", "\u1100\u1161", "\u200b", " "]


@pytest.mark.parametrize(
    "cluster",
    [
        "👨‍👩‍👧‍👦",
        "葛󠄀",
        "か\u3099",
        "🇯🇵",
        "👍🏽",
        "1️⃣",
        "e\u0301",
        "ﾊﾟ",
        "❤️‍🔥",
        "\r\n",
        "\u1100\u1161\u11a8",
    ]
    + ["🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✌🏻", "नि"],
)
def test_a_reader_sees_one_character(cluster):
    assert graphemes(cluster) == [cluster]


def test_flags_pair_from_the_left():
    assert graphemes("🇯🇵🇺🇸🇫") == ["🇯🇵", "🇺🇸", "🇫"]


def test_a_joiner_ties_emoji_only():
    assert graphemes("👨\u200dあ") == ["👨\u200d", "あ"]


def test_a_newline_takes_no_mark():
    assert graphemes("\n\u0301") == ["\n", "\u0301"]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_the_clusters_are_the_text(text):
    assert "".join(graphemes(text)) == text
    assert count_graphemes(text) == len(graphemes(text))


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_cluster_alone_is_still_one(text):
    assert all(graphemes(cluster) == [cluster] for cluster in graphemes(text))

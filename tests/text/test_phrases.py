from hypothesis import given
from hypothesis import strategies as st

from posts.text import phrases


def test_a_headline_breaks_between_phrases():
    assert phrases("何を変えるのか？") == ("何を", "変えるのか？")


def test_nothing_has_no_phrases():
    assert phrases("") == ()


@given(st.text())
def test_the_phrases_are_the_text(text):
    assert "".join(phrases(text)) == text

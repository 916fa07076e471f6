import pytest

from posts.text import drop_repeated_title

TITLE = "Llama 4の「推論性能2倍」は、何を変えるのか？"


@pytest.mark.parametrize(
    "first",
    [
        TITLE,
        f"# {TITLE}",
        f"## {TITLE}",
        f"**{TITLE}**",
        "Ｌｌａｍａ　４の「推論性能２倍」は、何を変えるのか?",
        f"{TITLE}\n====",
        f"　{TITLE}",
    ],
)
def test_a_first_paragraph_that_repeats_the_title_goes(first):
    assert drop_repeated_title(f"\n{first}\n\n本文です。\n", TITLE) == "本文です。\n"


def test_text_right_under_the_heading_stays():
    assert drop_repeated_title("# 題\n本文です。", "題") == "本文です。"


def test_a_title_alone_leaves_nothing():
    assert drop_repeated_title("題", "題") == ""


@pytest.mark.parametrize("body", ["", "本文", "題について\n\n本文", "題\n本文", "本文\n\n題"])
def test_other_bodies_do_not_repeat_it(body):
    assert drop_repeated_title(body, "題") is None


def test_a_title_of_marks_only_is_never_found():
    assert drop_repeated_title("？\n\n本文", "！！") is None

import pytest

from posts.text import count_characters, reading_minutes, render


@pytest.mark.parametrize(
    ("characters", "minutes"),
    [(0, 1), (1, 1), (400, 1), (401, 2), (3002, 8), (3027, 8), (4000, 10)],
)
def test_reading_takes_whole_minutes(characters, minutes):
    assert reading_minutes(characters) == minutes


def test_the_rate_is_the_sites():
    assert reading_minutes(3002, rate=600) == 6


def test_spaces_are_not_counted():
    assert count_characters(" 日 本\u3000語\u200b\n") == 3


def test_the_text_is_what_a_reader_reads():
    source = (
        "# 題\n\n{漢字|かんじ}は[^1]**太い**\n\n- 一\n- 二\n\n```python\nprint(1)\n```\n\n[^1]: 注"
    )
    assert render(source).text == "題\n漢字は太い\n一\n二\nprint(1)\n注"


@pytest.mark.parametrize(
    ("source", "characters"),
    [
        ("日本語、AI。", 7),
        ("空 白　と\u200b改行\nです", 7),
        ("{漢字|かんじ}", 2),
        ("**太字**", 2),
        ("<https://e.jp/日本>と[字](https://e.jp/)", 2),
        ("<info@e.jp>へ", 1),
        ("本文\n\n```\ncode\n```", 2),
        ("![代替](a.png)字", 1),
        ("文[^1]\n\n[^1]: 注", 2),
        ("👨‍👩‍👧‍👦葛󠄀か\u3099🇯🇵", 4),
        ("`a`b", 2),
        ("", 0),
    ],
)
def test_characters_are_counted_as_editors_count(source, characters):
    assert render(source).characters == characters


def test_the_excerpt_begins_with_the_first_real_paragraph():
    source = (
        "## 見出し\n\n![図](a.png)\n\n> 引用です。\n\n<https://e.jp/>\n\n本文です。" + "長" * 200
    )
    assert render(source).excerpt == "本文です。"


def test_the_excerpt_of_a_list_is_its_text():
    assert render("- 一つ目です。\n- 二つ目です。").excerpt == "一つ目です。二つ目です。"

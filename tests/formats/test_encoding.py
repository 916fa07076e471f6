import pytest

from posts.formats import Refused, jekyll
from posts.formats.encoding import clean, decode
from tests.formats.articles import NAME, TOKYO, read, source

TEXT = "---\ntitle: 日本語の題名\n---\n本文の日本語です。カタカナも書きます。\n"


@pytest.mark.parametrize("data", [TEXT.encode(), TEXT.encode("utf-8-sig")])
def test_it_reads_utf8_with_and_without_its_mark(data):
    assert decode(data) == TEXT


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_newlines_become_line_feeds(newline):
    assert decode(TEXT.replace("\n", newline).encode()) == TEXT


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("cp932", "Shift_JIS"),
        ("euc_jp", "EUC-JP"),
        ("iso2022_jp", "ISO-2022-JP"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)
def test_another_encoding_is_refused_by_name(codec, name):
    with pytest.raises(Refused) as caught:
        decode(TEXT.encode(codec))
    assert str(caught.value).startswith(name)
    assert "UTF-8 で保存し直してください" in str(caught.value)


def test_a_flaw_in_utf8_is_refused_with_its_line():
    with pytest.raises(Refused) as caught:
        decode(TEXT.encode() + b"\xe3\x81\n")
    assert caught.value.line == 5
    assert "Shift_JIS" not in str(caught.value)


def test_control_characters_are_removed_and_counted():
    assert clean("a\0b\x1bc\x85d\uffff\ud800e\t\n") == ("abcde\t\n", 5)


def test_an_article_counts_what_was_removed_in_text_and_escapes():
    record = read('excerpt: "要\\x00旨"', body="本\0文\x08。")
    assert (record.body, record.excerpt, record.removed) == ("本文。", "要旨", 3)
    assert "3 字" in record.notes[0]


def test_it_refuses_a_line_of_ten_megabytes():
    with pytest.raises(Refused, match="2 MB"):
        jekyll.parse(NAME, source(body="あ" * 3_400_000), zone=TOKYO)


def test_it_refuses_a_line_over_one_megabyte():
    with pytest.raises(Refused, match="5 行目：1 行が 1 MB"):
        jekyll.parse(NAME, source(body="x" * (1024 * 1024 + 1)), zone=TOKYO)


def test_a_long_article_of_short_lines_is_read():
    body = "あいうえお\n" * 120_000
    assert read(body=body).body == body

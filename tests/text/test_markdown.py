"""The Markdown dialect, from the article's source to what the page, the feed and the search get."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from posts.text import (
    drop_repeated_title,
    reading_minutes,
    render,
)

SEED = Path(__file__).parent.parent / "data" / "seed.txt"


def html(source, **options):
    return render(source, **options).html


@pytest.fixture(scope="module")
def seed():
    body = SEED.read_text(encoding="utf-8").split("---\n", 2)[2]
    return render(drop_repeated_title(body, "Llama 4の「推論性能2倍」は、何を変えるのか？"))


def test_the_seed_has_as_many_characters_as_an_editor_counts(seed):
    assert seed.characters == 3002
    assert reading_minutes(seed.characters) == 8


def test_the_seed_is_described_by_its_first_sentences(seed):
    assert len(seed.excerpt) == 78
    assert seed.excerpt.startswith("いやー、") and seed.excerpt.endswith("本音です。")


def test_the_seed_is_paragraphs_and_nothing_else(seed):
    assert seed.html.count("<p>") == seed.text.count("\n") + 1 == 14
    assert seed.toc == () and not seed.as_typed


def test_control_characters_never_come_out():
    page = html("a\x00\x08b&#8;&#2;klzzwxh:0000&#3;\x02wzxhzdk:0\x03 &#xFFFE;")
    assert not any(char in page for char in "\x00\x02\x03\x08\ufffe")


def test_nothing_renders_to_nothing():
    assert render("") == render(" \n　\n") and render("").html == ""


def test_threads_share_nothing():
    sources = [f"# 題{number}\n\n字[^1]と|{number}|\n\n[^1]: 注{number}" for number in range(40)]
    alone = [render(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render, sources * 3)) == alone * 3

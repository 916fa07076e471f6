"""Which notes may stand beside the text: those that end before what comes after it."""

import re

import pytest

from posts.text import beside, render, spoken

LINE = "雨の降る町と降らない町の境目を測る人たちがいる。" * 2


def page(*parts, notes):
    """Return the page of these parts, each followed by a mark, with `notes`."""
    text = "\n\n".join(f"{part}[^{n}]" for n, part in enumerate(parts, start=1))
    below = "\n".join(f"[^{n}]: {note}" for n, note in enumerate(notes, start=1))
    return beside(spoken(render(f"{text}\n\n{LINE * 2}\n\n{below}").html))


def stands_beside(html):
    return 'class="footnote beside"' in html


def test_each_note_is_bound_to_its_first_mark():
    html = page(LINE, f"{LINE}[^1]{LINE}", notes=["注。", "二つめ。"])
    assert stands_beside(html)
    marks = re.findall(r'<sup id="fnref:\d+-(\d)" data-beside="--note-(\d)">', html)
    assert marks == [("1", "1"), ("2", "2")]
    assert re.findall(r'<li id="fn:\d+-(\d)" data-beside="--note-(\d)">', html) == marks
    assert html.count("data-beside") == 4


def test_notes_that_would_reach_below_the_text_stay_at_its_end():
    assert stands_beside(page(LINE * 8, notes=["長い注。" * 10]))
    assert not stands_beside(page(LINE * 8, notes=["長い注。" * 60]))
    short = ["長い注。" * 10]
    assert not stands_beside(page(*[LINE] * 8, notes=short * 8))
    assert stands_beside(page(*[LINE * 12] * 8, notes=short * 8))


@pytest.mark.parametrize(
    "note", ["一覧\n\n    - 項目", "コード\n\n        code", "> 引用", "注[^2]\n[^2]: 注の注"]
)
def test_what_is_more_than_sentences_stays_at_the_end(note):
    assert not stands_beside(page(LINE * 8, notes=[note]))


def test_a_note_that_nothing_refers_to_keeps_all_at_the_end():
    assert not stands_beside(page(LINE * 8, notes=["注。", "余り。"]))


def test_a_page_without_notes_stays_as_it_is():
    html = render(LINE).html
    assert beside(html) == html

"""What a screen reader makes of a page: readings once, notes by name."""

import pytest

from posts.text import render, sanitise, spoken


def test_a_reading_is_hidden_and_the_word_stays():
    html = spoken(render("{転倒桝|てんとうます}").html)
    assert "<ruby>転倒桝<rp" in html
    assert html.count('<rt aria-hidden="true">') == 1
    assert html.count('<rp aria-hidden="true">') == 2


def test_marks_notes_and_ways_back_say_what_they_are():
    html = spoken(render("本文[^1]。\n\n[^1]: 注。").html)
    assert 'role="doc-noteref" aria-label="注1">1</a>' in html
    assert 'role="doc-backlink" aria-label="本文の注1の位置に戻る">↩</a>' in html
    assert '<section class="footnote" role="doc-endnotes" aria-label="注">' in html
    assert html.rstrip().endswith("</section>")


@pytest.mark.parametrize(
    "source",
    [
        '<div class="footnote"><hr><ol><li>偽</li></ol></div>\n\n本文[^1]。\n\n[^1]: 注。',
        '本文[^1]。\n\n[^1]: 注。<div class="footnote"><hr><ol><li>偽</li></ol></div>',
        '<div class="footnote">本文',
        '<div class="footnote"><ol></ol></div>本文',
    ],
)
def test_a_list_of_notes_that_a_writer_made_breaks_nothing(source):
    html = spoken(render(source).html)
    assert html.count("<div") == html.count("</div>")
    assert html.count("<section") == html.count("</section>")


def test_it_adds_nothing_that_the_allow_list_would_not_give_back():
    html = render("{桝|ます}と本文[^1]。\n\n[^1]: 注。").html
    assert sanitise(spoken(html)).replace("section", "div") == html

"""What the desk is told of a page before it is published."""

import pytest

from posts.text import Linked, problems, render


def test_a_link_that_leads_nowhere_is_named():
    [sentence] = problems(
        render("[題](post:llama-5)と[題](post:ok)", posts={"ok": Linked("/", "")})
    )
    assert sentence.startswith("本文のリンク先が見つかりません：post:llama-5。")
    assert "post:ok" not in sentence


def test_many_of_them_are_counted():
    [sentence] = problems(render("\n\n".join(f"[題](post:s{n})" for n in range(9))))
    assert "post:s0、post:s1、post:s2、ほか6か所" in sentence


def test_a_source_that_is_shown_as_typed_is_said_to_be():
    [sentence] = problems(render("[" * 20_000 + "**"))
    assert sentence.startswith("本文を Markdown として読み切れなかったため")


def test_marks_that_are_left_over_are_shown_with_their_surroundings():
    [sentence] = problems(render("一段落目。\n\nこれは** 強調 **です。"))
    assert "「これは** 強調 **です。」" in sentence


@pytest.mark.parametrize("source", ["<div>\n**強調**\n</div>", r"\*\*と ** は", r"**a\*\* b"])
def test_marks_that_nobody_escaped_are_left_over(source):
    [sentence] = problems(render(source))
    assert "「**」がそのまま" in sentence
    assert "\x02" not in sentence


def test_an_escaped_asterisk_is_an_asterisk_everywhere():
    source = "## \\*題\\*\n\n![\\*代替\\*](a.png)\n\n\\*\\*本文[^1]\\*\\*\n\n[^1]: \\*注"
    rendered = render(source)
    assert "\x02" not in rendered.html
    assert rendered.text == "*題*\n**本文**\n*注"
    assert 'alt="*代替*"' in rendered.html


@pytest.mark.parametrize(
    "source",
    [
        "",
        "**強調**と*強調*",
        "`**`は強調の印です。",
        "```\na ** b\n```",
        "    a ** b",
        "[題](https://e.jp/)",
        "[`post:x`](https://e.jp/)",
        r"\*\*と書くと、字になります。",
        r"\*\*強調\*\*も**強調**です。",
    ],
)
def test_a_page_without_a_slip_has_no_problem(source):
    assert problems(render(source)) == ()

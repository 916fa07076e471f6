"""The page of a revision with its comments: each beside what it is on, also after edits."""

import re

import pytest

from posts import text
from tests.cast import rewrite
from tests.review.cast import BODY, manuscript, on, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return manuscript(writer)


def places(post):
    """Return {what a comment says: the key of its part}, None for one that is nowhere."""
    shown = page(post)
    found = {
        thread.comment.body: part.key
        for part in (*shown.head, *shown.parts)
        for thread in part.threads
    }
    return found | {thread.comment.body: None for thread in shown.orphans}


def marked(post):
    """Return the words in marks, a list a passage."""
    return [re.findall("<mark[^>]*>(.*?)</mark>", part.html) for part in page(post).parts]


def test_each_is_beside_what_it_is_on(post, editor):
    for key in ("", "title", "deck", "0", "3"):
        post.remark(editor, f"「{key}」に", **on(post, key))
    assert places(post) == {f"「{key}」に": key for key in ("", "title", "deck", "0", "3")}


def test_the_words_are_marked_and_lead_to_the_comment(post, editor):
    comment = post.remark(editor, "一", **on(post, "1", "針は進んだ"))
    [_, second, *_] = page(post).parts
    assert f'<mark id="on-{comment.pk}">針は</mark><strong><mark>進んだ</mark>' in second.html
    assert second.threads[0].target == f"on-{comment.pk}"
    assert second.threads[0].quote == "針は進んだ"


def test_a_whole_passage_is_not_painted(post, editor):
    post.remark(editor, "一", **on(post, "1"))
    [_, second, *_] = page(post).parts
    assert second.whole
    assert "<mark" not in second.html


def test_what_is_resolved_is_not_marked(post, editor):
    post.remark(editor, "一", **on(post, "0", "三分だけ")).resolve(editor)
    assert marked(post) == [[], [], [], []]
    assert places(post) == {"一": "0"}


def test_they_go_along_with_an_edit(post, writer, editor):
    post.remark(editor, "一", **on(post, "0", "三分だけ"))
    post.remark(editor, "二", **on(post, "3", "最後の段落"))
    rewrite(
        post, "題", by=writer, body="新しい書き出し。\n\n" + BODY.replace("三分だけ", "五分ほど")
    )
    assert places(post) == {"一": "1", "二": "4"}
    assert marked(post)[1] == ["五分ほど"]


def test_what_is_gone_is_listed_apart(post, writer, editor):
    post.remark(editor, "一", **on(post, "0", "三分だけ進めておく習慣"))
    post.remark(editor, "二", **on(post, "deck"))
    rewrite(post, "題", by=writer, body="まったく別の話を書いた。", deck="")
    assert places(post) == {"一": None, "二": None}


def test_a_comment_on_the_title_stays_when_it_changes(post, writer, editor):
    post.remark(editor, "一", **on(post, "title"))
    rewrite(post, "まるで違う題", by=writer)
    assert places(post) == {"一": "title"}
    [_, title, _] = page(post).head
    assert title.threads[0].quote == "時計の町"


@pytest.mark.parametrize(
    "body",
    [
        "<b>裸の</b>文字\n\n<details><summary>要</summary>\n\n中\n\n</details>",
        "- 甲\n  - 乙\n\n1. 丙\n\n```py\na = 1\n```",
        "文[^1]。\n\n[^1]: 注。\n\n| a | b |\n| - | - |\n| 1 | 2 |",
        "",
    ],
)
def test_the_passages_are_the_body_that_readers_would_see(writer, body):
    post = manuscript(writer)
    rewrite(post, "題", by=writer, body=body)
    html = text.render(body).html.replace("&nbsp;", "\xa0")
    joined = "".join(part.html for part in page(post).parts)
    assert mute(joined) == mute(html)


def mute(html):
    """Return HTML without the mark of the article in the ids of its notes."""
    return re.sub(r"fn(ref)?:\w+-", r"fn\1:", html)

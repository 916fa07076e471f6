"""Comments: who says what of which revision, answered, resolved, reopened, all logged."""

import pytest

from posts.models import Draft, Refused, Span, compose, examine
from tests.cast import begin, log, minute, rewrite
from tests.review.cast import manuscript, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return manuscript(writer)


def test_it_keeps_what_it_is_on(post, editor):
    comment = post.remark(editor, "本当ですか。", **on(post, "0", "三分だけ"), now=minute(1))
    comment.refresh_from_db()
    assert (comment.body, comment.by, comment.at) == ("本当ですか。", editor, minute(1))
    assert (comment.quote, comment.revision, comment.field) == ("三分だけ", 1, "body")
    assert comment.before.endswith("時計の針を")
    assert comment.after.startswith("進めておく")


@pytest.mark.parametrize(
    ("key", "field", "quote"),
    [
        ("", "body", ""),
        ("title", "title", "時計の町"),
        ("deck", "deck", "針の話。"),
        ("1", "body", "それでも針は進んだままだ。"),
        ("2", "body", "見出し"),
    ],
)
def test_it_may_be_on_a_passage_or_on_the_whole(post, editor, key, field, quote):
    comment = post.remark(editor, "こうしては。", **on(post, key))
    assert (comment.field, comment.quote) == (field, quote)


@pytest.mark.parametrize("key", ["9", "-1", "１", "body", "9999999", "slug"])
def test_there_is_no_such_passage(post, key):
    with pytest.raises(Refused, match="その段落はありません"):
        on(post, key)


def test_a_selection_that_is_not_there_means_the_passage(post):
    assert on(post, "1", "どこにもない")["on"].quote == "それでも針は進んだままだ。"


@pytest.mark.parametrize("body", ["", " \n　", "\0"])
def test_it_says_something(post, editor, body):
    with pytest.raises(Refused, match="コメントが空です"):
        post.remark(editor, body)
    assert not post.comments.exists()


def test_it_is_not_endless(post, editor):
    post.remark(editor, "長" * 4000)
    with pytest.raises(Refused, match="4,001字"):
        post.remark(editor, "長" * 4001)


def test_it_is_on_a_revision_of_its_own_manuscript(post, editor):
    with pytest.raises(Refused):
        post.remark(editor, "本文", revision=begin().head)


def test_answers_stand_in_one_thread(post, editor, writer):
    comment = post.remark(editor, "本当ですか。")
    first = comment.answer(writer, "本当です。", now=minute(1))
    second = first.answer(editor, "では。", now=minute(2))
    assert list(comment.answers.all()) == [first, second]
    assert log(post) == ["create", "comment", "answer", "answer"]


def test_it_is_resolved_once_and_reopened(post, editor, writer):
    comment = post.remark(editor, "本当ですか。")
    comment.resolve(writer, now=minute(1))
    comment.resolve(editor, now=minute(2))
    comment.refresh_from_db()
    assert (comment.resolved_by, comment.resolved_at) == (writer, minute(1))
    comment.reopen(editor)
    comment.reopen(editor)
    comment.refresh_from_db()
    assert not comment.is_resolved
    assert log(post) == ["create", "comment", "resolve", "reopen"]
    assert post.events.with_words().first().said == "本当ですか。"


def test_an_answer_is_not_resolved_alone(post, editor):
    answer = post.remark(editor, "本当ですか。").answer(editor, "はい。")
    with pytest.raises(Refused, match="返信だけを解決"):
        answer.resolve(editor)


@pytest.mark.parametrize("verb", ["answer", "resolve", "reopen"])
def test_what_concerns_nobody_else_is_refused(post, editor, another_writer, verb):
    comment = post.remark(editor, "本当ですか。")
    before = log(post)
    with pytest.raises(Refused, match="権限がありません"):
        getattr(comment, verb)(another_writer, *(["返信"] if verb == "answer" else []))
    assert log(post) == before


def test_nothing_is_said_of_what_is_put_away(post, editor, chief):
    comment = post.remark(editor, "本当ですか。")
    post.archive(chief)
    for say in (lambda: post.remark(editor, "なお"), lambda: comment.answer(editor, "なお")):
        with pytest.raises(Refused, match="保管されている"):
            say()
    assert post.comments.count() == 1


def open_comments(post):
    return type(post).objects.with_open_comments().get(pk=post.pk).open_comments


def test_the_open_threads_are_counted(post, editor):
    assert open_comments(post) == 0
    first = post.remark(editor, "一")
    first.answer(editor, "一の返信")
    post.remark(editor, "二")
    assert open_comments(post) == 2
    first.resolve(editor)
    assert open_comments(post) == 1


def test_the_confirmation_says_how_many_are_open(post, editor):
    first = post.remark(editor, "一")
    first.answer(editor, "一の返信")
    draft = Draft(post, post.manuscript, compose(post, post.manuscript, Span(minute(1))))
    said = "解決していないコメントが1件あります。"
    assert said in [finding.message for finding in examine(draft)]
    first.resolve(editor)
    assert said not in [finding.message for finding in examine(draft)]


def test_an_edit_changes_no_comment(post, writer, editor):
    post.remark(editor, "一", **on(post, "0", "三分だけ"))
    before = list(post.comments.values())
    rewrite(post, "別の題", by=writer, body="まったく別の本文。")
    assert list(post.comments.values()) == before

"""Who is told of which move, and who never is."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from posts.models import Author, Beat, Category, Notice, Preferences, Refused, Role
from posts.notices import sentence
from tests.cast import begin, minute, person, rewrite

pytestmark = pytest.mark.django_db


def told(kind=None):
    """Return the names of those who were told, in order."""
    rows = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    return sorted(rows.values_list("user__username", flat=True))


def section(name):
    return Category.objects.create(name=name, slug=name)


# Submitted


def test_a_submission_is_told_to_editors_and_chiefs(writer, another_writer, editor, chief, admin):
    begin(writer).submit(writer)
    assert told("submit") == ["chief", "editor"]


def test_a_notice_says_who_did_what_when(writer, editor):
    post = begin(writer)
    post.submit(writer, note="お願いします", now=minute(3))
    notice = Notice.objects.get()
    assert (notice.kind, notice.post, notice.user) == ("submit", post, editor)
    assert (notice.at, notice.read_at) == (minute(3), None)
    assert notice.detail == {"by": writer.pk, "move": "submit", "note": "お願いします"}


def test_those_who_answer_for_the_category_are_told_alone(writer, editor, chief):
    politics = section("seiji")
    below = Category.objects.create(name="国会", slug="kokkai", parent=politics)
    Beat.objects.create(user=person("politician", Role.EDITOR), category=politics)
    begin(writer, category=below.pk).submit(writer)
    assert told() == ["politician"]


def test_where_nobody_answers_for_the_category_all_are_told(writer, editor, chief):
    Beat.objects.create(user=person("politician", Role.EDITOR), category=section("seiji"))
    begin(writer, category=section("taiiku").pk).submit(writer)
    assert told() == ["chief", "editor"]


def test_without_a_category_all_are_told(writer, editor, chief):
    Beat.objects.create(user=person("politician", Role.EDITOR), category=section("seiji"))
    begin(writer).submit(writer)
    assert told() == ["chief", "editor", "politician"]


def test_who_answers_for_it_and_hands_in_themselves_tells_the_others(editor, chief):
    politics = section("seiji")
    politician = person("politician", Role.EDITOR)
    Beat.objects.create(user=politician, category=politics)
    begin(politician, category=politics.pk).submit(politician)
    assert told() == ["chief", "editor"]


def test_a_desk_of_one_administrator_is_told(writer, admin):
    begin(writer).submit(writer)
    assert told() == ["admin"]


# Returned, approved


def submitted(writer, **fields):
    post = begin(writer, **fields)
    post.submit(writer)
    Notice.objects.all().delete()
    return post


@pytest.mark.parametrize("move", ["return_", "approve"])
def test_the_writer_and_who_signs_are_told(writer, another_writer, editor, chief, move):
    author = Author.objects.create(name="署名", slug="a", user=another_writer)
    post = submitted(writer, bylines=((author.pk, ""), (author.pk, "photo")))
    getattr(post, move)(editor)
    assert told(move) == told() == ["another_writer", "writer"]


def test_nobody_is_told_of_what_they_did_themselves(editor, chief):
    post = begin(editor)
    post.submit(editor)
    assert told() == ["chief"]
    post.approve(editor)
    assert told() == ["chief"]


def test_a_move_of_the_operator_is_told_to_all(writer, editor):
    begin(writer).submit(None)
    assert told() == ["editor"]


@pytest.mark.parametrize("move", ["withdraw", "archive"])
def test_other_moves_are_told_to_nobody(writer, editor, move):
    post = submitted(writer)
    getattr(post, move)(editor)
    assert told() == []


def test_writing_is_told_to_nobody(writer, editor):
    rewrite(begin(writer), "別の題", by=editor)
    assert told() == []


# Comments


def said():
    """Return (who was told, the sentence) of all notices, oldest first."""
    rows = Notice.objects.order_by("pk")
    by = {user.pk: user for user in User.objects.all()}
    return [(row.user.username, sentence(row, by.get(row.detail["by"]))) for row in rows]


def test_a_comment_is_told_to_the_writer(writer, editor, chief):
    begin(writer).remark(editor, "ここは？")
    assert said() == [("writer", "editorさんがコメントしました。")]


def test_an_answer_is_told_to_those_who_talk(writer, editor, chief):
    post = begin(writer)
    comment = post.remark(editor, "ここは？")
    comment.answer(chief, "わたしも気になります。")
    comment.answer(writer, "直しました。")
    answers = [one for one in said() if "返信" in one[1]]
    assert answers == [
        ("writer", "chiefさんがコメントに返信しました。"),
        ("editor", "chiefさんがコメントに返信しました。"),
        ("editor", "writerさんがコメントに返信しました。"),
        ("chief", "writerさんがコメントに返信しました。"),
    ]


def test_what_a_reader_says_by_a_link_is_told_to_who_made_it_too(writer, editor, chief):
    link = begin(writer).share(editor, "取材先の山本")
    link.remark("数字が違います。")
    link.confirm()
    assert said() == [
        ("writer", "取材先の山本さんがコメントしました。"),
        ("editor", "取材先の山本さんがコメントしました。"),
        ("writer", "取材先の山本さんが「確認しました」を押しました。"),
        ("editor", "取材先の山本さんが「確認しました」を押しました。"),
    ]


# Who may not know


def test_who_has_left_is_told_nothing(writer, another_writer, editor, chief):
    for gone in (editor, another_writer):
        gone.is_active = False
        gone.save()
    author = Author.objects.create(name="署名", slug="a", user=another_writer)
    post = begin(writer, bylines=((author.pk, ""),))
    post.submit(writer)
    post.approve(chief)
    assert told("submit") == ["chief"]
    assert told("approve") == ["writer"]


def test_who_lost_the_role_is_told_nothing(writer, editor):
    post = submitted(writer)
    writer.groups.clear()
    post.return_(editor)
    assert told() == []


def test_who_wants_none_gets_none(writer, editor, chief):
    Preferences.objects.create(user=editor, unwanted=["submit"])
    begin(writer).submit(writer)
    assert told() == ["chief"]


# Together with the move


def test_a_move_that_is_refused_tells_nobody(writer, another_writer, editor):
    with pytest.raises(Refused):
        begin(writer).submit(another_writer)
    assert told() == []


def test_a_move_that_is_undone_has_told_nobody(writer, editor):
    post = begin(writer)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post.submit(writer)
        raise ZeroDivisionError
    assert told() == []


def test_a_second_submission_is_told_again(writer, editor):
    post = begin(writer)
    post.submit(writer)
    post.withdraw(writer)
    post.submit(writer)
    assert told() == ["editor", "editor"]


# What others call


def test_a_key_is_told_once(writer, editor):
    post = begin(writer)
    for _ in range(2):
        Notice.tell("comment", post, key="comment:1", by=editor, note="ここは？")
    assert told() == ["writer"]


def test_a_comment_of_somebody_without_a_login(writer, editor):
    Notice.tell("comment", begin(writer), key="comment:1", who="取材先の山本")
    assert Notice.objects.get().detail == {"by": None, "who": "取材先の山本"}


def test_those_who_are_named_are_told_as_far_as_they_may_know(writer, another_writer, editor):
    named = [writer, another_writer, editor]
    Notice.tell("comment", begin(writer), key="comment:1", to=named, by=writer)
    assert told() == ["editor"]

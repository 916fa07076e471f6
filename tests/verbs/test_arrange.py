from datetime import date

import pytest

from posts.models import Refused
from tests.cast import begin, log

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)


def test_a_planned_day_is_in_the_log_and_publishes_nothing(editor):
    post = begin(by=editor)
    post.arrange(by=editor, planned_on=DAY, kind="article")
    post.refresh_from_db()
    assert (post.planned_on, post.version) == (DAY, 1)
    assert log(post) == ["create", "arrange"]
    assert post.events.get(move="arrange").detail == {"planned_on": "2026-05-01", "kind": "article"}
    assert not post.editions.exists()


def test_the_same_plan_is_no_event(editor):
    post = begin(by=editor)
    post.arrange(by=editor, planned_on=None, kind="article")
    assert log(post) == ["create"]


def test_a_draft_may_become_a_page(editor):
    post = begin(by=editor)
    post.arrange(by=editor, planned_on=None, kind="page")
    post.refresh_from_db()
    assert post.kind == "page"


def test_what_readers_saw_stays_what_it_is(editor):
    post = begin(by=editor)
    post.publish(None)
    with pytest.raises(Refused, match="種類"):
        post.arrange(by=editor, planned_on=None, kind="page")


def test_a_writer_does_not_arrange_the_articles_of_others(writer, editor):
    with pytest.raises(Refused):
        begin(by=editor).arrange(by=writer, planned_on=DAY, kind="article")


def test_an_article_that_a_writer_makes_a_page_is_approved_anew(writer, editor):
    post = begin(by=writer)
    post.approve(editor)
    post.arrange(by=writer, planned_on=DAY, kind="article")
    assert post.status == "ready"
    post.arrange(by=writer, planned_on=DAY, kind="page")
    post.refresh_from_db()
    assert post.status == "draft"


def test_an_editor_who_makes_it_a_page_keeps_the_approval(writer, editor):
    post = begin(by=writer)
    post.approve(editor)
    post.arrange(by=editor, planned_on=None, kind="page")
    post.refresh_from_db()
    assert post.status == "ready"

"""The history of a manuscript: every revision, every event, nothing that could be changed."""

import pytest

from tests.admin.desk import at, form, rows, seen
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


def test_it_lists_revisions_and_events(desk, writer, chief):
    post = begin(writer, title="一")
    rewrite(post, "二", by=writer)
    post.submit(writer, note="お願いします")
    post.publish(chief)
    text = seen(desk.get(at(post, "history/")))
    for part in ("第1版", "第2版", "公開中", "お願いします", "writer", "chief"):
        assert part in text


def test_a_restored_text_is_a_new_revision(desk):
    post = begin(title="一つめ", body="一つめの本文")
    rewrite(post, "二つめ", body="二つめの本文")
    desk.post(at(post, "move/restore/?revision=1"), {"note": ""})
    post.refresh_from_db()
    assert (post.title, post.body, post.version) == ("一つめ", "一つめの本文", 3)
    assert [row.manuscript.title for row in post.revisions.order_by("number")] == [
        "一つめ",
        "二つめ",
        "一つめ",
    ]


def test_a_kept_text_is_marked(desk, editor):
    post = begin(editor)
    stale = form(post, title="古い画面から")
    rewrite(post, "新しい", by=editor)
    desk.post(at(post), stale)
    assert "退避" in seen(desk.get(at(post, "history/")))


def test_it_is_only_read(desk):
    post = begin()
    before = rows()
    desk.post(at(post, "history/"), {"delete": "1"})
    desk.get(at(post, "history/?delete=1"))
    assert rows() == before


def test_its_cost_does_not_grow(desk, django_assert_max_num_queries):
    post = begin()
    for number in range(40):
        rewrite(post, f"題{number}")
    with django_assert_max_num_queries(15):
        assert "第41版" in seen(desk.get(at(post, "history/")))


def test_django_own_history_leads_to_it_too(desk, writer, client, another_writer):
    post = begin(writer, title="秘密の題")
    client.force_login(another_writer)
    for pk in (f"{post.pk}", f"0{post.pk}", f"_3{post.pk}", f"{post.pk}_"):
        answer = client.get(f"/admin/posts/post/{pk}/history/", follow=True)
        assert "秘密の題" not in answer.content.decode()

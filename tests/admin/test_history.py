"""The history of a manuscript: every revision, every event, nothing that could be changed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.admin.desk import at, form, rows, seen
from tests.cast import begin, minute, rewrite

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


def test_labels_say_what_a_revision_is(desk, writer, chief):
    post = begin(writer, title="一", now=minute(0))
    post.approve(chief, now=minute(1))
    post.publish(chief, now=minute(2))
    content = replace(post.manuscript, body="書きかけ")
    post.autosave(content, by=writer, base=1, now=minute(3))
    post.restore(post.revisions.get(number=1), by=writer, now=minute(4))
    post.publish(chief, at=timezone.now() + timedelta(hours=1))
    found = {
        revision.number: [word for _, word in marks]
        for revision, marks in desk.get(at(post, "history/")).context["revisions"]
    }
    assert found == {
        3: ["いまの原稿", "公開予定", "復元"],
        2: ["自動保存"],
        1: ["公開中", "承認された版"],
    }


def test_two_are_chosen_and_the_live_one_is_at_hand(desk):
    post = begin(title="一")
    post.publish(None)
    rewrite(post, "二")
    page = desk.get(at(post, "history/")).content.decode()
    assert page.count('type="radio" name="from"') == page.count('type="radio" name="to"') == 2
    assert f"{at(post, 'compare/')}?from=live&amp;to=2" in page
    assert desk.get(at(post, "compare/?from=1&to=2")).status_code == 200


def test_going_back_shows_what_it_changes(desk):
    post = begin(title="題", body="川が流れる。")
    rewrite(post, "題", body="川が光る。")
    text = seen(desk.get(at(post, "move/restore/?revision=1")))
    assert "いまの原稿から変わるところ" in text
    assert "（削除： 光 ）" in text
    assert "（追加： 流れ ）" in text


def test_a_long_history_has_pages(desk, django_assert_max_num_queries):
    post = begin()
    for number in range(120):
        rewrite(post, f"題{number}")
    seen_numbers, address = [], at(post, "history/")
    while address:
        with django_assert_max_num_queries(15):
            context = desk.get(address).context
        seen_numbers += [revision.number for revision, _ in context["revisions"]]
        older = context["older"]
        address = at(post, f"history/?before={older.number}") if older else None
    assert seen_numbers == list(range(121, 0, -1))


def test_events_have_pages_too(desk):
    post = begin()
    for number in range(60):
        rewrite(post, f"題{number}")
    first = desk.get(at(post, "history/")).context
    second = desk.get(at(post, f"history/?events={first['earlier'].pk}")).context
    assert len(first["events"]) == 50
    assert [event.move for event in second["events"]] == ["edit"] * 10 + ["create"]
    assert second["earlier"] is None


@pytest.mark.parametrize(
    "query", ["before=x", "before=0", "before=-1", "events=99999999", "before=9" + "9" * 30]
)
def test_a_page_that_is_not_there_is_no_error(desk, query):
    assert desk.get(at(begin(), f"history/?{query}")).status_code == 200


def test_it_leads_to_its_events_as_a_file(desk):
    post = begin(title="一")
    page = desk.get(at(post, "history/")).content.decode()
    [address] = re.findall(r'href="([^"]*/csv/[^"]*)"', page)
    assert b"".join(desk.get(address).streaming_content).startswith("\ufeff".encode())

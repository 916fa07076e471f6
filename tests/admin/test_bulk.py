"""Moves of many manuscripts: chosen in the list, confirmed, made one by one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Author, Category, CheckRule, Manuscript, Post, Revision, Status
from tests.admin.desk import LIST, rows, seen
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db


def page(move, *posts):
    """Return the address of the confirmation."""
    return f"{LIST}bulk/{move}/?" + "&".join(f"pk={post.pk}" for post in posts)


def sent(*posts, **fields):
    """Return what the confirmation posts."""
    versions = {f"version-{post.pk}": post.version for post in posts}
    return {"pk": [post.pk for post in posts], "note": ""} | versions | fields


def submitted(by, title="題"):
    post = begin(by, title)
    post.submit(by)
    return post


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def test_the_list_leads_to_the_confirmation_and_changes_nothing(desk, writer):
    posts = [submitted(writer) for _ in range(3)]
    before = rows()
    answer = desk.post(LIST, {"action": "approve", "_selected_action": [p.pk for p in posts[:2]]})
    assert answer.status_code == 302
    assert sorted(answer.url.split("?")[1].split("&")) == [f"pk={post.pk}" for post in posts[:2]]
    assert desk.get(answer.url).status_code == 200
    assert rows() == before


def test_each_is_moved_and_logged(desk, chief, writer):
    posts = [submitted(writer, title) for title in ("一", "二")]
    answer = desk.post(page("approve"), sent(*posts, note="よし"))
    assert "2件のうち2件を終えました" in seen(answer)
    for post in posts:
        post.refresh_from_db()
        event = post.events.first()
        assert (post.status, event.move, event.by, event.note) == (
            *(Status.READY, "approve", chief),
            "よし",
        )


def test_what_is_not_possible_is_said_before_and_left_alone(desk, writer):
    good, draft = submitted(writer, "できる"), begin(writer, "できない")
    text = seen(desk.get(page("return_", good, draft)))
    assert "2件のうち1件" in text
    assert "「下書き」の原稿は「差し戻す」ことができません" in text
    answer = desk.post(page("return_"), sent(good, draft, note="短く"))
    assert "できませんでした" in seen(answer)
    statuses = Post.objects.values_list("title", "status")
    assert dict(statuses) == {"できる": "draft", "できない": "draft"}
    assert good.events.first().move == "return_"
    assert draft.events.first().move == "create"


def test_one_that_is_refused_holds_no_other_up(desk, writer):
    CheckRule.objects.create(check_name="category", category=None, level=CheckRule.Level.BLOCK)
    category = Category.objects.create(name="社会", slug="s")
    without = begin(writer, "分類なし")
    with_one = begin(writer, "分類あり", category=category.pk)
    answer = desk.post(page("publish"), sent(without, with_one))
    assert "2件のうち1件" in seen(answer)
    assert with_one.live()
    assert not without.live()


def test_what_a_check_stops_is_said_before_and_not_offered(desk, writer):
    CheckRule.objects.create(check_name="category", category=None, level=CheckRule.Level.BLOCK)
    category = Category.objects.create(name="社会", slug="s")
    without = begin(writer, "分類なし")
    with_one = begin(writer, "分類あり", category=category.pk)
    answer = desk.get(page("publish", without, with_one))
    assert "2件のうち1件" in seen(answer)
    assert "カテゴリーがありません" in seen(answer)
    assert f"version-{with_one.pk}" in answer.content.decode()
    assert f"version-{without.pk}" not in answer.content.decode()


def test_what_was_imported_is_offered_all_the_same(desk):
    CheckRule.objects.create(check_name="category", category=None, level=CheckRule.Level.BLOCK)
    post = Post.begin(Manuscript(title="題"), by=None, why=Revision.Why.IMPORT)
    text = seen(desk.get(page("publish", post)))
    assert "1件を公開する" in text
    assert "カテゴリーがありません" in text
    desk.post(page("publish"), sent(post))
    assert post.live()


def test_what_checks_warn_of_is_said_of_each(desk, writer):
    category = Category.objects.create(name="社会", slug="s")
    sound, broken = (
        begin(writer, title, body, category=category.pk)
        for title, body in (("よい題", "本文"), ("悪い題", "[前](post:missing)"))
    )
    text = seen(desk.get(page("publish", sound, broken)))
    assert "missing" not in text.split("悪い題")[0]
    assert "missing" in text.split("悪い題")[1]


@pytest.mark.parametrize("level", ["warn", "off"])
@pytest.mark.parametrize("move", ["submit", "approve", "publish"])
def test_open_comments_are_counted_for_each(desk, writer, editor, move, level):
    CheckRule.objects.create(check_name="comments", level=level)
    quiet, discussed = begin(writer, "静かな題"), begin(writer, "話した題")
    for _ in range(2):
        discussed.remark(editor, "？")
    text = seen(desk.get(page(move, quiet, discussed)))
    assert text.count("解決していないコメント") == 1
    assert "解決していないコメントが2件" in text.split("話した題")[1]


def test_the_version_that_was_read_is_moved(desk, writer):
    post = submitted(writer)
    data = sent(post)
    rewrite(post, "ほかの題", by=writer)
    answer = desk.post(page("approve"), data)
    assert "新しい版が保存されました" in seen(answer)
    post.refresh_from_db()
    assert post.status == Status.IN_REVIEW


def test_publishing_says_what_is_replaced(desk, writer):
    live, new = begin(writer, "前の題"), begin(writer, "新しい題")
    live.publish(None, until=timezone.now() + timedelta(days=2))
    rewrite(live, "後の題", by=writer)
    text = seen(desk.get(page("publish", live, new)))
    assert "公開中の第1版と入れ替えます" in text
    assert "）まで" not in text.split("新しい題")[1]
    desk.post(page("publish"), sent(live, new))
    assert (live.live().title, new.live().title) == ("後の題", "新しい題")


def test_what_readers_see_already_is_not_published_again(desk, writer):
    post = begin(writer)
    post.publish(None)
    assert "同じです" in seen(desk.get(page("publish", post)))
    desk.post(page("publish"), sent(post))
    assert post.editions.count() == 1


def test_sending_back_needs_words(desk, writer):
    post = submitted(writer)
    answer = desk.post(page("return_"), sent(post))
    assert "必須" in seen(answer) or "入力" in seen(answer)
    post.refresh_from_db()
    assert post.status == Status.IN_REVIEW


def test_anothers_is_like_none(client, writer, another_writer):
    mine, theirs = begin(writer, "わたしの題"), begin(another_writer, "秘密の題")
    client.force_login(writer)
    text = seen(client.get(page("submit", mine, theirs)))
    assert "秘密" not in text
    missing = seen(client.get(f"{page('submit', mine)}&pk=99999"))
    assert text == missing
    client.post(page("submit"), sent(mine, theirs))
    theirs.refresh_from_db()
    assert theirs.status == Status.DRAFT
    assert client.get(page("submit", theirs)).status_code == 404
    assert client.get(f"{LIST}bulk/submit/?pk=99999").status_code == 404


@pytest.mark.parametrize("asked", ["pk=x", "pk=-1", "pk=" + "9" * 30, "", "pk=９"])
def test_what_is_no_id_is_none(desk, asked):
    assert desk.get(f"{LIST}bulk/approve/?{asked}").status_code == 404


def test_a_hundred_at_once_and_no_more(desk, writer):
    many = "&".join(f"pk={number}" for number in range(1, 102))
    assert desk.get(f"{LIST}bulk/approve/?{many}").status_code == 404


@pytest.mark.parametrize(
    ("role", "moves"),
    [
        ("writer", {"submit"}),
        ("editor", {"submit", "approve", "return_", "archive", "revive"}),
        ("chief", {"submit", "approve", "return_", "publish", "archive", "revive"}),
    ],
)
def test_only_what_the_role_may_is_offered(client, request, role, moves):
    begin(request.getfixturevalue("writer"))
    client.force_login(request.getfixturevalue(role))
    listed = client.get(LIST).content.decode()
    for move in ("submit", "approve", "return_", "publish", "archive", "revive"):
        assert (f'<option value="{move}"' in listed) == (move in moves)
        there = client.get(f"{LIST}bulk/{move}/?pk={Post.objects.get().pk}").status_code
        assert there == (200 if move in moves else 404)


@pytest.mark.parametrize("role", ["writer", "chief"])
def test_more_of_them_ask_no_more_of_the_database(client, request, role):
    by = request.getfixturevalue(role)
    client.force_login(by)
    author = Author.objects.create(name="著者", slug="a", user=by)

    def ask(count):
        posts = [begin(bylines=((author.pk, ""),)) for _ in range(count)]
        for post in posts:
            post.publish(None, at=timezone.now() + timedelta(days=1))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page("submit", *posts)).status_code == 200
        return len(queries)

    few = ask(3)
    assert ask(30) == few
    assert few <= 20

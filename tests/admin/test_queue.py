"""The work queue: who finds what on the front page, and which moves it offers."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from posts.models import MOVES, Author, Beat, Category, Post, Queue
from tests.admin.desk import LIST, at, seen
from tests.admin.test_list import cost, titles
from tests.cast import begin, rewrite
from tests.test_admin_look import enter

pytestmark = pytest.mark.django_db
FRONT = "/admin/"


def shelf(answer, key):
    """Return the titles in one list of the front page."""
    assert answer.status_code == 200
    [listed] = [one for one in answer.context["lists"] if one.shelf.key == key]
    return [row.post.title for row in listed.rows]


def shelves(answer):
    """Return {list: its titles}, without the empty ones."""
    return {
        one.shelf.key: {row.post.title for row in one.rows}
        for one in answer.context["lists"]
        if one.rows
    }


@pytest.fixture
def work(writer, another_writer):
    """A manuscript at each place on its way through the desk, with its place as the title."""
    today = timezone.localdate()
    made = {
        name: begin(writer, title=name, now=timezone.now() - timedelta(hours=2))
        for name in ("下書き", "確認待ち", "差し戻し", "公開待ち", "公開", "直し", "予定", "期限")
    }
    made["確認待ち"].submit(writer)
    made["差し戻し"].submit(writer)
    made["差し戻し"].return_(None, note="数字を確かめてください。")
    made["公開待ち"].approve(None)
    made["公開"].publish(None)
    made["直し"].publish(None)
    rewrite(made["直し"], "直し", by=writer, body="直した本文")
    made["予定"].publish(None, at=timezone.now() + timedelta(hours=1))
    made["期限"].arrange(by=None, planned_on=today - timedelta(days=1), kind="article")
    made["公開"].arrange(by=None, planned_on=today - timedelta(days=1), kind="article")
    made["よその下書き"] = begin(another_writer, title="よその下書き")
    return made


def test_a_writer_finds_own_work(client, writer, work):
    client.force_login(writer)
    assert shelves(client.get(FRONT)) == {
        "mine": {"下書き", "確認待ち", "差し戻し", "公開待ち", "直し", "期限"},
        "returned": {"差し戻し"},
        "review": {"確認待ち"},
        "scheduled": {"予定"},
        "overdue": {"期限"},
        "changed": {"直し"},
    }


def test_another_writer_finds_nothing_of_it(client, another_writer, work):
    client.force_login(another_writer)
    assert shelves(client.get(FRONT)) == {"mine": {"よその下書き"}}


def test_who_signs_finds_it_too(client, another_writer, work):
    author = Author.objects.create(name="甲", slug="a", user=another_writer)
    rewrite(work["差し戻し"], "差し戻し", bylines=((author.pk, ""),))
    client.force_login(another_writer)
    assert shelf(client.get(FRONT), "returned") == ["差し戻し"]


def test_an_editor_finds_what_is_to_be_read(client, editor, work):
    client.force_login(editor)
    assert shelves(client.get(FRONT)) == {
        "review": {"確認待ち"},
        "returned": {"差し戻し"},
        "scheduled": {"予定"},
        "overdue": {"期限"},
        "changed": {"直し"},
    }


def test_a_chief_finds_what_is_to_be_published(client, chief, work):
    client.force_login(chief)
    answer = client.get(FRONT)
    assert shelf(answer, "ready") == ["公開待ち"]
    assert shelf(answer, "review") == ["確認待ち"]


def test_an_editor_reads_what_is_of_the_beat(client, editor, writer):
    own, other = Category.named("担当"), Category.named("よそ")
    Beat.objects.create(user=editor, category=own)
    for title, category in (("担当の", own.pk), ("よその", other.pk), ("未定の", None)):
        begin(writer, title=title, category=category).submit(None)
    client.force_login(editor)
    answer = client.get(FRONT)
    assert set(shelf(answer, "review")) == {"担当の", "未定の"}
    assert "よその" not in seen(answer)


def test_what_was_handed_in_again_is_no_longer_returned(client, writer):
    post = begin(writer, title="直す")
    post.submit(writer)
    post.return_(None, note="もう少し")
    client.force_login(writer)
    rewrite(post, "直した", by=writer)
    assert shelf(client.get(FRONT), "returned") == ["直した"]
    post.submit(writer)
    assert shelf(client.get(FRONT), "returned") == []
    post.withdraw(writer)
    assert shelf(client.get(FRONT), "returned") == []


def test_what_was_put_away_is_in_no_list(client, writer, work):
    for post in work.values():
        post.refresh_from_db()
        if not (post.live() or post.waiting()):
            post.archive(None)
    client.force_login(writer)
    assert shelves(client.get(FRONT)) == {
        "mine": {"直し"},
        "scheduled": {"予定"},
        "changed": {"直し"},
    }


def test_a_return_says_what_is_to_be_done(client, writer, work):
    client.force_login(writer)
    page = seen(client.get(FRONT))
    assert "数字を確かめてください。" in page
    assert re.search(r"たったいま\s*に\s*サーバー\s*が差し戻し", page)


@pytest.mark.parametrize("role", ["writer", "editor", "chief", "admin"])
def test_no_button_leads_to_a_refusal(request, client, role, work):
    """Each button asks for a move, and the verb behind it does it."""
    user = request.getfixturevalue(role)
    client.force_login(user)
    page = client.get(FRONT).content.decode()
    offered = set(re.findall(rf"{LIST}(\d+)/move/(\w+)/", page))
    assert offered
    for pk, move in offered:
        assert client.get(f"{LIST}{pk}/move/{move}/").status_code == 200
        with transaction.atomic():
            note = {"note": "直す"} if move == "return_" else {}
            getattr(Post.objects.get(pk=pk), move)(user, **note)  # raises Refused
            transaction.set_rollback(True)


@pytest.mark.parametrize("role", ["another_writer", "outsider", "anonymous"])
def test_nobody_reads_others_titles_there(request, client, role, writer):
    post = begin(writer, title="秘密の題")
    post.submit(None)
    post.return_(None, note="秘密のメモ")
    post.arrange(by=None, planned_on=timezone.localdate() - timedelta(days=1), kind="article")
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    assert "秘密" not in client.get(FRONT, follow=True).content.decode()


def test_each_list_leads_to_all_of_it(client, editor, writer):
    for number in range(9):
        begin(writer, title=f"原稿{number}").submit(writer)
    client.force_login(editor)
    answer = client.get(FRONT)
    assert len(shelf(answer, "review")) == 7
    [address] = re.findall(r'href="(\S+)">すべて見る', answer.content.decode())
    assert len(titles(client.get(address))) == 9


@pytest.mark.parametrize("key", ["mine", "review", "returned", "ready", "overdue"])
def test_the_whole_list_has_what_the_short_one_has(client, writer, work, key):
    client.force_login(writer)
    wanted = set(getattr(Queue(writer), key).values_list("title", flat=True))
    assert wanted
    assert set(titles(client.get(LIST, {"queue": key}))) == wanted


def test_a_list_never_reaches_beyond_what_one_may_see(client, another_writer, work):
    client.force_login(another_writer)
    for key in ("review", "returned", "ready", "overdue", "scheduled", "nothing"):
        assert set(titles(client.get(LIST, {"queue": key}))) <= {"よその下書き"}


def fill(count, writer, editor):
    """Put `count` manuscripts at each place of the queue, signed by several."""
    authors = [Author.objects.get_or_create(name=f"著者{n}", slug=f"a{n}")[0] for n in range(3)]
    authors[0].user = writer
    authors[0].save()
    signed = tuple((author.pk, "") for author in authors)
    yesterday = timezone.localdate() - timedelta(days=1)
    for number in range(count):
        made = [begin(editor, title=f"{number}", bylines=signed) for _ in range(6)]
        made[0].submit(None)
        made[1].submit(None)
        made[1].return_(None, note="直す")
        made[2].approve(None)
        made[3].publish(None)
        rewrite(made[3], "直し", by=writer, body="直した")
        made[4].publish(None, at=timezone.now() + timedelta(hours=1))
        made[5].arrange(by=None, planned_on=yesterday, kind="article")


PAGES = [FRONT, *(f"{LIST}?queue={key}" for key in ("mine", "review", "returned", "ready"))]
PAGES.append(f"{LIST}?queue=overdue")


@pytest.mark.parametrize("role", ["writer", "editor", "chief"])
def test_its_cost_does_not_grow(request, client, writer, editor, chief, role):
    client.force_login(request.getfixturevalue(role))
    fill(1, writer, editor)
    few = [cost(client, page) for page in PAGES]
    fill(9, writer, editor)
    many = [cost(client, page) for page in PAGES]
    assert all(now <= before for now, before in zip(many, few, strict=True)), (few, many)
    assert max(few) <= 20, few


def test_late_deliveries_are_tried_again_from_there(client, chief, editor):
    post = begin(title="届かない記事")
    post.publish(None)
    post.deliveries.update(dead=True, attempts=8, last_error="相手が答えません。")
    client.force_login(editor)
    assert "もう一度" not in seen(client.get(FRONT))
    client.force_login(chief)
    page = client.get(FRONT).content.decode()
    assert "相手が答えません。" in page
    form = dict(re.findall(r'name="(action|_selected_action)" value="(\w+)"', page))
    client.post("/admin/posts/delivery/", form)
    assert post.deliveries.filter(dead=False).exists()


def test_every_move_that_brings_further_counts_as_a_step():
    assert {"submit", "withdraw", "return_", "approve", "publish"} <= {
        name for name, move in MOVES.items() if move.target
    }


def test_the_page_follows_what_others_do(live_server, page, writer, editor):
    kept, other = begin(writer, title="残る"), begin(writer, title="消える")
    for post in (kept, other):
        post.submit(writer)
    page.clock.install()
    enter(page, live_server, editor)
    page.goto(f"{live_server.url}{FRONT}")
    page.locator(f"a[href='{at(kept, 'move/approve/')}']").first.focus()
    other.approve(None)
    begin(writer, title="新しい").submit(writer)
    page.clock.run_for(31_000)
    page.get_by_role("link", name="新しい", exact=True).wait_for()
    assert page.get_by_role("link", name="消える", exact=True).count() == 0
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == at(kept, "move/approve/")


def test_an_ended_login_is_said(live_server, page, editor):
    page.clock.install()
    enter(page, live_server, editor)
    page.goto(f"{live_server.url}{FRONT}")
    page.context.clear_cookies()
    page.clock.run_for(31_000)
    page.get_by_text("ログインの期限が切れた").wait_for()


def test_it_fits_a_phone(live_server, page, chief, work):
    enter(page, live_server, chief)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{FRONT}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390

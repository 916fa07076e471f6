"""Notices on the desk: the count, the list, reading, the settings; who sees whose."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Author, Beat, Category, Notice, Post, Preferences
from tests.admin.desk import LIST, at, rows, seen
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db
NOTICES = "/admin/notices/"
READ = f"{NOTICES}read/"
SETTINGS = f"{NOTICES}settings/"


@pytest.fixture
def desk(client, writer):
    """The writer's browser."""
    client.force_login(writer)
    return client


def tell(user, title="題名", kind="return_", **fields):
    """Tell `user` of a new manuscript of theirs, and return the notice."""
    post = begin(user, title=title)
    Notice.tell(kind, post, key=f"{kind}:{post.pk}", to=[user], **fields)
    return Notice.objects.get(post=post)


def unread(user):
    return Notice.objects.filter(user=user, read_at=None).count()


def badge(client, page=LIST):
    """Return what the head of a page says after お知らせ."""
    return client.get(page).content.decode().partition('class="unread">')[2].partition("<")[0]


# The count


@pytest.mark.parametrize(("count", "said"), [(0, ""), (1, "1"), (99, "99"), (100, "99+")])
def test_every_page_says_how_many_are_unread(desk, writer, count, said):
    post = begin(writer)
    Notice.objects.bulk_create(
        Notice(user=writer, post=post, kind="return_", key=str(n), at=minute(n))
        for n in range(count)
    )
    for page in ("/admin/", LIST, at(post), at(post, "history/"), NOTICES, SETTINGS):
        assert badge(desk, page) == said, page


def test_what_was_read_is_not_counted(desk, writer):
    tell(writer)
    Notice.objects.all().read(minute(1))
    assert badge(desk) == ""


def test_the_count_costs_one_query(desk, writer, django_assert_num_queries):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get("/admin/jsi18n/")
            desk.get("/admin/")
        return sum("posts_notice" in one["sql"] for one in queries)

    assert asked() == 1
    for _ in range(30):
        tell(writer)
    assert asked() == 1


# The list


def test_the_list_says_what_happened(desk, writer, editor):
    editor.last_name = "佐藤"
    editor.save()
    tell(writer, title="橋のかけかた", by=editor, note="二段落目を\n短く。", now=minute(3))
    page = seen(desk.get(NOTICES))
    for text in ("差し戻し", "橋のかけかた", "佐藤さんが差し戻しました。", "二段落目を", "短く。"):
        assert text in page
    assert "2026年4月1日（水）09:03" in page


def test_an_empty_list_says_what_will_come(desk):
    assert "お知らせはありません。" in seen(desk.get(NOTICES))


def test_markup_is_text(desk, writer):
    hostile = "<script>alert(1)</script><b onclick=x>"
    tell(writer, title=hostile, note=hostile, who=hostile, kind="comment")
    page = desk.get(NOTICES).content.decode()
    assert "<script>alert" not in page
    assert "<b onclick" not in page
    assert page.count("&lt;script&gt;alert(1)") == 3


def test_a_long_list_has_pages(desk, writer):
    for number in range(51):
        tell(writer, title=f"第{number}話")
    first = desk.get(NOTICES)
    assert "第50話" in seen(first)
    assert "第0話" not in seen(first)
    oldest = first.context["oldest"]
    second = seen(desk.get(f"{NOTICES}?before={oldest}"))
    assert "第0話" in second
    assert "第1話" not in second


def test_unread_ones_alone(desk, writer):
    tell(writer, title="読んだ原稿")
    Notice.objects.all().read(minute(1))
    tell(writer, title="読んでいない原稿")
    page = seen(desk.get(f"{NOTICES}?unread"))
    assert "読んでいない原稿" in page
    assert "読んだ原稿" not in page


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=1e9", f"before={'9' * 30}"])
def test_odd_pages_are_missing(desk, query):
    assert desk.get(f"{NOTICES}?{query}").status_code == 404


def test_its_cost_does_not_grow(desk, writer):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(NOTICES).status_code == 200
        return len(queries)

    tell(writer, by=None)
    few = cost()
    for _ in range(60):
        tell(writer)
    assert cost() <= few <= 8


# Reading


def test_one_is_read(desk, writer):
    one, _ = tell(writer), tell(writer)
    assert desk.post(READ, {"notice": one.pk}).status_code == 302
    assert unread(writer) == 1
    assert Notice.objects.get(pk=one.pk).read_at


def test_all_are_read_that_were_seen(desk, writer):
    tell(writer)
    newest = tell(writer).pk
    tell(writer, title="見ているあいだに来た")
    assert "2件を既読にしました" in seen(desk.post(READ, {"until": newest}, follow=True))
    assert unread(writer) == 1


def test_opening_one_reads_it_and_leads_to_the_manuscript(desk, writer):
    one = tell(writer)
    answer = desk.post(f"{NOTICES}{one.pk}/open/")
    assert answer["Location"] == at(one.post)
    assert unread(writer) == 0


def test_a_warning_leads_to_the_deliveries(client, chief):
    client.force_login(chief)
    Notice.tell("late", key="late:1", dead=2)
    assert "届かなかった配信が2件あります。" in seen(client.get(NOTICES))
    answer = client.post(f"{NOTICES}{Notice.objects.get().pk}/open/")
    assert answer["Location"] == "/admin/posts/delivery/"


def test_a_second_reading_keeps_the_moment_of_the_first(desk, writer):
    one = tell(writer)
    Notice.objects.all().read(minute(1))
    desk.post(f"{NOTICES}{one.pk}/open/")
    assert Notice.objects.get().read_at == minute(1)


@pytest.mark.parametrize("page", [READ, f"{NOTICES}1/open/"])
def test_nothing_is_read_by_get(desk, writer, page):
    tell(writer)
    before = rows()
    assert desk.get(page).status_code == 405
    desk.get(NOTICES)
    assert rows() == before


@pytest.mark.parametrize("data", [{}, {"notice": "x"}, {"until": "-1"}, {"notice": "9" * 30}])
def test_odd_forms_read_nothing(desk, writer, data):
    tell(writer)
    assert desk.post(READ, data).status_code in {400, 404}
    assert unread(writer) == 1


# Whose


def test_another_persons_notice_is_exactly_like_none(client, writer, another_writer):
    theirs = tell(writer, title="秘密の題")
    client.force_login(another_writer)
    before = rows()
    for way, data in (("read/", {"notice": "{}"}), ("{}/open/", {})):
        answers = []
        for pk in (theirs.pk, 99999):
            form = {name: value.format(pk) for name, value in data.items()}
            answer = client.post(NOTICES + way.format(pk), form)
            answers.append((answer.status_code, answer.content))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    client.post(READ, {"until": theirs.pk})
    assert "秘密の題" not in seen(client.get(NOTICES))
    assert rows() == before


def test_a_manuscript_that_is_no_more_theirs_is_named_no_more(desk, writer):
    one = tell(writer, title="秘密の題")
    Post.objects.update(created_by=None)
    assert "秘密の題" not in seen(desk.get(NOTICES))
    assert badge(desk) == ""
    assert desk.post(f"{NOTICES}{one.pk}/open/").status_code == 404
    author = Author.objects.create(name="署名", slug="a", user=writer)
    one.post.bylines.create(author=author)
    assert "秘密の題" in seen(desk.get(NOTICES))


def test_a_manuscript_outside_the_beat_is_named_no_more(client, editor):
    mine, other = (Category.objects.create(name=name, slug=name) for name in ("a", "b"))
    Notice.tell("submit", begin(title="秘密の題", category=other.pk), key="1", to=[editor])
    Notice.tell("submit", begin(title="担当の題", category=mine.pk), key="2", to=[editor])
    Beat.objects.create(user=editor, category=mine)
    client.force_login(editor)
    page = seen(client.get(NOTICES))
    assert "担当の題" in page
    assert "秘密の題" not in page
    assert badge(client) == "1"


# The settings


def test_each_role_chooses_among_what_concerns_it(client, writer, editor, chief):
    offered = {}
    for user in (writer, editor, chief):
        client.force_login(user)
        offered[user.username] = list(client.get(SETTINGS).context["form"].fields)
    mine = ["return_", "approve", "live", "comment"]
    assert offered == {
        "writer": mine,
        "editor": ["submit", *mine],
        "chief": ["submit", *mine, "late"],
    }


ALL = {"return_": "mail", "approve": "mail", "live": "desk", "comment": "mail"}


def test_the_settings_begin_with_the_habit_of_the_house(desk):
    form = desk.get(SETTINGS).context["form"]
    assert {name: form[name].initial for name in form.fields} == ALL


def test_what_is_chosen_holds(desk, writer, editor):
    chosen = ALL | {"return_": "never", "approve": "desk", "live": "mail"}
    assert "保存しました" in seen(desk.post(SETTINGS, chosen, follow=True))
    wish = Preferences.objects.get(user=writer)
    assert (wish.unwanted, wish.unmailed) == (["return_"], ["approve"])
    form = desk.get(SETTINGS).context["form"]
    assert {name: form[name].initial for name in form.fields} == chosen
    desk.post(SETTINGS, ALL)
    wish.refresh_from_db()
    assert (wish.unwanted, wish.unmailed) == ([], ["live"])


def test_what_the_role_is_not_asked_stays_as_it_was(desk, writer):
    Preferences.objects.create(user=writer, unwanted=["submit"], unmailed=["late"])
    desk.post(SETTINGS, ALL | {"submit": "mail", "late": "mail", "user": "1"})
    wish = Preferences.objects.get(user=writer)
    assert (wish.unwanted, wish.unmailed) == (["submit"], ["late", "live"])


@pytest.mark.parametrize("data", [{}, ALL | {"live": "always"}, ALL | {"live": ""}])
def test_an_odd_form_saves_nothing(desk, data):
    assert desk.post(SETTINGS, data).status_code == 200
    assert not Preferences.objects.exists()


def test_who_has_no_address_is_told_so(desk, writer):
    assert "メールは届きません" in seen(desk.get(SETTINGS))
    writer.email = "writer@example.com"
    writer.save()
    assert "writer@example.com に届きます" in seen(desk.get(SETTINGS))

"""The calendar: what stands on which day, for whom, and how a planned day is moved."""

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from posts.models import JST, Author, Category
from tests.admin.desk import LIST, at, seen
from tests.admin.test_list import cost
from tests.cast import begin, log
from tests.test_admin_look import enter

pytestmark = pytest.mark.django_db
CALENDAR = f"{LIST}calendar/"


def plan(title="予定の題", day=date(2030, 4, 8), by=None, **fields):
    """Return a new manuscript that is planned for `day`."""
    post = begin(by, title=title, **fields)
    post.arrange(by=None, planned_on=day, kind="article")
    return post


def marks(answer):
    """Return {(day, kind, title)} of what a calendar shows."""
    assert answer.status_code == 200
    return {
        (f"{one.day}", mark.kind, mark.title)
        for one in answer.context["days"]
        for mark in one.marks
    }


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def jst(*moment):
    return datetime(*moment, tzinfo=JST)


def test_a_month_is_whole_weeks_from_monday(desk):
    answer = desk.get(CALENDAR, {"month": "2030-04"})
    days = [one.day for one in answer.context["days"]]
    assert (days[0], days[-1]) == (date(2030, 4, 1), date(2030, 5, 5))
    assert len(days) == 35
    assert "2030年4月" in seen(answer)


def test_a_week_is_that_of_any_of_its_days(desk):
    answer = desk.get(CALENDAR, {"week": "2030-04-10"})
    days = [one.day for one in answer.context["days"]]
    assert (days[0], days[-1]) == (date(2030, 4, 8), date(2030, 4, 14))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "month=x",
        "month=2030-13",
        "month=0001-01",
        "week=9999-12-31",
        "month=",
        "mark=x",
        "category=x",
        "category=999",
        "person=%00",
        "month=2030-04-01",
    ],
)
def test_an_odd_query_is_no_error(desk, query):
    plan(day=timezone.localdate())
    answer = desk.get(f"{CALENDAR}?{query}")
    assert marks(answer)
    assert answer.context["period"].month == timezone.localdate().replace(day=1)


def test_each_kind_stands_on_its_day_in_japan(desk):
    plan("予定", date(2030, 4, 8))
    begin(title="予約").publish(None, at=jst(2030, 4, 9, 0, 0))
    begin(title="きょう").publish(None)
    assert marks(desk.get(CALENDAR, {"month": "2030-04"})) == {
        ("2030-04-08", "planned", "予定"),
        ("2030-04-09", "scheduled", "予約"),
    }
    today = timezone.localtime(timezone=JST).date()
    assert marks(desk.get(CALENDAR)) == {(f"{today}", "published", "きょう")}


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (jst(2030, 3, 31, 23, 59), False),
        (jst(2030, 4, 1, 0, 0), True),
        (jst(2030, 5, 5, 23, 59), True),
        (jst(2030, 5, 6, 0, 0), False),
    ],
)
def test_the_days_end_at_midnight_in_japan(desk, moment, there):
    begin(title="予約").publish(None, at=moment)
    assert bool(marks(desk.get(CALENDAR, {"month": "2030-04"}))) == there


def test_a_plan_that_was_met_is_no_plan_any_more(desk):
    today = timezone.localdate()
    met = plan("済んだ", today)
    met.publish(None)
    again = plan("続き", today + timedelta(days=1))
    again.publish(None)
    scheduled = plan("予約", today)
    scheduled.publish(None, at=timezone.now() + timedelta(days=400))
    plan("保管", today).archive(None)
    shown = {(kind, title) for _, kind, title in marks(desk.get(CALENDAR, {"week": f"{today}"}))}
    shown |= {
        (kind, title)
        for _, kind, title in marks(desk.get(CALENDAR, {"week": f"{today + timedelta(days=7)}"}))
    }
    assert shown == {("published", "済んだ"), ("published", "続き"), ("planned", "続き")}


def test_a_writer_sees_own_marks_only(client, writer, another_writer):
    plan("自分の", by=writer)
    plan("秘密の予定", by=another_writer)
    begin(another_writer, title="秘密の予約").publish(None, at=jst(2030, 4, 9, 9))
    client.force_login(writer)
    answer = client.get(CALENDAR, {"month": "2030-04"})
    assert {title for _, _, title in marks(answer)} == {"自分の"}
    assert "秘密" not in answer.content.decode()


def test_the_filters(desk):
    parent = Category.named("科学")
    child = Category.objects.create(name="天文", slug="sky", parent=parent)
    author = Author.objects.create(name="渡辺花子", slug="w")
    plan("星", category=child.pk, bylines=((author.pk, ""),))
    plan("川")
    begin(title="星の予約", category=child.pk).publish(None, at=jst(2030, 4, 9, 9))

    def shown(**query):
        found = marks(desk.get(CALENDAR, {"month": "2030-04", **query}))
        return {title for _, _, title in found}

    assert shown(category=parent.pk) == {"星", "星の予約"}
    assert shown(person="渡辺") == {"星"}
    assert shown(mark="scheduled") == {"星の予約"}
    assert shown(mark="planned", category=child.pk) == {"星"}
    assert shown(person="誰でもない") == set()


def test_the_way_on_keeps_the_filters(desk):
    answer = desk.get(CALENDAR, {"month": "2030-04", "mark": "planned", "person": "渡辺"})
    assert parse_qs(answer.context["after_query"]) == {
        "month": ["2030-05"],
        "mark": ["planned"],
        "person": ["渡辺"],
    }


def test_a_full_day_folds_and_the_week_has_all(desk):
    for number in range(11):
        plan(f"原稿{number}")
    month = desk.get(CALENDAR, {"month": "2030-04"})
    assert len(marks(month)) == 8
    assert "ほか3件" in seen(month)
    assert len(marks(desk.get(CALENDAR, {"week": "2030-04-08"}))) == 11


def test_a_day_without_anything_says_so(desk):
    plan()
    page = seen(desk.get(CALENDAR, {"week": "2030-04-08"}))
    assert page.count("空き") == 6


def test_a_day_that_is_over_is_no_gap(desk):
    plan(day=date(2026, 4, 1))
    assert "空き" not in seen(desk.get(CALENDAR, {"week": "2026-04-01"}))


# Moving


def move(client, post, day, **more):
    """Send the small form below a mark."""
    return client.post(at(post, "plan/"), {"planned_on": day, "back": "month=2030-04", **more})


def test_a_planned_day_is_moved(desk):
    post = plan()
    answer = move(desk, post, "2030-04-11")
    assert answer.url == f"{CALENDAR}?month=2030-04"
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 11)
    assert log(post)[-1] == "arrange"
    assert "「予定の題」の掲載予定日を2030年4月11日（木）にしました" in seen(desk.get(answer.url))


def test_it_is_taken_off_the_calendar(desk):
    post = plan()
    move(desk, post, "")
    post.refresh_from_db()
    assert post.planned_on is None


@pytest.mark.parametrize("day", ["x", "2030-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_changes_nothing(desk, day):
    post = plan()
    answer = move(desk, post, day)
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 8)
    assert "日付を読み取れません" in seen(desk.get(answer.url))


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "\r\nX: y", "%00"])
def test_the_way_back_leads_nowhere_else(desk, back):
    answer = move(desk, plan(), "2030-04-11", back=back)
    assert urlsplit(answer.url).path == CALENDAR
    assert not urlsplit(answer.url).netloc


def test_what_is_put_away_is_not_moved(desk):
    post = plan()
    post.archive(None)
    assert move(desk, post, "2030-04-11").status_code == 404


def test_nothing_moves_by_get(desk):
    post = plan()
    answer = desk.get(at(post, "plan/"), {"planned_on": "2030-04-11"})
    assert answer.status_code == 405
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 8)


def test_a_scheduled_mark_leads_to_the_move_and_has_no_form(desk, client, writer):
    post = begin(writer, title="予約")
    post.publish(None, at=jst(2030, 4, 9, 9))
    page = desk.get(CALENDAR, {"month": "2030-04"}).content.decode()
    assert at(post, "move/unschedule/") in page
    assert at(post, "plan/") not in page
    client.force_login(writer)
    page = client.get(CALENDAR, {"month": "2030-04"}).content.decode()
    assert at(post, "move/unschedule/") not in page


@pytest.mark.parametrize("role", ["writer", "editor", "chief"])
@pytest.mark.parametrize("query", ["month=2030-04", "week=2030-04-08", "month=2030-04&person=著"])
def test_its_cost_does_not_grow(request, client, writer, editor, chief, role, query):
    author = Author.objects.create(name="著者", slug="a", user=writer)
    client.force_login(request.getfixturevalue(role))

    def fill(count):
        for number in range(count):
            signed = ((author.pk, ""),)
            plan(f"{number}", by=editor, bylines=signed)
            begin(editor, title="予約", bylines=signed).publish(None, at=jst(2030, 4, 9, 9))
            begin(editor, title="公開", bylines=signed).publish(None)

    fill(1)
    few = cost(client, f"{CALENDAR}?{query}")
    fill(20)
    assert cost(client, f"{CALENDAR}?{query}") <= few <= 20


# In a browser


def day_of(page, title):
    """Return the day that a mark stands on."""
    mark = page.locator(".day", has=page.get_by_role("link", name=title, exact=True))
    return mark.get_attribute("data-day")


def open_calendar(page, live_server, user):
    enter(page, live_server, user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}{CALENDAR}?month=2030-04")


def test_a_mark_is_dragged_to_another_day(live_server, page, chief):
    post = plan()
    open_calendar(page, live_server, chief)
    page.drag_and_drop(f".mark[data-post='{post.pk}'] .mark-kind", "#d2030-04-11 h2")
    page.locator("#d2030-04-11 .mark").wait_for()
    assert day_of(page, "予定の題") == "2030-04-11"
    assert "4月11日（木）にしました" in page.inner_text(".messagelist")
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 11)


def test_a_mark_is_carried_with_the_keys(live_server, page, chief):
    post = plan()
    open_calendar(page, live_server, chief)
    page.locator(".handle").focus()
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.locator("#d2030-04-16 .mark").wait_for()
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 16)
    assert page.evaluate("document.activeElement.className") == "handle"


def test_escape_leaves_it_where_it_was(live_server, page, chief):
    post = plan()
    open_calendar(page, live_server, chief)
    page.locator(".handle").focus()
    for key in ("Enter", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    assert page.locator(".day.target, .mark.held").count() == 0
    page.keyboard.press("ArrowRight")
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 8)


def test_without_a_script_there_is_a_form(live_server, browser, chief):
    post = plan()
    page = browser.new_context(java_script_enabled=False).new_page()
    open_calendar(page, live_server, chief)
    page.locator(".mark").hover()
    page.get_by_text("日を変える").click()
    page.fill("[name=planned_on]", "2030-04-12")
    page.get_by_role("button", name="変える", exact=True).click()
    assert day_of(page, "予定の題") == "2030-04-12"
    post.refresh_from_db()
    assert post.planned_on == date(2030, 4, 12)


def test_a_scheduled_mark_is_not_dragged(live_server, page, chief):
    begin(title="予約").publish(None, at=jst(2030, 4, 9, 9))
    open_calendar(page, live_server, chief)
    assert page.locator(".mark-scheduled[draggable=true]").count() == 0


def test_it_is_a_list_on_a_phone(live_server, page, chief):
    plan()
    enter(page, live_server, chief)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{CALENDAR}?month=2030-04")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    tops = [page.locator(f"#d2030-04-0{n}").bounding_box()["y"] for n in (8, 9)]
    assert tops[0] < tops[1]

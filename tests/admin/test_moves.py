"""Moves from the desk: asked first, made by POST, refused in Japanese, shown in the log."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from posts.models import JST, CheckRule, Post
from tests.admin.desk import at, rows, seen, sent_by
from tests.cast import begin, log, rewrite, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def asked(**fields):
    """Return what the form of a publication posts."""
    empty = {"at_0": "", "at_1": "", "until_0": "", "until_1": "", "kind": "update", "note": ""}
    return empty | fields


def when(moment):
    """Return a moment as the two fields of a form, in Japan's time."""
    local = moment.astimezone(JST)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"


def sure(desk, address, data, **options):
    """Post a form with times, and again from the page that asks whether they are right."""
    asking = desk.post(address, data)
    assert "日時を確かめる" in seen(asking)
    return desk.post(address, sent_by(asking), **options)


# Publishing


def test_now_is_now(desk, chief):
    post = begin(slug="x")
    answer = desk.post(at(post, "move/publish/"), asked(note="説明"), follow=True)
    assert answer.redirect_chain == [(at(post), 302)]
    assert "公開しました" in seen(answer)
    edition = post.live()
    assert (edition.revision.number, edition.note) == (1, "説明")
    assert desk.get("/posts/x/").status_code == 200
    assert (post.events.first().move, post.events.first().by) == ("publish", chief)


def test_a_day_and_a_time_are_japans(desk):
    post = begin(slug="x")
    moment = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    day, hour = when(moment)
    answer = sure(desk, at(post, "move/publish/"), asked(at_0=day, at_1=hour), follow=True)
    assert "予約" in seen(answer)
    assert post.waiting().visible_from == moment
    assert desk.get("/posts/x/").status_code == 404
    assert shown(post, moment) == "題名"


def test_an_end_can_be_set_with_it(desk):
    post = begin()
    day, hour = when(timezone.now() + timedelta(days=3))
    sure(desk, at(post, "move/publish/"), asked(until_0=day, until_1=hour))
    assert post.live().visible_until.astimezone(JST) == datetime.strptime(
        f"{day} {hour}", "%Y-%m-%d %H:%M"
    ).replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"at_0": "2020-01-01", "at_1": "09:00"}, "過去"),
        ({"until_0": "2020-01-01", "until_1": "09:00"}, "過去"),
        (
            {"at_0": "2099-01-02", "at_1": "09:00", "until_0": "2099-01-01", "until_1": "09:00"},
            "前",
        ),
        ({"at_0": "いつか", "at_1": "09:00"}, "日付"),
        ({"at_0": "2099-01-01", "at_1": "25:00"}, "時"),
        ({"at_0": "2099-01-01", "at_1": ""}, "時"),
        ({"at_0": "", "at_1": "09:00"}, "日付"),
        ({"at_0": "9999-12-31", "at_1": "23:59", "until_0": "x"}, "日付"),
        ({"kind": "king"}, "候補"),
        ({"kind": ""}, "入力"),
        ({"note": "あ" * 2001}, "2000"),
    ],
)
def test_what_is_impossible_is_said_and_nothing_is_done(desk, fields, message):
    post = begin()
    before = rows()
    answer = desk.post(at(post, "move/publish/"), asked(**fields))
    assert answer.status_code == 200
    assert message in seen(answer)
    assert rows() == before


def test_a_second_plan_is_refused_with_the_first_one(desk):
    post = begin()
    post.publish(None, at=timezone.now() + timedelta(days=1))
    answer = desk.post(at(post, "move/publish/"), asked())
    assert answer.status_code == 200
    assert "予定を取り消" in seen(answer)
    assert post.editions.count() == 1


def test_an_older_revision_can_be_published(desk):
    post = begin(title="一つめ")
    rewrite(post, "二つめ")
    desk.post(at(post, "move/publish/?revision=1"), asked())
    assert post.live().title == "一つめ"
    post.refresh_from_db()
    assert post.title == "二つめ"


def test_a_minor_correction_keeps_the_day_of_the_last_change(desk):
    post = begin(slug="x")
    post.publish(None)
    before = post.live().updated_at
    rewrite(post, "直した")
    desk.post(at(post, "move/publish/"), asked(kind="minor"))
    assert post.live().title == "直した"
    assert post.live().updated_at == before


def test_twice_is_once(desk):
    post = begin()
    for _ in range(2):
        desk.post(at(post, "move/publish/"), asked())
    assert post.editions.count() == 1


@pytest.mark.parametrize("level", ["warn", "off"])
@pytest.mark.parametrize("move", ["submit", "approve", "publish"])
def test_open_comments_are_counted_however_strict_the_check(desk, editor, move, level):
    CheckRule.objects.create(check_name="comments", level=level)
    post = begin()
    assert "コメント" not in seen(desk.get(at(post, f"move/{move}/")))
    for _ in range(2):
        post.remark(editor, "？")
    text = seen(desk.get(at(post, f"move/{move}/")))
    assert text.count("解決していないコメントが2件あります") == 1


# Ending


def test_unpublishing_is_at_once(desk):
    post = begin(slug="x")
    post.publish(None)
    desk.post(at(post, "move/unpublish/"), {"at_0": "", "at_1": "", "note": "取り下げ"})
    assert desk.get("/posts/x/").status_code == 404
    assert post.events.first().note == "取り下げ"


def test_an_end_can_be_planned_and_taken_back(desk):
    post = begin()
    post.publish(None)
    day, hour = when(timezone.now() + timedelta(days=3))
    sure(desk, at(post, "move/unpublish/"), {"at_0": day, "at_1": hour, "note": ""})
    assert post.live().visible_until
    desk.post(at(post, "move/unschedule/"), {"note": ""})
    assert post.live().visible_until is None
    assert log(post)[-2:] == ["unpublish", "unschedule"]


def test_what_is_public_is_not_archived(desk):
    post = begin()
    post.publish(None)
    answer = desk.post(at(post, "move/archive/"), {"note": ""})
    assert "公開を終えて" in seen(answer)
    post.refresh_from_db()
    assert post.archived_at is None


# What a confirmation says


def test_a_publication_says_what_it_replaces_and_until_when(desk):
    post = begin(slug="x")
    post.publish(None, until=datetime(2099, 1, 5, 9, 0, tzinfo=JST))
    rewrite(post, "直した題")
    text = seen(desk.get(at(post, "move/publish/")))
    assert "第2版を読者に公開します" in text
    assert "いま公開している第1版" in text
    assert "2099年1月5日（月）09:00" in text


def test_a_first_publication_says_that_nobody_sees_it_before(desk):
    text = seen(desk.get(at(begin(), "move/publish/")))
    assert "それまでは誰にも見えず" in text
    assert "トップページ" in text


def test_what_was_public_before_keeps_its_day(desk):
    post = begin(slug="x")
    post.publish(None, now=datetime(2026, 4, 3, 9, 0, tzinfo=JST))
    post.unpublish(None)
    assert "公開日は2026年4月3日（金）09:00のまま" in seen(desk.get(at(post, "move/publish/")))


def test_taking_a_change_back_says_what_stays(desk):
    post = begin(slug="x")
    post.publish(None, until=datetime(2099, 1, 5, 9, 0, tzinfo=JST))
    rewrite(post, "直した題")
    post.publish(None, at=datetime(2099, 1, 2, 9, 0, tzinfo=JST))
    text = " ".join(seen(desk.get(at(post, "move/unschedule/"))).split())
    assert "2099年1月2日（金）09:00に第2版を公開する予定を取り消します" in text
    assert "公開中の第1版は、そのまま読めます（2099年1月5日（月）09:00まで）" in text


def test_sending_back_says_that_the_plan_stays(desk, writer):
    post = begin(writer)
    post.publish(None, at=datetime(2099, 1, 2, 9, 0, tzinfo=JST))
    text = " ".join(seen(desk.get(at(post, "move/return_/"))).split())
    assert "2099年1月2日（金）09:00に第1版を公開する予定は、そのまま残ります" in text


@pytest.mark.parametrize("move", ["submit", "approve", "archive", "copy", "erase"])
def test_what_concerns_no_reader_says_so(desk, move):
    assert "読者には何も見えていません" in seen(desk.get(at(begin(), f"move/{move}/")))


def test_what_was_scheduled_is_told_with_its_day(desk):
    post = begin()
    answer = sure(
        desk, at(post, "move/publish/"), asked(at_0="2099-01-02", at_1="09:00"), follow=True
    )
    assert "公開を予約しました（2099年1月2日（金）09:00から）" in seen(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"at_0": "2099-01-02", "at_1": "09:00"}, ["第2版を、 2099年1月2日（金）09:00 に公開"]),
        (
            {"until_0": "2099-01-04", "until_1": "23:30"},
            ["第2版を、いますぐ公開", "2099年1月4日（日）23:30 に公開を終えます"],
        ),
        (
            {"at_0": "2099-01-02", "at_1": "09:00", "until_0": "2099-01-04", "until_1": "9:00"},
            ["2099年1月2日（金）09:00 に公開", "2099年1月4日（日）09:00 に公開を終えます"],
        ),
    ],
)
def test_times_are_said_with_their_weekdays_before_anything_is_done(desk, typed, said):
    post = begin(slug="x")
    rewrite(post, "直した題")
    before = rows()
    answer = desk.post(at(post, "move/publish/"), asked(note="説明", **typed))
    text = " ".join(seen(answer).split())
    for words in said:
        assert words in text
    assert rows() == before
    desk.post(at(post, "move/publish/"), sent_by(answer))
    edition = post.editions.get()
    assert (edition.version, edition.note) == (2, "説明")


def test_an_end_that_is_taken_over_is_said_too(desk):
    post = begin(slug="x")
    post.publish(None, until=datetime(2099, 1, 5, 9, 0, tzinfo=JST))
    rewrite(post, "直した題")
    answer = desk.post(at(post, "move/publish/"), asked(at_0="2099-01-02", at_1="09:00"))
    text = " ".join(seen(answer).split())
    assert "それまでは、いまの第1版が見えています" in text
    assert "いまの予定どおり、 2099年1月5日（月）09:00 に公開を終えます" in text


def test_a_planned_end_is_said_before_it_is_set(desk):
    post = begin(slug="x")
    post.publish(None)
    page, data = at(post, "move/unpublish/"), {"at_0": "2099-01-04", "at_1": "09:00", "note": ""}
    answer = desk.post(page, data)
    assert "2099年1月4日（日）09:00 に公開を終えます" in " ".join(seen(answer).split())
    assert post.live().visible_until is None
    desk.post(page, sent_by(answer))
    assert post.live().visible_until == datetime(2099, 1, 4, 9, 0, tzinfo=JST)


def test_who_is_sure_of_one_time_is_not_of_another(desk):
    post = begin()
    page = at(post, "move/publish/")
    answer = desk.post(page, asked(at_0="2099-01-02", at_1="09:00"))
    answer = desk.post(page, sent_by(answer) | {"at_0": "2099-01-03"})
    assert "2099年1月3日（土）09:00" in seen(answer)
    assert not post.editions.exists()


def test_times_can_be_gone_over_once_more(desk):
    post = begin()
    page = at(post, "move/publish/")
    answer = desk.post(page, asked(at_0="2099-01-02", at_1="09:00", note="説明"))
    answer = desk.post(page, sent_by(answer) | {"_back": "1"})
    assert not post.editions.exists()
    assert "日時を確かめる" not in seen(answer)
    back = sent_by(answer)
    assert (back["at_0"], back["at_1"], back["note"]) == ("2099-01-02", "09:00", "説明")


@pytest.mark.parametrize("kind", ["correction", "addition"])
def test_what_readers_are_told_of_needs_words(desk, kind):
    post = begin()
    answer = desk.post(at(post, "move/publish/"), asked(kind=kind, note=" "))
    assert "読者に伝える文が要ります" in seen(answer)
    assert not post.editions.exists()
    desk.post(at(post, "move/publish/"), asked(kind=kind, note="直した。"))
    assert post.live().note == "直した。"


# Copying and erasing


def test_a_copy_is_opened(desk):
    post = begin(title="もと")
    answer = desk.post(at(post, "move/copy/"), {}, follow=True)
    copy = Post.objects.exclude(pk=post.pk).get()
    assert answer.redirect_chain == [(at(copy), 302)]
    assert copy.title == "もと（複製）"


def test_erasing_asks_twice_and_leads_to_the_list(desk):
    post = begin(title="消す題")
    page = at(post, "move/erase/")
    assert "「消す題」を消去する" in seen(desk.get(page))
    assert "ここを選んで" in seen(desk.post(page, {"note": ""}))
    assert Post.objects.exists()
    answer = desk.post(page, {"note": "", "sure": "on"}, follow=True)
    assert "「消す題」を消去しました" in seen(answer)
    assert not Post.objects.exists()
    log = desk.get("/admin/posts/event/")
    assert "消す題" in seen(log)
    assert at(post, "history/") not in log.content.decode()


# Through the desk


def test_sending_back_says_why(desk, writer):
    post = begin(writer)
    post.submit(writer)
    answer = desk.post(at(post, "move/return_/"), {"note": ""})
    assert answer.status_code == 200
    assert "入力" in seen(answer)
    post.refresh_from_db()
    assert post.status == "in_review"
    desk.post(at(post, "move/return_/"), {"note": "二段落目を短く"})
    post.refresh_from_db()
    assert post.status == "draft"
    assert post.events.first().note == "二段落目を短く"


def test_a_move_that_the_state_forbids_is_not_there(desk):
    post = begin()
    for move in ("withdraw", "return_", "revive"):
        assert desk.get(at(post, f"move/{move}/")).status_code == 404
        assert desk.post(at(post, f"move/{move}/"), {"note": "x"}).status_code == 404


@pytest.mark.parametrize("move", ["unschedule", "unpublish"])
def test_a_move_without_an_object_is_refused_in_words(desk, move):
    post = begin()
    before = rows()
    answer = desk.post(at(post, f"move/{move}/"), {"note": ""})
    assert answer.status_code == 200
    assert "ません" in seen(answer)
    assert rows() == before


def test_the_form_offers_what_may_be_done(desk, client, writer):
    post = begin(writer)
    offered = desk.get(at(post)).content.decode()
    assert at(post, "move/publish/") in offered or 'value="publish"' in offered
    client.force_login(writer)
    offered = client.get(at(post)).content.decode()
    assert at(post, "move/publish/") not in offered
    assert 'value="publish"' not in offered
    assert at(post, "move/submit/") in offered or 'value="submit"' in offered


@pytest.mark.parametrize("number", ["9", "x", "-1", "", "９", "9" * 5000])
@pytest.mark.parametrize("move", ["publish", "restore"])
def test_a_revision_that_is_none_is_not_moved(desk, move, number):
    post = begin()
    before = rows()
    answer = desk.post(f"{at(post, f'move/{move}/')}?revision={number}", asked())
    assert answer.status_code in ({200, 302} if number == "" else {404})
    if not (move == "publish" and number == ""):
        assert rows() == before


def test_a_revision_of_another_manuscript_is_not_restored(desk):
    other = begin(title="ほかの原稿")
    for number in range(3):
        rewrite(other, f"ほか{number}")
    post = begin(title="この原稿")
    assert desk.post(at(post, "move/restore/?revision=4"), {"note": ""}).status_code == 404
    assert Post.objects.get(pk=post.pk).title == "この原稿"


def test_a_note_is_text(desk, writer):
    post = begin(writer)
    post.submit(writer, note="<script>alert(1)</script>")
    page = desk.get(at(post, "history/")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page

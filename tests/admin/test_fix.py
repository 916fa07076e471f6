"""公開中の版から直す: the page for an urgent correction of what is live."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import CheckRule, Edition
from tests.admin.desk import at, rows, seen
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db

BODY = "一つめの文です。\n\n二つめの文です。\n\n三つめの文です。\n"
FIXED = BODY.replace("二つめ", "訂正した")


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


@pytest.fixture
def post(writer):
    """A live article that is being rewritten."""
    post = begin(writer, "題", BODY, slug="a")
    post.publish(None)
    rewrite(post, "題", writer, body=BODY + "\n書きかけ。\n")
    return post


def planned(post, days=1):
    """Let the manuscript wait for tomorrow."""
    return post.publish(None, at=timezone.now() + timedelta(days=days))


def asked(post, step="_look", body=FIXED, **fields):
    """Return what the pages of a correction post."""
    waiting = post.waiting()
    typed = {"title": "題", "deck": "", "body": body.replace("\n", "\r\n"), "excerpt": ""}
    seen = {"live": 1, "head": post.version, "waiting": waiting.version if waiting else 0}
    return typed | seen | {"kind": "correction", "note": "", step: "1"} | fields


def text(post, moment=None):
    edition = Edition.objects.public(moment).filter(post=post).first()
    return edition and edition.revision.manuscript.body


def test_it_begins_with_what_readers_see(desk, post):
    page = desk.get(at(post, "move/fix/")).content.decode()
    assert "二つめの文です。" in page
    assert "書きかけ。" not in page


def test_the_confirmation_says_what_becomes_of_what_and_changes_nothing(desk, post):
    planned(post)
    before = rows()
    page = desk.post(at(post, "move/fix/"), asked(post)).content.decode()
    assert rows() == before
    assert "<del>二つめ</del><ins>訂正した</ins>" in page
    assert "読者が見るもの" in page
    assert "原稿（第2版）" in page
    assert "に公開する版（第2版）" in page


def test_it_is_published_and_merged(desk, post, chief):
    waiting = planned(post)
    data = asked(post, "_publish", note="数字の誤りでした。")
    answer = desk.post(at(post, "move/fix/"), data)
    assert answer.status_code == 302
    assert text(post) == FIXED
    assert text(post, waiting.visible_from) == FIXED + "\n書きかけ。\n"
    post.refresh_from_db()
    assert post.body == FIXED + "\n書きかけ。\n"
    assert (post.events.first().move, post.events.first().by) == ("fix", chief)
    assert "数字の誤りでした。" in desk.get("/posts/a/").content.decode()
    history = seen(desk.get(at(post, "history/")))
    assert "公開中の第1版を直し" in history


def test_what_waits_can_be_withdrawn(desk, post):
    waiting = planned(post)
    data = asked(post, "_publish", note="誤り。", way="withdraw")
    assert desk.post(at(post, "move/fix/"), data).status_code == 302
    assert text(post, waiting.visible_from) == FIXED
    assert not post.waiting()


def test_a_conflict_is_shown_and_decided(desk, post, writer):
    rewrite(post, "題", writer, body=BODY.replace("二つめ", "書き直した"))
    page = desk.post(at(post, "move/fix/"), asked(post)).content.decode()
    assert "どちらにしますか" in page
    assert "書き直したの文です。" in page
    refused = desk.post(at(post, "move/fix/"), asked(post, "_publish", note="誤り。"))
    assert "食い違う" in seen(refused)
    assert text(post) == BODY
    data = asked(post, "_publish", note="誤り。", **{"manuscript-body.0": "theirs"})
    assert desk.post(at(post, "move/fix/"), data).status_code == 302
    post.refresh_from_db()
    assert text(post) == FIXED
    assert "書き直したの文です。" in post.body


def test_a_correction_tells_readers_what_was_wrong(desk, post):
    answer = desk.post(at(post, "move/fix/"), asked(post, "_publish"))
    assert answer.status_code == 200
    assert "読者に伝える文が要ります" in seen(answer)
    assert text(post) == BODY
    data = asked(post, "_publish", kind="minor")
    assert desk.post(at(post, "move/fix/"), data).status_code == 302


def test_one_can_go_back_to_the_text(desk, post):
    page = desk.post(at(post, "move/fix/"), asked(post, "_back")).content.decode()
    assert "訂正したの文です。" in page
    assert 'name="_look"' in page


def test_nothing_corrected_goes_no_further(desk, post):
    answer = desk.post(at(post, "move/fix/"), asked(post, body=BODY))
    assert "同じ文章です" in seen(answer)


def test_what_moved_meanwhile_is_shown_before_anything_is_done(desk, post, writer):
    data = asked(post, "_publish", note="誤り。")
    rewrite(post, "題", writer, body=BODY + "\nもっと書いた。\n")
    answer = desk.post(at(post, "move/fix/"), data)
    assert "変わりました" in seen(answer)
    assert text(post) == BODY
    assert 'name="head" value="3"' in answer.content.decode()
    assert "訂正したの文です。" in answer.content.decode()


def test_another_live_edition_gives_the_text_back(desk, post):
    data = asked(post, "_publish", note="誤り。")
    post.publish(None)
    rewrite(post, "題", None, body="別の文。")
    answer = desk.post(at(post, "move/fix/"), data)
    assert "入れ替わりました" in seen(answer)
    assert "訂正したの文です。" in answer.content.decode()
    assert text(post) != FIXED


def test_a_check_stops_it_too(desk, post):
    CheckRule.objects.create(check_name="category", category=None, level=CheckRule.Level.BLOCK)
    answer = desk.post(at(post, "move/fix/"), asked(post, "_publish", note="誤り。"))
    assert "それでも公開する理由" in seen(answer)
    assert text(post) == BODY
    data = asked(post, "_publish", note="誤り。", override="急ぎ")
    assert desk.post(at(post, "move/fix/"), data).status_code == 302
    assert post.events.first().detail["override"] == "急ぎ"


def test_it_is_offered_only_where_there_is_something_beside_it(desk, client, post, writer):
    assert "公開中の版から直す" in seen(desk.get(at(post)))
    same = begin(writer)
    same.publish(None)
    assert "公開中の版から直す" not in seen(desk.get(at(same)))
    assert "原稿を直して公開" in seen(desk.get(at(same, "move/fix/")))
    client.force_login(writer)
    assert "公開中の版から直す" not in seen(client.get(at(post)))
    assert client.get(at(post, "move/fix/")).status_code == 404
    assert client.post(at(post, "move/fix/"), asked(post, "_publish")).status_code == 404

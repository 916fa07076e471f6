"""What the desk is told before it publishes: in the preview and at the confirmation, no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.admin.desk import ADD, LIST, at, form, seen
from tests.admin.test_moves import asked, sure, when
from tests.cast import begin

pytestmark = pytest.mark.django_db

LINK = "本文のリンク先が見つかりません：post:none。"
LEFT = "本文に「**」がそのまま残っています：「これは** 強調 **です。」"
TYPED = "本文を Markdown として読み切れなかったため、書いたままの文字で表示します。"
BODIES = [("[題](post:none)", LINK), ("これは** 強調 **です。", LEFT), ("[" * 20_000, TYPED)]
HINT = "本文の3行目：行頭の「・」は箇条書きになりません。"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


@pytest.mark.parametrize(("body", "sentence"), BODIES)
def test_the_preview_says_what_readers_would_stumble_over(desk, body, sentence):
    post = begin(body=body)
    for answer in (
        desk.get(at(post, "preview/")),
        desk.get(at(post, "preview/?revision=1")),
        desk.post(at(post, "preview/"), form(post)),
        desk.post(f"{LIST}preview/", form(body=body)),
    ):
        assert sentence in seen(answer)
        assert "<details open" in answer.content.decode().replace(' class="preview-notes"', "")


def test_it_has_a_hint_at_hand_for_marks_that_are_not_ours(desk):
    post = begin(body="本文。\n\n・項目")
    page = desk.get(at(post, "preview/"))
    assert HINT in seen(page)
    assert '<details class="preview-notes">' in page.content.decode()


def test_a_preview_without_a_slip_has_nothing_to_say(desk):
    page = desk.get(at(begin(body="本文。\n\n- 項目"), "preview/"))
    assert "preview-notes" not in page.content.decode()


@pytest.mark.parametrize("move", ["submit", "approve", "publish"])
@pytest.mark.parametrize(("body", "sentence"), BODIES)
def test_the_confirmation_says_it_too(desk, move, body, sentence):
    post = begin(body=body)
    assert sentence in seen(desk.get(at(post, f"move/{move}/")))


def test_it_speaks_of_the_revision_that_is_asked_for(desk):
    post = begin(body="[題](post:none)")
    post.write(type(post.manuscript)(title="後", body="本文。"), by=None)
    assert LINK in seen(desk.get(at(post, "move/publish/?revision=1")))
    assert LINK not in seen(desk.get(at(post, "move/publish/")))


@pytest.mark.parametrize("move", ["archive", "publish"])
def test_where_nobody_reads_nothing_is_said(desk, move):
    post = begin(body="[題](post:none)")
    if move == "publish":  # while another edition waits there is nothing to confirm
        post.publish(None, at=timezone.now() + timedelta(days=1))
    assert LINK not in seen(desk.get(at(post, f"move/{move}/")))


@pytest.mark.parametrize(("body", "sentence"), BODIES)
def test_nothing_of_it_is_in_the_way(desk, body, sentence):
    answer = desk.post(ADD, form(body=body, slug="x"), follow=True)
    assert sentence not in seen(answer)
    post = answer.context["original"]
    answer = desk.post(at(post, "move/publish/"), asked(), follow=True)
    assert "公開しました" in seen(answer)
    assert sentence not in seen(answer)
    assert "preview-notes" not in desk.get("/posts/x/").content.decode()


@pytest.mark.parametrize(("days", "linked"), [(1, False), (3, True)])
def test_a_schedule_says_how_it_will_be_at_its_moment(desk, days, linked):
    begin(slug="none").publish(None, at=timezone.now() + timedelta(days=2))
    post = begin(body="[題](post:none)")
    assert LINK in seen(desk.get(at(post, "move/publish/")))
    day, hour = when(timezone.now() + timedelta(days=days))
    answer = sure(desk, at(post, "move/publish/"), asked(at_0=day, at_1=hour), follow=True)
    assert "予約" in seen(answer)
    assert (LINK not in seen(answer)) == linked
    assert ('href="/posts/none/"' in post.waiting().html) == linked


def test_what_is_shown_is_text(desk):
    post = begin(body="**<script>alert(1)</script> **あ [x](post:<b>)")
    for page in ("preview/", "move/publish/"):
        assert "<script>alert" not in desk.get(at(post, page)).content.decode()

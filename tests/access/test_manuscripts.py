"""Who may do what with a manuscript: every address, every role, expectations by hand."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import (
    Author,
    Event,
    SiteSettings,
)
from tests.access.roles import KEPT_OUT, LOGIN, ROLES, STRANGERS, to_login
from tests.admin.desk import LIST, at, form, rows
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db

# Manuscripts. One row an address: what the role without a share in it gets, then the others.

#        another_writer, writer, editor, chief, admin; own, beat, foreign of the restricted editor
READ = [302, 200, 200, 200, 200, 200, 200, 302]  # what is not there leads to the front page
PAGE = [404, 200, 200, 200, 200, 200, 200, 404]
NONE = [404] * 8

MANUSCRIPT = {
    "": [302] * 8,  # to the form
    "change/": READ,
    "preview/": PAGE,
    "preview/?revision=1": PAGE,
    "preview/?revision=9": NONE,
    "history/": PAGE,
    "compare/": PAGE,
    "compare/?from=1&to=1": PAGE,
    "compare/?from=9": NONE,
    "compare/?to=live": NONE,
    "merge/": NONE,
    "merge/?revision=1": NONE,  # nothing was kept aside
    "presence/": NONE,  # asked by POST
    "delete/": [403] * 8,
    "move/nothing/": NONE,
    "move/edit/": NONE,
    "move/view/": NONE,
    "move/delete/": NONE,
    "move/save/": NONE,
    "move/comment/": NONE,
    "move/share/": NONE,
    "review/": PAGE,
    "review/?revision=1": PAGE,
    "review/?revision=9": NONE,
    "review/99999/": NONE,
    "share/": [404, 404, 200, 200, 200, 404, 200, 404],
    "share/99999/": NONE,
    "plan/": [404, 405, 405, 405, 405, 405, 405, 404],
}


@pytest.mark.parametrize("way", MANUSCRIPT)
def test_pages_of_a_manuscript(act, manuscript, way):
    for role, status in zip(ROLES[2:], MANUSCRIPT[way], strict=True):
        post = manuscript(role, title="秘密の題")
        answer = act(role).get(f"{LIST}{post.pk}/{way}")
        assert answer.status_code == status, role
        assert not to_login(answer), role
    for role in STRANGERS:
        assert to_login(act(role).get(f"{LIST}{post.pk}/{way}")), role


@pytest.mark.parametrize(
    "way",
    [
        *MANUSCRIPT,
        "move/submit/",
        "move/publish/",
        "move/restore/?revision=1",
        "merge/?revision=3",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ["another_writer", "foreign"])
def test_a_manuscript_of_another_is_exactly_like_none(act, manuscript, way, method, role):
    post = manuscript(role, title="秘密の題", body="秘密の本文")
    before = rows()
    client = act(role)
    data = form(title="乗っ取り") if method == "post" else {}
    there = getattr(client, method)(f"{LIST}{post.pk}/{way}", data, follow=True)
    missing = getattr(client, method)(f"{LIST}99999/{way}", data, follow=True)
    assert there.status_code == missing.status_code
    assert [status for _, status in there.redirect_chain] == [
        status for _, status in missing.redirect_chain
    ]
    assert neutral(there, post.pk) == neutral(missing, 99999)
    assert "秘密" not in there.content.decode()
    assert rows() == before


def neutral(answer, pk):
    """Return a page without what has to differ: the id that was asked for, and the token."""
    page = re.sub(r'value="[\w-]{64}"', "", answer.content.decode())
    return re.sub(rf"(番号|/){pk}(?=）|/)", r"\1N", page)


#        as above
KEPT = {
    "compare/?from=live&to=2": PAGE,
    "compare/?from=3": PAGE,
    "merge/?revision=3": PAGE,
    "merge/?revision=2": NONE,
}


@pytest.mark.parametrize("way", KEPT)
def test_pages_of_a_text_that_was_kept_aside(act, manuscript, way):
    for role, status in zip(ROLES, [*KEPT_OUT, *KEPT[way]], strict=True):
        post = manuscript(role, title="公開の題")
        stale = replace(post.manuscript, title="秘密の案")
        post.publish(None)
        rewrite(post, "秘密の直し")
        post.write(stale, by=None, base=1)
        answer = act(role).get(at(post, way))
        assert answer.status_code == status, role
        assert to_login(answer) == (role in STRANGERS), role
        assert status == 200 or "秘密" not in answer.content.decode(), role


# A text that was sent is given back (403); what holds none leads to the login.
#        anonymous, outsider, then as above
SENT = {
    "merge/?revision=3": (
        {"_save": "1", "title": "合わせた題"},
        [403, 403, 403, *[302] * 6, 403],
    ),
    "presence/": ({"tab": "a" * 32}, [*KEPT_OUT, *PAGE]),
    "compare/": ({}, [*KEPT_OUT, *PAGE]),  # changes nothing
    "preview/": ({"title": "見る題"}, [403, 403, 404, *[422] * 6, 404]),  # of a form that lacks all
    "change/": ({"title": "奪う題"}, [403, 403, 403, *[200] * 6, 403]),  # the same
}


@pytest.mark.parametrize("way", SENT)
def test_what_is_sent_to_them(act, manuscript, way):
    data, statuses = SENT[way]
    for role, status in zip(ROLES, statuses, strict=True):
        post = manuscript(role)
        stale = replace(post.manuscript, title="秘密の案")
        rewrite(post, "秘密の直し")
        post.write(stale, by=None, base=1)
        before, client = rows(), act(role)
        answer = client.post(at(post, way), data)
        assert answer.status_code == status, role
        if role in {*ROLES[:3], "foreign"}:
            assert rows() == before, role
            assert "秘密の直し" not in answer.content.decode(), role


def moved(post, move, by, now):
    """Bring a draft to where `move` begins."""
    if move in {"withdraw", "return_", "approve"}:
        post.submit(by)
    elif move == "unschedule":
        post.publish(None, at=now + timedelta(hours=1))
    elif move == "unpublish":
        post.publish(None)
    elif move == "revive":
        post.archive(None)
    elif move == "fix":
        post.publish(None)
        rewrite(post, "二つめの題", by=by)
    elif move == "restore":
        rewrite(post, "二つめの題", by=by)


#        another_writer, writer, editor, chief, admin; own, beat, foreign
MOVES = {
    "submit": [404, 302, 302, 302, 302, 302, 302, 404],
    "withdraw": [404, 302, 302, 302, 302, 302, 302, 404],
    "return_": [404, 404, 302, 302, 302, 404, 302, 404],
    "approve": [404, 404, 302, 302, 302, 404, 302, 404],
    "publish": [404, 404, 404, 302, 302, 404, 404, 404],
    "fix": [404, 404, 404, 302, 302, 404, 404, 404],
    "unschedule": [404, 404, 404, 302, 302, 404, 404, 404],
    "unpublish": [404, 404, 404, 302, 302, 404, 404, 404],
    "archive": [404, 404, 302, 302, 302, 404, 302, 404],
    "revive": [404, 404, 302, 302, 302, 404, 302, 404],
    "restore": [404, 302, 302, 302, 302, 302, 302, 404],
    "copy": [404, 302, 302, 302, 302, 302, 302, 404],
    "erase": [404, 302, 404, 302, 302, 302, 404, 404],
}
ASKED = {"note": "メモ", "kind": "update", "sure": "on"}
# The text of a correction, and the versions it was made from.
ASKED |= {"title": "訂正した題", "body": "本文です。", "live": 1, "head": 2, "waiting": 0}
ASKED |= {"_publish": "1", "manuscript-title.0": "theirs"}


@pytest.mark.parametrize("move", MOVES)
def test_moves(act, manuscript, move):
    for role, status in zip(ROLES, [*KEPT_OUT, *MOVES[move]], strict=True):
        post = manuscript(role)
        moved(post, move, post.created_by, timezone.now())
        page = at(post, f"move/{move}/?revision=1" if move == "restore" else f"move/{move}/")
        client = act(role)
        before = rows()
        asked = client.get(page)
        assert rows() == before, f"{role}: a move by GET"
        stranger = role in STRANGERS
        assert asked.status_code == (200 if status == 302 and not stranger else status), role
        answer = client.post(page, ASKED)
        # A text that was sent is given back, not dropped on the way to the login.
        assert answer.status_code == (403 if stranger else status), role
        done = Event.objects.filter(move=move, post_id=post.pk).exists()
        assert done == (status == 302 and not stranger), role


SHARED = [404, 404, 302, 302, 302, 404, 302, 404]
SAID = [404, 302, 302, 302, 302, 302, 302, 404]

#        another_writer, writer, editor, chief, admin; own, beat, foreign
REVIEW = {
    "review/": SAID,
    "review/{comment}/ answer": SAID,
    "review/{comment}/ resolve": SAID,
    "review/{comment}/ reopen": SAID,
    "review/{comment}/ delete": NONE,
    "review/{answer}/ answer": NONE,
    "review/{other}/ answer": NONE,
    "share/": SHARED,
    "share/{link}/": SHARED,
    "share/{other_link}/": NONE,
}


@pytest.mark.parametrize("way", REVIEW)
def test_comments_and_links(act, manuscript, editor, way):
    for role, status in zip(ROLES, [*KEPT_OUT, *REVIEW[way]], strict=True):
        post, another = manuscript(role), manuscript(role)
        comment = post.remark(None, "コメント")
        things = {"comment": comment.pk, "answer": comment.answer(None, "返信").pk}
        things |= {"other": another.remark(None, "よそのコメント").pk}
        things |= {
            "link": post.share(editor, "人").pk,
            "other_link": another.share(editor, "人").pk,
        }
        page, _, do = way.format(**things).partition(" ")
        data = {"revision": 1, "where": "0", "body": "本文", "reader": "人", "days": 7, "do": do}
        before = rows()
        answer = act(role).post(at(post, page), data)
        # A text that was sent is given back, not dropped on the way to the login.
        assert answer.status_code == (403 if role in STRANGERS else status), role
        done = status == 302 and role not in STRANGERS and do != "reopen"  # nothing was resolved
        assert (rows() != before) == done, role


def test_who_moves_a_planned_day(act, manuscript):
    for role, status in zip(ROLES, [*KEPT_OUT, *SAID], strict=True):
        post = manuscript(role)
        answer = act(role).post(at(post, "plan/"), {"planned_on": "2030-04-01"})
        assert answer.status_code == status, role
        done = status == 302 and role not in STRANGERS
        assert post.events.filter(move="arrange").exists() == done, role


LEFT = "the page is shown, and says that nothing is done"

#        another_writer, writer, editor, chief, admin; own, beat, foreign
BULK = {
    "submit": [404, 200, 200, 200, 200, 200, 200, 404],
    "approve": [404, 404, 200, 200, 200, LEFT, 200, 404],
    "return_": [404, 404, 200, 200, 200, LEFT, 200, 404],
    "publish": [404, 404, 404, 200, 200, 404, 404, 404],
    "archive": [404, 404, 200, 200, 200, LEFT, 200, 404],
    "revive": [404, 404, 200, 200, 200, LEFT, 200, 404],
    "withdraw": NONE,
    "erase": NONE,
    "nothing": NONE,
}


@pytest.mark.parametrize("move", BULK)
def test_moves_of_many(act, manuscript, move):
    for role, expected in zip(ROLES, [*KEPT_OUT, *BULK[move]], strict=True):
        post = manuscript(role)
        moved(post, move, post.created_by, timezone.now())
        client, before = act(role), rows()
        page, status = f"{LIST}bulk/{move}/", 200 if expected == LEFT else expected
        assert client.get(page, {"pk": post.pk}).status_code == status, role
        assert rows() == before, f"{role}: a move by GET"
        sent = {"pk": post.pk, f"version-{post.pk}": post.version, "note": "メモ"}
        answer = client.post(page, sent)
        assert answer.status_code == (403 if status == LOGIN else status), role
        newest = post.events.order_by("pk").last().move
        assert (newest == move) == (expected == 200), role


@pytest.mark.parametrize("role", ["anonymous", "outsider", "writer", "another_writer", "editor"])
def test_nobody_else_publishes_by_any_forged_form(act, writer, role):
    post = begin(writer)
    post.approve(None)
    client = act(role)
    forged = form(post, title="題", status="ready", _then="publish", action="publish")
    client.post(at(post), forged | {"at_0": "", "at_1": "", "visible_from": "2020-01-01"})
    for page in ("move/publish/", "move/publish/?revision=1", "publish/"):
        client.post(at(post, page), ASKED)
    client.post(LIST, {"action": "publish", "_selected_action": post.pk})
    assert not post.editions.exists()


def test_a_small_desk_lets_its_editors_publish(act, editor):
    post = begin()
    SiteSettings.objects.create(pk=1, editors_publish=True)
    assert act("editor").post(at(post, "move/publish/"), ASKED).status_code == 302
    assert post.live()
    assert act("writer").post(at(post, "move/unpublish/"), ASKED).status_code == 404


def test_who_signs_a_manuscript_may_see_it(act, writer, another_writer):
    author = Author.objects.create(name="署名する人", slug="a", user=another_writer)
    post = begin(writer, bylines=((author.pk, ""),))
    client = act("another_writer")
    assert client.get(at(post)).status_code == 200
    post.write(replace(post.manuscript, bylines=()), by=None)
    assert client.get(at(post)).status_code == 302


def test_a_role_that_is_taken_away_is_gone_at_once(act, writer):
    post = begin(writer)
    client = act("writer")
    assert client.get(at(post)).status_code == 200
    writer.groups.clear()
    assert to_login(client.get(at(post)))
    assert to_login(client.get(LIST))


def test_who_is_shut_out_is_out(act, chief):
    client = act("chief")
    chief.is_active = False
    chief.save()
    assert to_login(client.get(LIST))


def test_staff_alone_opens_nothing(act, outsider):
    outsider.is_staff = True
    outsider.save()
    assert to_login(act("outsider").get(LIST))

"""Who may do what at the desk: every address, every role, expectations written by hand."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib import admin as desk
from django.utils import timezone

from posts.models import (
    Author,
    Category,
    Event,
    Invitation,
    Media,
    Redirect,
    Role,
    Series,
    SiteSettings,
    Tag,
)
from tests.admin.desk import ADD, LIST, at, form, rows
from tests.cast import begin, person, rewrite
from tests.test_media import plain

pytestmark = pytest.mark.django_db

ROLES = ["anonymous", "outsider", "another_writer", "writer", "editor", "chief", "admin"]
LOGIN = 302  # to the login page


@pytest.fixture
def act(request, client, writer):
    """Log in as a role: `writer` wrote the manuscript, `another_writer` did not."""

    def act(role):
        client.logout()
        if role != "anonymous":
            client.force_login(request.getfixturevalue(role))
        return client

    return act


def to_login(answer):
    """Return whether an answer leads to the login page."""
    return answer.status_code == LOGIN and answer["Location"].startswith("/admin/login/")


# Manuscripts. One row an address: what the role without a share in it gets, then the others.

#        another_writer, writer, editor, chief, admin
READ = [302, 200, 200, 200, 200]  # the form of what is not there leads to the front page
PAGE = [404, 200, 200, 200, 200]

MANUSCRIPT = {
    "change/": READ,
    "preview/": PAGE,
    "preview/?revision=1": PAGE,
    "preview/?revision=9": [404] * 5,
    "history/": PAGE,
    "compare/": PAGE,
    "compare/?from=1&to=1": PAGE,
    "compare/?from=9": [404] * 5,
    "compare/?to=live": [404] * 5,
    "merge/": [404] * 5,
    "merge/?revision=1": [404] * 5,  # nothing was kept aside
    "presence/": [404] * 5,  # asked by POST
    "delete/": [403] * 5,
    "move/nothing/": [404] * 5,
    "move/edit/": [404] * 5,
    "move/view/": [404] * 5,
    "move/delete/": [404] * 5,
    "move/save/": [404] * 5,
    "move/comment/": [404] * 5,
    "move/share/": [404] * 5,
    "review/": PAGE,
    "review/?revision=1": PAGE,
    "review/?revision=9": [404] * 5,
    "review/99999/": [404] * 5,
    "share/": [404, 404, 200, 200, 200],
    "share/99999/": [404] * 5,
    "plan/": [404, 405, 405, 405, 405],
}


@pytest.mark.parametrize("way", MANUSCRIPT)
def test_pages_of_a_manuscript(act, writer, way):
    post = begin(writer, title="秘密の題")
    for role, status in zip(ROLES[2:], MANUSCRIPT[way], strict=True):
        answer = act(role).get(at(post, way))
        assert answer.status_code == status, role
        assert not to_login(answer), role
    for role in ROLES[:2]:
        assert to_login(act(role).get(at(post, way))), role


@pytest.mark.parametrize(
    "way",
    [
        *MANUSCRIPT,
        "move/submit/",
        "move/publish/",
        "move/restore/?revision=1",
        "merge/?revision=3",
        "",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_manuscript_of_another_is_exactly_like_none(act, writer, way, method):
    post = begin(writer, title="秘密の題", body="秘密の本文")
    before = rows()
    client = act("another_writer")
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


#        another_writer, writer, editor, chief, admin
KEPT = {
    "compare/?from=live&to=2": PAGE,
    "compare/?from=3": PAGE,
    "merge/?revision=3": PAGE,
    "merge/?revision=2": [404] * 5,
}


@pytest.mark.parametrize("way", KEPT)
def test_pages_of_a_text_that_was_kept_aside(act, writer, way):
    post = begin(writer, title="公開の題")
    stale = replace(post.manuscript, title="秘密の案")
    post.publish(None)
    rewrite(post, "秘密の直し", by=writer)
    post.write(stale, by=writer, base=1)
    for role, status in zip(ROLES, [LOGIN, LOGIN, *KEPT[way]], strict=True):
        answer = act(role).get(at(post, way))
        assert answer.status_code == status, role
        assert to_login(answer) == (role in ROLES[:2]), role
        assert status == 200 or "秘密" not in answer.content.decode()


# A text that was sent is given back (403); what holds none leads to the login.
#        anonymous, outsider, another_writer, writer, editor, chief, admin
SENT = {
    "merge/?revision=3": ({"_save": "1", "title": "合わせた題"}, [403, 403, 403, *[302] * 4]),
    "presence/": ({"tab": "a" * 32}, [LOGIN, LOGIN, *PAGE]),
    "compare/": ({}, [LOGIN, LOGIN, *PAGE]),  # changes nothing
}


@pytest.mark.parametrize("way", SENT)
def test_what_is_sent_to_them(act, writer, way):
    data, statuses = SENT[way]
    for role, status in zip(ROLES, statuses, strict=True):
        post = begin(writer)
        stale = replace(post.manuscript, title="秘密の案")
        rewrite(post, "秘密の直し", by=writer)
        post.write(stale, by=writer, base=1)
        before, client = rows(), act(role)
        answer = client.post(at(post, way), data)
        assert answer.status_code == status, role
        if role in ROLES[:3]:
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


#        another_writer, writer, editor, chief, admin
MOVES = {
    "submit": [404, 302, 302, 302, 302],
    "withdraw": [404, 302, 302, 302, 302],
    "return_": [404, 404, 302, 302, 302],
    "approve": [404, 404, 302, 302, 302],
    "publish": [404, 404, 404, 302, 302],
    "fix": [404, 404, 404, 302, 302],
    "unschedule": [404, 404, 404, 302, 302],
    "unpublish": [404, 404, 404, 302, 302],
    "archive": [404, 404, 302, 302, 302],
    "revive": [404, 404, 302, 302, 302],
    "restore": [404, 302, 302, 302, 302],
    "copy": [404, 302, 302, 302, 302],
    "erase": [404, 302, 404, 302, 302],
}
ASKED = {"note": "メモ", "kind": "update", "sure": "on"}
# The text of a correction, and the versions it was made from.
ASKED |= {"title": "訂正した題", "body": "本文です。", "live": 1, "head": 2, "waiting": 0}
ASKED |= {"_publish": "1", "manuscript-title.0": "theirs"}


@pytest.mark.parametrize("move", MOVES)
def test_moves(act, writer, move):
    for role, status in zip(ROLES, [LOGIN, LOGIN, *MOVES[move]], strict=True):
        post = begin(writer)
        moved(post, move, writer, timezone.now())
        page = at(post, f"move/{move}/?revision=1" if move == "restore" else f"move/{move}/")
        client = act(role)
        before = rows()
        asked = client.get(page)
        assert rows() == before, f"{role}: a move by GET"
        assert asked.status_code == (200 if status == 302 and role in ROLES[2:] else status), role
        answer = client.post(page, ASKED)
        # A text that was sent is given back, not dropped on the way to the login.
        assert answer.status_code == (403 if status == LOGIN and role in ROLES[:2] else status), (
            role
        )
        done = Event.objects.filter(move=move, post_id=post.pk).exists()
        assert done == (status == 302 and role in ROLES[2:]), role


#        another_writer, writer, editor, chief, admin
REVIEW = {
    "review/": [404, 302, 302, 302, 302],
    "review/{comment}/ answer": [404, 302, 302, 302, 302],
    "review/{comment}/ resolve": [404, 302, 302, 302, 302],
    "review/{comment}/ reopen": [404, 302, 302, 302, 302],
    "review/{comment}/ delete": [404] * 5,
    "review/{answer}/ answer": [404] * 5,
    "review/{other}/ answer": [404] * 5,
    "share/": [404, 404, 302, 302, 302],
    "share/{link}/": [404, 404, 302, 302, 302],
    "share/{other_link}/": [404] * 5,
}


@pytest.mark.parametrize("way", REVIEW)
def test_comments_and_links(act, writer, editor, way):
    for role, status in zip(ROLES, [LOGIN, LOGIN, *REVIEW[way]], strict=True):
        post, another = begin(writer), begin(writer)
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
        assert answer.status_code == (403 if role in ROLES[:2] else status), role
        done = status == 302 and role in ROLES[2:] and do != "reopen"  # nothing was resolved
        assert (rows() != before) == done, role


#        another_writer, writer, editor, chief, admin
PLAN = [404, 302, 302, 302, 302]


def test_who_moves_a_planned_day(act, writer):
    for role, status in zip(ROLES, [LOGIN, LOGIN, *PLAN], strict=True):
        post = begin(writer)
        answer = act(role).post(at(post, "plan/"), {"planned_on": "2030-04-01"})
        assert answer.status_code == status, role
        assert post.events.filter(move="arrange").exists() == (role in ROLES[3:]), role


#        another_writer, writer, editor, chief, admin
BULK = {
    "submit": [404, 200, 200, 200, 200],
    "approve": [404, 404, 200, 200, 200],
    "return_": [404, 404, 200, 200, 200],
    "publish": [404, 404, 404, 200, 200],
    "archive": [404, 404, 200, 200, 200],
    "revive": [404, 404, 200, 200, 200],
    "withdraw": [404] * 5,
    "erase": [404] * 5,
    "nothing": [404] * 5,
}


@pytest.mark.parametrize("move", BULK)
def test_moves_of_many(act, writer, move):
    for role, status in zip(ROLES, [LOGIN, LOGIN, *BULK[move]], strict=True):
        post = begin(writer)
        moved(post, move, writer, timezone.now())
        client, before = act(role), rows()
        page = f"{LIST}bulk/{move}/"
        assert client.get(page, {"pk": post.pk}).status_code == status, role
        assert rows() == before, f"{role}: a move by GET"
        sent = {"pk": post.pk, f"version-{post.pk}": post.version, "note": "メモ"}
        answer = client.post(page, sent)
        assert answer.status_code == (403 if status == LOGIN else status), role
        newest = post.events.order_by("pk").last().move
        assert (newest == move) == (status == 200), role


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


# All other pages


@pytest.fixture
def things(chief):
    """One of everything, with the id 1 under the name of its kind."""
    media = Media.keep(plain(), "海.png")
    post = begin(title="予定の題")
    post.publish(None)
    return {
        "media": media.pk,
        "tag": Tag.objects.create(name="札").pk,
        "category": Category.objects.create(name="分類", slug="c").pk,
        "series": Series.objects.create(name="連載", slug="s").pk,
        "author": Author.objects.create(name="著者", slug="a").pk,
        "redirect": Redirect.objects.create(path="/old/", post=post).pk,
        "event": Event.objects.first().pk,
        "delivery": dead(post).pk,
        "sitesettings": SiteSettings.objects.create(pk=1).pk,
        "user": person("kept", Role.EDITOR).pk,
        "root": person("root", is_superuser=True).pk,
        "invitation": Invitation.send("new@example.jp", Role.WRITER, by=chief).pk,
    }


ALL = [200] * 4
DESK = [403, 200, 200, 200]
CHIEF = [403, 403, 200, 200]
HIDDEN = [404, 404, 200, 200]
NOBODY = [403] * 4

#   writer, editor, chief, admin
PAGES = {
    "/admin/": ALL,
    "/admin/password_change/": ALL,
    "/admin/jsi18n/": ALL,
    "/admin/notices/": ALL,
    "/admin/notices/settings/": ALL,
    "/admin/notices/read/": [405] * 4,
    "/admin/notices/1/open/": [405] * 4,
    LIST: ALL,
    ADD: ALL,
    f"{LIST}calendar/": ALL,
    f"{LIST}?queue=mine": ALL,
    f"{LIST}import/": [404, 200, 200, 200],
    "/admin/posts/media/": ALL,
    "/admin/posts/media/add/": ALL,
    "/admin/posts/media/{media}/change/": ALL,
    "/admin/posts/media/{media}/history/": ALL,
    "/admin/posts/tag/": ALL,
    "/admin/posts/tag/add/": DESK,
    "/admin/posts/tag/{tag}/change/": ALL,
    "/admin/posts/tag/{tag}/delete/": DESK,
    "/admin/posts/category/": ALL,
    "/admin/posts/category/add/": DESK,
    "/admin/posts/category/{category}/change/": ALL,
    "/admin/posts/category/{category}/delete/": DESK,
    "/admin/posts/tag/{tag}/merge/": [404, 404, 200, 200],
    "/admin/posts/category/{category}/merge/": [404, 404, 200, 200],
    "/admin/posts/series/{series}/merge/": [404, 404, 200, 200],
    "/admin/posts/author/{author}/merge/": [404, 404, 200, 200],
    "/admin/posts/category/order/": [404, 200, 200, 200],
    "/admin/posts/redirect/try/": [404, 200, 200, 200],
    "/admin/posts/redirect/csv/": [404, 200, 200, 200],
    "/admin/posts/redirect/paste/": [404, 404, 200, 200],
    "/admin/posts/series/": ALL,
    "/admin/posts/series/add/": DESK,
    "/admin/posts/series/{series}/change/": ALL,
    "/admin/posts/series/{series}/delete/": DESK,
    "/admin/posts/author/": ALL,
    "/admin/posts/author/add/": DESK,
    "/admin/posts/author/{author}/change/": ALL,
    "/admin/posts/author/{author}/delete/": DESK,
    "/admin/posts/redirect/": DESK,
    "/admin/posts/redirect/add/": CHIEF,
    "/admin/posts/redirect/{redirect}/change/": DESK,
    "/admin/posts/redirect/{redirect}/delete/": CHIEF,
    "/admin/posts/event/": DESK,
    "/admin/posts/event/csv/": [404, 200, 200, 200],
    "/admin/posts/event/add/": NOBODY,
    "/admin/posts/event/{event}/change/": DESK,
    "/admin/posts/event/{event}/delete/": NOBODY,
    "/admin/posts/checkrule/": ALL,
    "/admin/posts/checkrule/add/": CHIEF,
    "/admin/posts/delivery/": DESK,
    "/admin/posts/delivery/add/": NOBODY,
    "/admin/posts/delivery/{delivery}/change/": DESK,
    "/admin/posts/delivery/{delivery}/delete/": NOBODY,
    "/admin/posts/sitesettings/{sitesettings}/change/": ALL,
    "/admin/posts/sitesettings/add/": NOBODY,
    "/admin/posts/sitesettings/{sitesettings}/delete/": NOBODY,
    "/admin/me/": ALL,
    "/admin/me/sessions/": [405] * 4,
    "/admin/posts/person/": CHIEF,
    "/admin/posts/person/add/": [404] * 4,
    "/admin/posts/person/{user}/": [404] * 4,
    "/admin/posts/person/{user}/change/": HIDDEN,
    "/admin/posts/person/{user}/delete/": [404] * 4,
    "/admin/posts/person/{user}/history/": [404] * 4,
    "/admin/posts/person/{user}/role/": HIDDEN,
    "/admin/posts/person/{user}/mail/": HIDDEN,
    "/admin/posts/person/{user}/sessions/": HIDDEN,
    "/admin/posts/person/{user}/stop/": HIDDEN,
    "/admin/posts/person/{user}/resume/": HIDDEN,
    "/admin/posts/person/{root}/change/": HIDDEN,
    "/admin/posts/person/{root}/role/": [404, 404, 404, 200],
    "/admin/posts/person/{root}/mail/": [404, 404, 404, 200],
    "/admin/posts/person/{root}/sessions/": [404, 404, 404, 200],
    "/admin/posts/person/{root}/stop/": [404, 404, 404, 200],
    "/admin/posts/invitation/": CHIEF,
    "/admin/posts/invitation/add/": HIDDEN,
    "/admin/posts/invitation/{invitation}/revoke/": HIDDEN,
    "/admin/posts/invitation/{invitation}/change/": [404] * 4,
    "/admin/posts/invitation/{invitation}/delete/": [404] * 4,
    "/admin/auth/user/": [404] * 4,
    "/admin/auth/user/{user}/change/": [404] * 4,
    "/admin/auth/user/{user}/password/": [404] * 4,
    "/admin/auth/group/": [404] * 4,
    "/admin/taggit/tag/": [404] * 4,
}


@pytest.mark.parametrize("way", PAGES)
def test_pages(act, things, way):
    address = way.format(**things)
    for role, status in zip(ROLES[3:], PAGES[way], strict=True):
        answer = act(role).get(address)
        assert answer.status_code == status, role
        assert not to_login(answer), role
    for role in ROLES[:2]:
        answer = act(role).get(address)
        assert to_login(answer) or answer.status_code == 404, role


SAVES = {
    "/admin/posts/tag/add/": ({"name": "新しい札", "yomi": "", "slug": "new"}, DESK),
    "/admin/posts/category/add/": ({"name": "新分類", "slug": "new", "position": 0}, DESK),
    "/admin/posts/series/add/": ({"name": "新連載", "slug": "new"}, DESK),
    "/admin/posts/author/add/": ({"name": "新著者", "slug": "new", "kind": "person"}, DESK),
    "/admin/posts/redirect/add/": ({"path": "/x/", "target": "/y/"}, CHIEF),
    "/admin/posts/sitesettings/1/change/": (
        {"name": "新聞", "reading_rate": 500, "face": "mincho", "accent": "#b3301a"},
        CHIEF,
    ),
    "/admin/posts/event/add/": ({"move": "publish", "title": "捏造"}, NOBODY),
    "/admin/posts/delivery/add/": ({"kind": "live", "key": "forged"}, NOBODY),
}
NO_INLINES = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}


@pytest.mark.parametrize("way", SAVES)
def test_saves(act, things, way):
    data, expected = SAVES[way]
    nobody = 403 if "title" in data else LOGIN  # a text is given back
    for role, status in zip(ROLES, [nobody, nobody, 403, *expected], strict=True):
        if status == 200 and role != "admin":
            continue  # saved once, by the one who may most
        before = rows()
        answer = act(role).post(way, data | NO_INLINES)
        assert answer.status_code == (302 if status == 200 else status), role
        if role != "admin":
            assert rows() == before, role


@pytest.mark.parametrize("role", ["editor", "chief"])
@pytest.mark.parametrize("way", SAVES)
def test_saves_of_those_who_may(act, things, way, role):
    data, expected = SAVES[way]
    status = expected[ROLES[3:].index(role)]
    answer = act(role).post(way, data | NO_INLINES)
    assert answer.status_code == (302 if status == 200 else status)


def test_the_settings_have_one_row(act, chief):
    answer = act("chief").get("/admin/posts/sitesettings/")
    assert answer["Location"] == "/admin/posts/sitesettings/1/change/"
    assert act("outsider").get("/admin/posts/sitesettings/").status_code == 302
    assert SiteSettings.objects.count() == 1


def test_no_address_of_the_desk_is_without_an_expectation():
    """A new page of the admin is first written into a table of this file."""
    names = {pattern.name for pattern in every(desk.site.get_urls()) if pattern.name}
    ours = {"import", "preview_new", "preview", "history", "move", "changelist", "add"}
    ours |= {"change", "delete", "compare", "merge", "presence", "fix", "bulk"}
    ours |= {"review", "thread", "share", "revoke"}
    ours |= {"calendar", "plan"}
    models = {"media", "tag", "category", "series", "author", "redirect", "event", "sitesettings"}
    models |= {"delivery", "checkrule"}
    plain = {f"posts_{model}_{page}" for model in models for page in STANDARD}
    users = {f"posts_person_{page}" for page in ("changelist", "change", "move")}
    users |= {f"posts_invitation_{page}" for page in ("changelist", "add", "revoke")}
    users |= {"me", "me_sessions"} | set(OPEN)
    site = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete"}
    site |= {f"posts_{model}_merge" for model in ("author", "category", "series", "tag")}
    site |= {"posts_category_order"}
    site |= {f"posts_redirect_{page}" for page in ("csv", "paste", "try")}
    site |= {"jsi18n", "app_list", "posts_event_csv", "posts_event_csv_post"}
    site |= {"notices", "notices_read", "notice_open", "notice_settings"}
    assert names == {f"posts_post_{page}" for page in ours} | plain | users | site


STANDARD = ["changelist", "add", "history", "delete", "change"]


# What is open to everybody; nobody is led to the login page.
OPEN = {
    "invitation": "/admin/invitation/unknown/",
    "password_reset": "/admin/reset/",
    "password_reset_done": "/admin/reset/sent/",
    "password_reset_confirm": "/admin/reset/MQ/unknown-token/",
}


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_looks_the_same_for_everybody(act, name):
    for role in ROLES:
        answer = act(role).get(OPEN[name])
        assert answer.status_code == (404 if name == "invitation" else 200), role
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def every(patterns):
    """Yield all patterns below `patterns`."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from every(pattern.url_patterns)
        else:
            yield pattern


def dead(post):
    """Return a delivery of `post` that was given up."""
    post.deliveries.update(dead=True, attempts=8, last_error="相手が答えません。")
    return post.deliveries.get()


#        another_writer, writer, editor, chief, admin
AGAIN = [403, 403, 200, 302, 302]  # the editor's list offers no action, so nothing is done


def test_who_has_dead_letters_tried_again(act, writer):
    for role, status in zip(ROLES, [LOGIN, LOGIN, *AGAIN], strict=True):
        post = begin(writer)
        post.publish(None)
        pk = dead(post).pk
        asked = {"action": "again", "_selected_action": pk}
        answer = act(role).post("/admin/posts/delivery/", asked)
        assert answer.status_code == status, role
        assert post.deliveries.filter(dead=False, attempts=0).exists() == (
            role in {"chief", "admin"}
        ), role


#        another_writer, writer, editor, chief, admin
CHIEFS = [404, 404, 404, 302, 302]


@pytest.mark.parametrize("model", [Author, Category, Series, Tag])
def test_who_merges(act, writer, model):
    name = model.__name__.lower()
    for role, status in zip(ROLES, [LOGIN, LOGIN, *CHIEFS], strict=True):
        old, new = (model.objects.create(name=f"{role}{n}", slug=f"{role}{n}") for n in (1, 2))
        answer = act(role).post(f"/admin/posts/{name}/{old.pk}/merge/", {"into": new.pk})
        assert answer.status_code == status, role
        old.refresh_from_db()
        assert (old.merged_into is not None) == (role in {"chief", "admin"}), role


def test_nothing_is_merged_by_get(act, things):
    new = Tag.objects.create(name="別の札")
    assert act("chief").get(f"/admin/posts/tag/{things['tag']}/merge/?into={new.pk}")
    assert not Tag.objects.exclude(merged_into=None).exists()


def test_who_moves_categories(act, writer):
    first, second = (Category.objects.create(name=n, slug=n) for n in "ab")
    for role, status in zip(ROLES, [LOGIN, LOGIN, 404, 404, 302, 302, 302], strict=True):
        Category.objects.update(position=0)
        asked = {"category": second.pk, "move": "up"}
        answer = act(role).post("/admin/posts/category/order/", asked)
        assert answer.status_code == status, role
        first.refresh_from_db()
        assert (first.position == 2) == (role in {"editor", "chief", "admin"}), role


def test_who_pastes_redirects(act, writer):
    for role, status in zip(ROLES, [LOGIN, LOGIN, 404, 404, 404, 200, 200], strict=True):
        asked = {"lines": f"/old-{role}/ /new/"}
        answer = act(role).post("/admin/posts/redirect/paste/", asked)
        assert answer.status_code == status, role
        made = Redirect.objects.filter(path=f"/old-{role}/").exists()
        assert made == (role in {"chief", "admin"}), role


@pytest.mark.parametrize("name", ["tag", "category", "series", "author"])
def test_who_clears_unused_ones_away(act, things, name):
    model = {"tag": Tag, "category": Category, "series": Series, "author": Author}[name]
    asked = {"action": "discard", "confirmed": "1", "_selected_action": things[name]}
    for role in ROLES[:4]:
        act(role).post(f"/admin/posts/{name}/", asked)
        assert model.objects.filter(pk=things[name]).exists(), role
    act("editor").post(f"/admin/posts/{name}/", asked)
    assert not model.objects.filter(pk=things[name]).exists()


# What leaks around the edges


def test_suggestions_name_nothing_hidden(act, writer, chief):
    begin(title="秘密の題")
    query = "?app_label=posts&model_name=redirect&field_name=post&term=秘密"
    for role in ("writer", "another_writer"):
        answer = act(role).get(f"/admin/autocomplete/{query}")
        assert "秘密" not in answer.content.decode()
    assert to_login(act("outsider").get(f"/admin/autocomplete/{query}"))


@pytest.mark.parametrize("model", ["post", "edition", "event", "revision"])
def test_view_on_site_names_nothing_hidden(act, writer, model):
    from django.contrib.contenttypes.models import ContentType

    post = begin(slug="himitsu")
    post.publish(None, at=timezone.now() + timedelta(hours=1))
    kind = ContentType.objects.get(app_label="posts", model=model)
    for pk in (post.pk, post.editions.get().pk):
        answer = act("another_writer").get(f"/admin/r/{kind.pk}/{pk}/")
        assert "himitsu" not in str(answer.headers) + answer.content.decode()


def test_the_front_page_shows_what_the_role_uses(act, writer):
    begin(title="秘密の題")
    for role in ("writer", "another_writer"):
        page = act(role).get("/admin/").content.decode()
        assert "秘密の題" not in page
        assert "/admin/posts/person/" not in page

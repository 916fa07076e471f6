"""Who may do what on all other pages of the desk: expectations by hand."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from posts.models import (
    CHECKS,
    Author,
    Category,
    CheckRule,
    Event,
    Invitation,
    Media,
    Redirect,
    Role,
    Series,
    SiteSettings,
    Tag,
)
from tests.access.roles import KEPT_OUT, LOGIN, ROLES, STRANGERS, to_login
from tests.admin.desk import ADD, LIST, rows
from tests.cast import begin, person
from tests.test_media import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def things(chief, sections):
    """One of everything, by the name of its kind; some of a manuscript outside the beat."""
    media = Media.keep(plain(), "海.png")
    post, foreign = begin(title="予定の題"), begin(title="よその題", category=sections[1].pk)
    for one in (post, foreign):
        one.publish(None)
    return {
        "post": post.pk,
        "media": media.pk,
        "tag": Tag.objects.create(name="札").pk,
        "category": Category.objects.create(name="分類", slug="c").pk,
        "series": Series.objects.create(name="連載", slug="s").pk,
        "author": Author.objects.create(name="著者", slug="a").pk,
        "redirect": Redirect.objects.create(path="/old/", post=post).pk,
        "event": Event.objects.filter(post=post).first().pk,
        "delivery": dead(post).pk,
        "checkrule": CheckRule.objects.create(
            category=sections[0], check_name=CHECKS[0].name, level="off"
        ).pk,
        "sitesettings": SiteSettings.objects.create(pk=1).pk,
        "user": person("kept", Role.EDITOR).pk,
        "root": person("root", is_superuser=True).pk,
        "invitation": Invitation.send("new@example.jp", Role.WRITER, by=chief).pk,
        "foreign": foreign.pk,
        "foreign_redirect": Redirect.objects.create(path="/older/", post=foreign).pk,
        "foreign_event": Event.objects.filter(post=foreign).first().pk,
        "foreign_delivery": dead(foreign).pk,
    }


#        writer, restricted, editor, chief, admin
WORKERS = ["writer", "restricted", "editor", "chief", "admin"]
ALL = [200] * 5
DESK = [403, 200, 200, 200, 200]
CHIEF = [403, 403, 403, 200, 200]
DESK_HIDDEN = [404, 200, 200, 200, 200]
HIDDEN = [404, 404, 404, 200, 200]
ROOT_HIDDEN = [404, 404, 404, 404, 200]
NOBODY = [403] * 5
NOTHING = [404] * 5
POSTED = [405] * 5  # asked by POST
ON = [302] * 5  # leads to the form
FOREIGN = [403, 302, 200, 200, 200]  # what is not there leads to the front page

PAGES = {
    "/admin/": ALL,
    "/admin/posts/": ALL,
    "/admin/nothing/": NOTHING,
    "/admin/password_change/": ALL,
    "/admin/password_change/done/": ALL,
    "/admin/jsi18n/": ALL,
    "/admin/autocomplete/": NOBODY,  # of nothing
    "/admin/autocomplete/?app_label=posts&model_name=redirect&field_name=post&term=": ALL,
    "/admin/notices/": ALL,
    "/admin/notices/settings/": ALL,
    "/admin/notices/read/": POSTED,
    "/admin/notices/1/open/": POSTED,
    LIST: ALL,
    ADD: ALL,
    f"{LIST}calendar/": ALL,
    f"{LIST}?queue=mine": ALL,
    f"{LIST}import/": DESK_HIDDEN,
    f"{LIST}preview/": NOTHING,  # asked by POST
    f"{LIST}nothing/history/": ON,  # to the front page
    "/admin/posts/media/": ALL,
    "/admin/posts/media/add/": ALL,
    "/admin/posts/media/{media}/": ON,
    "/admin/posts/media/{media}/change/": ALL,
    "/admin/posts/media/{media}/history/": ALL,
    "/admin/posts/media/{media}/delete/": NOBODY,
    "/admin/posts/tag/": ALL,
    "/admin/posts/tag/add/": DESK,
    "/admin/posts/tag/{tag}/": ON,
    "/admin/posts/tag/{tag}/change/": ALL,
    "/admin/posts/tag/{tag}/history/": ALL,
    "/admin/posts/tag/{tag}/delete/": DESK,
    "/admin/posts/tag/{tag}/merge/": HIDDEN,
    "/admin/posts/category/": ALL,
    "/admin/posts/category/add/": DESK,
    "/admin/posts/category/order/": DESK_HIDDEN,
    "/admin/posts/category/{category}/": ON,
    "/admin/posts/category/{category}/change/": ALL,
    "/admin/posts/category/{category}/history/": ALL,
    "/admin/posts/category/{category}/delete/": DESK,
    "/admin/posts/category/{category}/merge/": HIDDEN,
    "/admin/posts/series/": ALL,
    "/admin/posts/series/add/": DESK,
    "/admin/posts/series/{series}/": ON,
    "/admin/posts/series/{series}/change/": ALL,
    "/admin/posts/series/{series}/history/": ALL,
    "/admin/posts/series/{series}/delete/": DESK,
    "/admin/posts/series/{series}/merge/": HIDDEN,
    "/admin/posts/author/": ALL,
    "/admin/posts/author/add/": DESK,
    "/admin/posts/author/{author}/": ON,
    "/admin/posts/author/{author}/change/": ALL,
    "/admin/posts/author/{author}/history/": ALL,
    "/admin/posts/author/{author}/delete/": DESK,
    "/admin/posts/author/{author}/merge/": HIDDEN,
    "/admin/posts/redirect/": DESK,
    "/admin/posts/redirect/add/": CHIEF,
    "/admin/posts/redirect/try/": DESK_HIDDEN,
    "/admin/posts/redirect/csv/": DESK_HIDDEN,
    "/admin/posts/redirect/paste/": HIDDEN,
    "/admin/posts/redirect/{redirect}/": ON,
    "/admin/posts/redirect/{redirect}/change/": DESK,
    "/admin/posts/redirect/{redirect}/history/": DESK,
    "/admin/posts/redirect/{redirect}/delete/": CHIEF,
    "/admin/posts/redirect/{foreign_redirect}/change/": FOREIGN,
    "/admin/posts/redirect/{foreign_redirect}/history/": FOREIGN,
    "/admin/posts/redirect/{foreign_redirect}/delete/": CHIEF,
    "/admin/posts/event/": DESK,
    "/admin/posts/event/add/": NOBODY,
    "/admin/posts/event/csv/": DESK_HIDDEN,
    "/admin/posts/event/csv/{post}/": DESK_HIDDEN,
    "/admin/posts/event/csv/{foreign}/": [404, 404, 200, 200, 200],
    "/admin/posts/event/{event}/": ON,
    "/admin/posts/event/{event}/change/": DESK,
    "/admin/posts/event/{event}/history/": DESK,
    "/admin/posts/event/{event}/delete/": NOBODY,
    "/admin/posts/event/{foreign_event}/change/": FOREIGN,
    "/admin/posts/event/{foreign_event}/history/": FOREIGN,
    "/admin/posts/checkrule/": ALL,
    "/admin/posts/checkrule/add/": CHIEF,
    "/admin/posts/checkrule/{checkrule}/": ON,
    "/admin/posts/checkrule/{checkrule}/change/": ALL,
    "/admin/posts/checkrule/{checkrule}/history/": ALL,
    "/admin/posts/checkrule/{checkrule}/delete/": CHIEF,
    "/admin/posts/delivery/": DESK,
    "/admin/posts/delivery/add/": NOBODY,
    "/admin/posts/delivery/{delivery}/": ON,
    "/admin/posts/delivery/{delivery}/change/": DESK,
    "/admin/posts/delivery/{delivery}/history/": DESK,
    "/admin/posts/delivery/{delivery}/delete/": NOBODY,
    "/admin/posts/delivery/{foreign_delivery}/change/": FOREIGN,
    "/admin/posts/delivery/{foreign_delivery}/history/": FOREIGN,
    "/admin/posts/sitesettings/": [403, 403, 403, 302, 302],  # its list is its form
    "/admin/posts/sitesettings/add/": NOBODY,
    "/admin/posts/sitesettings/{sitesettings}/": ON,
    "/admin/posts/sitesettings/{sitesettings}/change/": CHIEF,
    "/admin/posts/sitesettings/{sitesettings}/history/": CHIEF,
    "/admin/posts/sitesettings/{sitesettings}/delete/": NOBODY,
    "/admin/me/": ALL,
    "/admin/me/sessions/": POSTED,
    "/admin/posts/person/": CHIEF,
    "/admin/posts/person/add/": NOTHING,
    "/admin/posts/person/{user}/": NOTHING,
    "/admin/posts/person/{user}/change/": HIDDEN,
    "/admin/posts/person/{user}/delete/": NOTHING,
    "/admin/posts/person/{user}/history/": NOTHING,
    "/admin/posts/person/{user}/role/": HIDDEN,
    "/admin/posts/person/{user}/mail/": HIDDEN,
    "/admin/posts/person/{user}/sessions/": HIDDEN,
    "/admin/posts/person/{user}/stop/": HIDDEN,
    "/admin/posts/person/{user}/resume/": HIDDEN,
    "/admin/posts/person/{root}/change/": HIDDEN,
    "/admin/posts/person/{root}/role/": ROOT_HIDDEN,
    "/admin/posts/person/{root}/mail/": ROOT_HIDDEN,
    "/admin/posts/person/{root}/sessions/": ROOT_HIDDEN,
    "/admin/posts/person/{root}/stop/": ROOT_HIDDEN,
    "/admin/posts/invitation/": CHIEF,
    "/admin/posts/invitation/add/": HIDDEN,
    "/admin/posts/invitation/{invitation}/revoke/": HIDDEN,
    "/admin/posts/invitation/{invitation}/change/": NOTHING,
    "/admin/posts/invitation/{invitation}/delete/": NOTHING,
    "/admin/auth/user/": NOTHING,
    "/admin/auth/user/{user}/change/": NOTHING,
    "/admin/auth/user/{user}/password/": NOTHING,
    "/admin/auth/group/": NOTHING,
    "/admin/taggit/tag/": NOTHING,
}


@pytest.mark.parametrize("way", PAGES)
def test_pages(act, restricted, things, way):
    address = way.format(**things)
    for role, status in zip(WORKERS, PAGES[way], strict=True):
        answer = act(role).get(address)
        assert answer.status_code == status, role
        assert not to_login(answer), role
        assert status == 200 or "よその題" not in answer.content.decode(), role
    for role in STRANGERS:
        answer = act(role).get(address)
        assert to_login(answer) or answer.status_code == 404, role


def test_lists_name_no_manuscript_outside_the_beat(act, restricted, things):
    client = act("restricted")
    for way in (LIST, "/admin/", *(f"/admin/posts/{one}/" for one in ("event", "redirect"))):
        page = client.get(way).content.decode()
        assert "予定の題" in page, way
        assert "よその題" not in page, way


NO_INLINES = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
RULE = {"check_name": CHECKS[1].name, "level": "off"}
LEVELS = {check.name: "off" for check in CHECKS}
SITE = {"name": "新聞", "reading_rate": 500, "face": "mincho", "accent": "#b3301a"}
SURE = {"post": "yes"}

BY_ALL = [302] * 5
BY_DESK = [403, 302, 302, 302, 302]
BY_CHIEF = [403, 403, 403, 302, 302]
BY_CHIEF_HIDDEN = [404, 404, 404, 302, 302]

# What is saved or done (302), and what a form answers that lacks something (200).
#        writer, restricted, editor, chief, admin
SAVES = {
    "/admin/posts/media/add/": ({"alt": "海", "upload": partial(plain, color="navy")}, BY_ALL),
    "/admin/posts/media/{media}/change/": ({"alt": "別の海"}, BY_DESK),
    "/admin/posts/media/{media}/delete/": (SURE, NOBODY),
    "/admin/posts/tag/add/": ({"name": "新しい札", "slug": "new"} | NO_INLINES, BY_DESK),
    "/admin/posts/tag/{tag}/change/": ({"name": "別の札", "slug": "x"} | NO_INLINES, BY_DESK),
    "/admin/posts/tag/{tag}/delete/": (SURE, BY_DESK),
    "/admin/posts/category/add/": ({"name": "新分類", "slug": "new", "position": 0}, BY_DESK),
    "/admin/posts/category/{category}/change/": (
        {"name": "別の分類", "slug": "x", "position": 0},
        BY_DESK,
    ),
    "/admin/posts/category/{category}/delete/": (SURE, BY_DESK),
    "/admin/posts/series/add/": ({"name": "新連載", "slug": "new"}, BY_DESK),
    "/admin/posts/series/{series}/change/": ({"name": "別の連載", "slug": "x"}, BY_DESK),
    "/admin/posts/series/{series}/delete/": (SURE, BY_DESK),
    "/admin/posts/author/add/": ({"name": "新著者", "slug": "new", "kind": "person"}, BY_DESK),
    "/admin/posts/author/{author}/change/": (
        {"name": "別の著者", "slug": "x", "kind": "person"},
        BY_DESK,
    ),
    "/admin/posts/author/{author}/delete/": (SURE, BY_DESK),
    "/admin/posts/redirect/add/": ({"path": "/x/", "target": "/y/"}, BY_CHIEF),
    "/admin/posts/redirect/{redirect}/change/": ({"path": "/x/", "target": "/y/"}, BY_CHIEF),
    "/admin/posts/redirect/{redirect}/delete/": (SURE, BY_CHIEF),
    "/admin/posts/checkrule/": (LEVELS, BY_CHIEF),
    "/admin/posts/checkrule/add/": (RULE | {"category": "{category}"}, BY_CHIEF),
    "/admin/posts/checkrule/{checkrule}/change/": (
        RULE | {"category": "{category}"},
        BY_CHIEF,
    ),
    "/admin/posts/checkrule/{checkrule}/delete/": (SURE, BY_CHIEF),
    "/admin/posts/sitesettings/1/change/": (SITE, BY_CHIEF),
    "/admin/posts/sitesettings/1/delete/": (SURE, NOBODY),
    "/admin/posts/event/add/": ({"move": "publish", "title": "捏造"}, NOBODY),
    "/admin/posts/event/{event}/change/": ({"move": "publish", "title": "捏造"}, NOBODY),
    "/admin/posts/event/{event}/delete/": (SURE, NOBODY),
    "/admin/posts/delivery/add/": ({"kind": "live", "key": "forged"}, NOBODY),
    "/admin/posts/delivery/{delivery}/change/": ({"key": "forged"}, NOBODY),
    "/admin/posts/delivery/{delivery}/delete/": (SURE, NOBODY),
    f"{LIST}import/": ({}, DESK_HIDDEN),
    f"{LIST}preview/": ({}, [422] * 5),
    ADD: ({}, ALL),
    "/admin/posts/person/{user}/role/": ({"role": Role.CHIEF}, HIDDEN),
    "/admin/posts/person/{user}/stop/": ({}, HIDDEN),
    "/admin/posts/person/{root}/role/": ({"role": Role.CHIEF}, ROOT_HIDDEN),
    "/admin/posts/invitation/add/": ({"email": "x@example.jp"}, HIDDEN),
    "/admin/posts/invitation/{invitation}/revoke/": ({}, BY_CHIEF_HIDDEN),
    "/admin/me/": ({"part": "name", "name-family": "新姓"}, BY_ALL),
    "/admin/me/sessions/": ({"session": "unknown"}, BY_ALL),
    "/admin/notices/read/": ({"notice": "99999"}, NOTHING),
    "/admin/notices/99999/open/": ({}, NOTHING),
    "/admin/password_change/": ({}, ALL),
}
CHANGES_NOTHING_OF_OURS = {"/admin/me/sessions/"}


@pytest.mark.parametrize("way", SAVES)
def test_saves(act, restricted, things, way):
    data, expected = SAVES[way]
    data = {name: of(value, things) for name, value in data.items()}
    nobody = 403 if "title" in data else LOGIN  # a text is given back
    roles = [*ROLES[:3], *WORKERS]
    for role, status in zip(roles, [nobody, nobody, expected[0], *expected], strict=True):
        client, before = act(role), rows()
        with transaction.atomic():
            answer = client.post(way.format(**things), sent(data))
            changed = rows() != before
            transaction.set_rollback(True)
        assert answer.status_code == status, role
        assert to_login(answer) == (role in STRANGERS and status == LOGIN), role
        done = status == 302 and role not in STRANGERS and way not in CHANGES_NOTHING_OF_OURS
        assert changed == done, role


def of(value, things):
    """Return what a form sends: "{tag}" is the id of a thing."""
    return value.format(**things) if isinstance(value, str) else value


def sent(data):
    """Return `data` with its files, which are read once."""
    return {
        name: SimpleUploadedFile("空.png", value()) if callable(value) else value
        for name, value in data.items()
    }


def test_the_settings_have_one_row(act, chief):
    answer = act("chief").get("/admin/posts/sitesettings/")
    assert answer["Location"] == "/admin/posts/sitesettings/1/change/"
    assert act("outsider").get("/admin/posts/sitesettings/").status_code == 302
    assert SiteSettings.objects.count() == 1


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


# The way in and out. anonymous, outsider, another_writer, writer, editor, chief, admin,
# restricted
DOORS = {
    "/admin/login/": [200, 200, *[302] * 6],
    "/admin/logout/": [302, 302, *[405] * 6],  # asked by POST
}


@pytest.mark.parametrize("way", DOORS)
def test_doors(act, restricted, way):
    for role, status in zip([*ROLES[:7], "restricted"], DOORS[way], strict=True):
        assert act(role).get(way).status_code == status, role


def dead(post):
    """Return a delivery of `post` that was given up."""
    post.deliveries.update(dead=True, attempts=8, last_error="相手が答えません。")
    return post.deliveries.get()


#        another_writer, writer, editor, chief, admin; own, beat, foreign
AGAIN = [403, 403, 200, 302, 302, 200, 200, 200]  # an editor's list offers no action


def test_who_has_dead_letters_tried_again(act, manuscript):
    for role, status in zip(ROLES, [*KEPT_OUT, *AGAIN], strict=True):
        post = manuscript(role)
        post.publish(None)
        pk = dead(post).pk
        asked = {"action": "again", "_selected_action": pk}
        answer = act(role).post("/admin/posts/delivery/", asked)
        assert answer.status_code == status, role
        assert post.deliveries.filter(dead=False, attempts=0).exists() == (
            role in {"chief", "admin"}
        ), role


#        anonymous, outsider, another_writer, writer, editor, chief, admin, restricted
CHIEFS = [*KEPT_OUT, 404, 404, 404, 302, 302, 404]


@pytest.mark.parametrize("model", [Author, Category, Series, Tag])
def test_who_merges(act, restricted, model):
    name = model.__name__.lower()
    for role, status in zip([*ROLES[:7], "restricted"], CHIEFS, strict=True):
        old, new = (model.objects.create(name=f"{role}{n}", slug=f"{role}{n}") for n in (1, 2))
        answer = act(role).post(f"/admin/posts/{name}/{old.pk}/merge/", {"into": new.pk})
        assert answer.status_code == status, role
        old.refresh_from_db()
        assert (old.merged_into is not None) == (role in {"chief", "admin"}), role


def test_nothing_is_merged_by_get(act, things):
    new = Tag.objects.create(name="別の札")
    assert act("chief").get(f"/admin/posts/tag/{things['tag']}/merge/?into={new.pk}")
    assert not Tag.objects.exclude(merged_into=None).exists()


#        anonymous, outsider, another_writer, writer, editor, chief, admin, restricted
ORDER = [*KEPT_OUT, 404, 404, 302, 302, 302, 302]


def test_who_moves_categories(act, restricted):
    first, second = (Category.objects.create(name=n, slug=n) for n in "ab")
    for role, status in zip([*ROLES[:7], "restricted"], ORDER, strict=True):
        Category.objects.update(position=0)
        asked = {"category": second.pk, "move": "up"}
        answer = act(role).post("/admin/posts/category/order/", asked)
        assert answer.status_code == status, role
        first.refresh_from_db()
        done = role in {"editor", "chief", "admin", "restricted"}
        assert (first.position == 2) == done, role


def test_who_moves_categories_under_others(act, restricted, sections):
    beat, other = sections
    for role, status in zip([*ROLES[:7], "restricted"], ORDER, strict=True):
        Category.objects.update(parent=None)
        asked = {"category": other.pk, "move": "under", "parent": beat.pk}
        answer = act(role).post("/admin/posts/category/order/", asked)
        assert answer.status_code == status, role
        other.refresh_from_db()
        assert (other.parent == beat) == (role in {"editor", "chief", "admin"}), role


#        anonymous, outsider, another_writer, writer, editor, chief, admin, restricted
PASTE = [*KEPT_OUT, 404, 404, 404, 200, 200, 404]


def test_who_pastes_redirects(act, restricted):
    for role, status in zip([*ROLES[:7], "restricted"], PASTE, strict=True):
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

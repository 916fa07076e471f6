"""What is done on the desk beside manuscripts stands in the log."""

import pytest

from posts.models import (
    Author,
    Category,
    CheckRule,
    Event,
    Media,
    Series,
    SiteSettings,
    Tag,
)
from tests.admin.desk import seen
from tests.people.conftest import PASSWORD, known, quick  # noqa: F401
from tests.test_media import plain

pytestmark = pytest.mark.django_db

SITE = "/admin/posts/sitesettings/1/change/"
SETTINGS = {"name": "新聞", "reading_rate": 400, "face": "mincho", "accent": "#b3301a"}
NO_ALIAS = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}


@pytest.fixture
def desk(client, chief, known):  # noqa: F811
    """A chief's browser."""
    SiteSettings.objects.create(pk=1, name="新聞")
    client.force_login(known(chief))
    return client


def logged(**wanted):
    """Return move, title and note of the log, without logins, oldest first."""
    events = Event.objects.filter(**wanted).exclude(move="login").order_by("pk")
    return list(events.values_list("move", "title", "note"))


# What is added, changed and deleted


@pytest.mark.parametrize(
    ("model", "word"),
    [(Tag, "タグ"), (Category, "カテゴリー"), (Series, "連載"), (Author, "著者")],
)
def test_a_new_row_is_logged(desk, model, word, chief):
    fields = {"name": "名", "slug": "na", "yomi": "", "position": 0, "kind": "person"}
    desk.post(f"/admin/posts/{model._meta.model_name}/add/", fields | NO_ALIAS)
    assert logged(by=chief) == [("add", "名", word)]
    assert Event.objects.get().detail == {
        "kind": model._meta.model_name,
        "id": model.objects.get().pk,
    }


def test_other_names_of_a_tag_are_logged(desk):
    tag = Tag.objects.create(name="AI", slug="ai")
    fields = {"name": "AI", "slug": "ai", "yomi": "", **NO_ALIAS, "aliases-TOTAL_FORMS": 1}
    row = {"aliases-0-id": "", "aliases-0-tag": tag.pk, "aliases-0-name": "人工知能"}
    desk.post(f"/admin/posts/tag/{tag.pk}/change/", fields | row)
    row |= {"aliases-0-id": tag.aliases.get().pk, "aliases-0-DELETE": "on"}
    desk.post(f"/admin/posts/tag/{tag.pk}/change/", fields | row | {"aliases-INITIAL_FORMS": 1})
    assert not tag.aliases.exists()
    assert logged() == [
        ("change", "AI", "タグ：別名「人工知能」の追加"),
        ("change", "AI", "タグ：別名「人工知能」の削除"),
    ]


def test_a_renaming_is_logged_once(desk):
    tag = Tag.objects.create(name="AI", slug="ai")
    fields = {"name": "人工知能", "slug": "ai", "yomi": "", **NO_ALIAS}
    for _ in range(2):
        desk.post(f"/admin/posts/tag/{tag.pk}/change/", fields)
    assert logged() == [("relabel", "人工知能", "タグ：名称")]


def test_exceptions_from_the_checks_are_logged(desk):
    category = Category.objects.create(name="広告", slug="pr")
    rules, fields = "/admin/posts/checkrule/", {"check_name": "byline", "category": category.pk}
    desk.post(f"{rules}add/", {**fields, "level": "off"})
    rule = CheckRule.objects.get()
    desk.post(f"{rules}{rule.pk}/change/", {**fields, "level": "block"})
    desk.post(f"{rules}{rule.pk}/delete/", {"post": "yes"})
    assert not CheckRule.objects.exists()
    assert logged() == [
        ("checks", "広告：署名", "公開前の検査：追加"),
        ("checks", "広告：署名", "公開前の検査：扱い"),
        ("checks", "広告：署名", "公開前の検査：削除"),
    ]
    levels = [event.detail["byline"] for event in Event.objects.order_by("pk")]
    assert levels == ["off", "block", "block"]


def test_the_words_of_a_picture_are_logged(desk):
    media = Media.keep(plain(), "海.png")
    words = {"alt": "海", "caption": "", "credit": ""}
    desk.post(f"/admin/posts/media/{media.pk}/change/", words)
    assert [(move, note) for move, _, note in logged()] == [("change", "画像：代替文")]


def test_a_redirect_is_logged_once(desk):
    desk.post("/admin/posts/redirect/add/", {"path": "/old/", "target": "/new/"})
    assert [move for move, _, _ in logged()] == ["redirect"]


# The settings of the site


def test_settings_are_logged(desk):
    desk.post(SITE, {**SETTINGS, "name": "推論新聞"})
    desk.post(SITE, {**SETTINGS, "name": "推論新聞"})
    assert logged() == [("settings", "サイトの設定", "サイトの設定：サイト名")]


@pytest.mark.parametrize("typed", ["", "wrong"])
def test_publishing_is_not_handed_out_without_the_password(desk, typed):
    answer = desk.post(SITE, {**SETTINGS, "editors_publish": "on", "password": typed})
    assert "パスワードが違います" in seen(answer)
    assert not SiteSettings.load().editors_publish
    assert [move for move, _, _ in logged()] == ["login_failed"]


def test_publishing_is_handed_out_with_the_password_and_logged(desk):
    desk.post(SITE, {**SETTINGS, "editors_publish": "on", "password": PASSWORD})
    assert SiteSettings.load().editors_publish
    assert logged() == [("settings", "サイトの設定", "サイトの設定：編集者も公開できる")]
    assert Event.objects.get().detail == {"editors_publish": True}
    desk.post(SITE, SETTINGS)
    assert SiteSettings.load().editors_publish  # taking it away asks too


# The own password


def test_a_wrong_old_password_is_logged(desk, chief):
    wrong = {"old_password": "x", "new_password1": "まったく別の言葉", "new_password2": "違う"}
    desk.post("/admin/password_change/", wrong)
    assert logged(by=chief) == [("login_failed", "chief", "パスワードの変更")]


def test_guesses_at_the_old_password_are_logged_until_they_are_too_many(desk):
    for _ in range(12):
        desk.post("/admin/password_change/", {"old_password": "x"})
    assert [move for move, _, _ in logged()] == ["login_failed"] * 10 + ["login_refused"]

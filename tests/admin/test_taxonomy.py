"""Authors, categories, tags and series on the desk."""

import pytest

from posts.models import Author, Category, Redirect, Series, SiteSettings, Tag, TagAlias
from tests.admin.desk import seen
from tests.cast import begin

pytestmark = pytest.mark.django_db

ALIASES = {
    "aliases-TOTAL_FORMS": 1,
    "aliases-INITIAL_FORMS": 0,
    "aliases-MIN_NUM_FORMS": 0,
    "aliases-MAX_NUM_FORMS": 1000,
    "aliases-0-id": "",
    "aliases-0-name": "",
}


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def add(client, model, **fields):
    """Post the form of a new row of `model` and return the answer."""
    return client.post(f"/admin/posts/{model}/add/", fields | (ALIASES if model == "tag" else {}))


def change(client, model, pk, **fields):
    """Post the form of a row and return the answer."""
    return client.post(f"/admin/posts/{model}/{pk}/change/", fields)


def test_a_tag_in_another_spelling_is_the_same(desk):
    assert add(desk, "tag", name="AI", slug="ai", yomi="").status_code == 302
    answer = add(desk, "tag", name="ＡＩ", slug="ai-2", yomi="")
    assert "もうあります" in seen(answer)
    assert Tag.objects.count() == 1


def test_an_alias_is_no_second_tag(desk):
    add(desk, "tag", name="AI", slug="ai", yomi="", **{"aliases-0-name": "x"})
    tag = Tag.objects.get()
    rows = ALIASES | {"aliases-0-tag": tag.pk, "aliases-0-name": "人工知能"}
    change(desk, "tag", tag.pk, name="AI", slug="ai", yomi="", **rows)
    assert TagAlias.objects.get().tag == tag
    assert "もう" in seen(add(desk, "tag", name="人工知能", slug="x", yomi=""))


def test_a_renamed_tag_is_renamed_for_readers(desk):
    [tag] = Tag.named(["旧"])
    begin(slug="x", tags=(tag.pk,)).publish(None)
    change(desk, "tag", tag.pk, name="新", slug=tag.slug, yomi="", **ALIASES)
    assert "新" in seen(desk.get("/posts/x/"))


@pytest.mark.parametrize("slug", ["a/b", "a b", "../x", "?", "<b>", "a" * 101])
@pytest.mark.parametrize("model", ["tag", "category", "series", "author"])
def test_a_slug_that_is_no_slug_is_refused(desk, model, slug):
    answer = add(desk, model, name="名", slug=slug, yomi="", position=0, kind="person")
    assert answer.status_code == 200
    assert "スラッグ" in seen(answer)


@pytest.mark.parametrize("model", [Category, Series, Author])
def test_a_name_is_there_once(desk, model):
    model.objects.create(name="名", slug="one")
    fields = {"name": "名", "slug": "two", "position": 0, "kind": "person"}
    assert add(desk, model.__name__.lower(), **fields).status_code == 200
    assert model.objects.count() == 1


def test_a_category_is_not_below_itself(desk):
    top = Category.objects.create(name="上", slug="a")
    below = Category.objects.create(name="下", slug="b", parent=top)
    for parent in (top, below):
        answer = change(desk, "category", top.pk, name="上", slug="a", position=0, parent=parent.pk)
        assert "下には置けません" in seen(answer)


def test_what_is_used_is_not_deleted(desk):
    rows = {
        "category": Category.named("分類"),
        "series": Series.named("連載"),
        "author": Author.named("著者"),
        "tag": Tag.named(["札"])[0],
    }
    begin(
        category=rows["category"].pk,
        series=rows["series"].pk,
        tags=(rows["tag"].pk,),
        bylines=((rows["author"].pk, ""),),
    ).publish(None)
    for name, row in rows.items():
        answer = desk.post(f"/admin/posts/{name}/{row.pk}/delete/", {"post": "yes"})
        assert answer.status_code in {200, 403}
        selected = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        assert desk.post(f"/admin/posts/{name}/", selected).status_code in {200, 302}
        assert type(row).objects.filter(pk=row.pk).exists()


def test_names_are_text_everywhere(desk):
    naughty = "<script>alert(1)</script>"
    fields = {
        "category": Category.objects.create(name=naughty, slug="c", description=naughty).pk,
        "series": Series.objects.create(name=naughty, slug="s", description=naughty).pk,
        "tags": (Tag.objects.create(name=naughty, slug="t", yomi=naughty).pk,),
        "bylines": ((Author.objects.create(name=naughty, slug="a", bio=naughty).pk, ""),),
    }
    SiteSettings.objects.create(pk=1, name=naughty, tagline=naughty)
    post = begin(title=naughty, deck=naughty, slug="x", **fields)
    post.publish(None)
    Redirect.objects.create(path=f"/{naughty}/", post=post)
    models = ("category", "series", "tag", "author", "redirect", "event", "post")
    pages = [f"/admin/posts/{model}/" for model in models]
    pages += ["/admin/", f"/admin/posts/post/{post.pk}/change/", "/admin/posts/tag/1/change/"]
    pages += [
        "/",
        "/posts/x/",
        "/categories/c/",
        "/tags/t/",
        "/authors/",
        "/authors/a/",
        "/series/",
    ]
    pages += ["/series/s/", "/nothing/", f"/admin/posts/post/{post.pk}/history/"]
    for page in pages:
        answer = desk.get(page, follow=True)
        assert answer.status_code in {200, 404}
        assert "<script>alert" not in answer.content.decode(), page


def test_an_author_may_have_a_login_of_the_desk(desk, writer):
    fields = {"name": "著者", "slug": "a", "kind": "person", "user": writer.pk}
    assert add(desk, "author", **fields).status_code == 302
    assert Author.objects.get().user == writer


def test_the_settings_are_kept_within_sense(desk):
    SiteSettings.objects.create(pk=1)
    wrong = change(desk, "sitesettings", 1, name="", reading_rate="0")
    assert wrong.status_code == 200
    right = {"name": "推論新聞", "reading_rate": "500", "face": "gothic", "accent": "#123456"}
    assert change(desk, "sitesettings", 1, **right).status_code == 302
    assert SiteSettings.load().reading_rate == 500


def test_a_reading_speed_of_nothing_is_refused(desk):
    SiteSettings.objects.create(pk=1)
    fields = {"name": "推論新聞", "tagline": "", "publisher": "", "reading_rate": "0"}
    assert change(desk, "sitesettings", 1, **fields).status_code == 200
    assert SiteSettings.load().reading_rate == 400


@pytest.mark.parametrize("target", ["javascript:alert(1)", "//evil.example/", "nowhere", "/ok/"])
def test_a_redirect_leads_to_an_address(desk, target):
    answer = add(desk, "redirect", path="/old/", target=target, post="", media="")
    kept = Redirect.objects.filter(path="/old/").exists()
    assert kept == (target == "/ok/"), seen(answer)

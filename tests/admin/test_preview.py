"""A preview is the page: the same as what is published afterwards, stored nowhere."""

import re

import pytest

from posts.models import Author, Category, Media, Post, Series, Tag
from tests.admin.desk import ADD, EMPTY, LIST, at, form, rows, seen
from tests.cast import begin, rewrite
from tests.test_media import plain

pytestmark = pytest.mark.django_db

NEW = f"{LIST}preview/"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


@pytest.fixture
def typed():
    """A form with something in every field."""
    media = Media.keep(plain(), "海.png", alt="海")
    authors = [Author.objects.create(name=name, slug=name) for name in ("渡辺", "阿部")]
    Tag.named(["AI", "投資", "中国"])
    parts = [
        "書き出しの\n段落。",
        "## 見出し",
        f"![図]({media.url})",
        "**太字**。[^1]",
        "[^1]: 注。",
    ]
    category = Category.objects.create(name="分類", slug="c")
    series = Series.objects.create(name="連載", slug="s")
    # A section and a series that have an article already: the page names both.
    other = begin(title="第一回", slug="one", category=category.pk, series=series.pk, series_part=1)
    other.publish(None)
    fields = {
        "title": "題「推論」は、何を変えるのか？",
        "slug": "look",
        "deck": "リードの文。",
        "body": "\n\n".join(parts),
        "excerpt": "**要約**の文。",
        "category": category.pk,
        "series": series.pk,
        "series_part": 2,
        "cover": media.pk,
        "tags": "投資、中国、AI",
    }
    return form(signed=[(authors[0], ""), (authors[1], "photo")], **fields)


def public_part(page):
    """Return a page without what may differ: the bar, the robots, its address, the moment."""
    page = re.sub(r'<p class="preview-bar".*?</p>', "", page, flags=re.DOTALL)
    page = re.sub(r"<meta[^>]*robots[^>]*>", "", page)
    page = re.sub(r'<link rel="canonical"[^>]*>|<meta property="og:url"[^>]*>', "", page)
    page = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d:\d\d", "TIME", page)
    return [line.strip() for line in page.splitlines() if line.strip()]


def published(client, **asked):
    """Publish the one manuscript and return its public page."""
    post = Post.objects.latest("pk")
    post.publish(None, **asked)
    return client.get(post.live().get_absolute_url()).content.decode()


def test_the_form_of_a_new_manuscript_looks_as_it_will(desk, typed):
    preview = desk.post(NEW, typed)
    assert preview.status_code == 200
    assert desk.post(ADD, typed).status_code == 302
    assert public_part(preview.content.decode()) == public_part(published(desk))


def test_an_unsaved_change_looks_as_it_will(desk, typed):
    desk.post(ADD, typed)
    post = Post.objects.latest("pk")
    post.publish(None)
    changed = form(post, title="直した題", body="直した本文。", tags="AI、中国", signed=[])
    preview = desk.post(at(post, "preview/"), changed).content.decode()
    desk.post(at(post), changed)
    assert public_part(preview) == public_part(published(desk))


def test_a_static_page_looks_as_it_will(desk):
    typed = form(title="会社案内", kind="page", slug="about", body="## 会社\n\n本文。")
    preview = desk.post(NEW, typed).content.decode()
    desk.post(ADD, typed)
    assert public_part(preview) == public_part(published(desk))


def test_a_tag_by_another_name_looks_as_it_will(desk):
    [tag] = Tag.named(["AI"])
    tag.aliases.create(name="人工知能")
    typed = form(slug="x", tags="人工知能")
    preview = desk.post(NEW, typed).content.decode()
    desk.post(ADD, typed)
    assert public_part(preview) == public_part(published(desk))


def test_tags_that_do_not_exist_yet_look_as_they_will(desk):
    Tag.named(["投資"])
    typed = form(slug="x", tags="新しい札、投資、C++")
    preview = desk.post(NEW, typed).content.decode()
    desk.post(ADD, typed)
    assert public_part(preview) == public_part(published(desk))


@pytest.mark.parametrize("by", ["form", "new", "saved", "revision"])
def test_it_makes_no_row(desk, typed, by):
    post = begin(slug="other")
    rewrite(post, "二つめ")
    typed["tags"] = "新しい札、AI"
    before = rows()
    if by == "new":
        answer = desk.post(NEW, typed)
    elif by == "form":
        answer = desk.post(at(post, "preview/"), typed | {"base": post.version})
    else:
        answer = desk.get(at(post, "preview/" + "?revision=1" * (by == "revision")))
    assert answer.status_code == 200
    assert rows() == before


def test_every_revision_can_be_seen(desk):
    post = begin(body="一つめの本文")
    rewrite(post, "題", body="二つめの本文")
    assert "一つめの本文" in seen(desk.get(at(post, "preview/?revision=1")))
    assert "二つめの本文" in seen(desk.get(at(post, "preview/?revision=2")))
    assert "二つめの本文" in seen(desk.get(at(post, "preview/")))


@pytest.mark.parametrize("number", ["0", "9", "x", "-1", "1.0", "", "９", "9" * 5000, "1 OR 1"])
def test_a_revision_that_is_none_is_not_there(desk, number):
    post = begin()
    answer = desk.get(at(post, "preview/"), {"revision": number})
    assert answer.status_code == 404


def test_it_says_that_it_is_a_preview_and_is_kept_by_nobody(desk):
    post = begin()
    answer = desk.get(at(post, "preview/"))
    page = answer.content.decode()
    assert "下見" in page
    assert re.search(r'<meta name="robots" content="noindex', page)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


def test_it_runs_no_script_either(desk):
    answer = desk.post(NEW, form(body="<script>alert(1)</script>\n\n[x](javascript:alert(1))"))
    page = answer.content.decode()
    assert "alert(1)</script>" not in page
    assert "javascript:" not in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("typed", [{"title": ""}, {"category": "999"}, {"slug": "admin"}])
def test_a_form_with_errors_says_which(desk, typed):
    answer = desk.post(NEW, form(**typed))
    assert answer.status_code == 422
    assert "候補" in seen(answer) or "入力" in seen(answer) or "住所" in seen(answer)


def test_an_empty_form_is_no_error(desk):
    assert desk.post(NEW, {}).status_code == 422
    assert desk.post(NEW, EMPTY).status_code in {200, 422}


def test_a_new_form_is_previewed_by_posting_it(desk):
    assert desk.get(NEW).status_code == 404
    assert desk.get(f"{NEW}?title=x").status_code == 404


def test_a_reader_never_sees_what_was_previewed(desk, client):
    post = begin(title="公開した題", slug="x")
    post.publish(None)
    desk.post(at(post, "preview/"), form(post, title="書きかけの題"))
    assert "書きかけの題" not in client.get("/posts/x/").content.decode()

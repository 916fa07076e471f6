"""「この公開で更新されるページ」: what the confirmation of a publication says it changes."""

import re

import pytest
from django.utils import timezone

from posts.models import JST, Author, Category, Tag
from tests.admin.desk import at
from tests.cast import START, begin, rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, chief):
    client.force_login(chief)
    return client


def told(desk, post):
    """Return the pages that the confirmation names."""
    page = desk.get(at(post, "move/publish/")).content.decode()
    found = re.search(r'<details class="updated">(.*?)</details>', page, re.DOTALL)
    return [re.sub("<[^>]+>", "", one) for one in re.findall("<li>(.*?)</li>", found[1])]


def filed(slug, **fields):
    """Return a manuscript with a category, a tag and an author."""
    [tag] = Tag.named(["半導体"])
    return begin(
        slug=slug,
        category=Category.named("国際").pk,
        tags=(tag.pk,),
        bylines=((Author.named("山田").pk, ""),),
        **fields,
    )


def test_a_new_article_comes_into_all_its_lists(desk):
    today = timezone.now().astimezone(JST)
    assert told(desk, filed("x")) == [
        "この記事",
        "トップページ",
        "カテゴリー「国際」",
        "タグ「半導体」",
        "著者「山田」",
        f"{today.year}年{today.month}月の記事",
        "前後の記事（つながり）",
        "フィードとサイトマップ",
        "すべてのページ（題字の下のカテゴリーが変わります）",
    ]


def test_an_update_changes_the_article_and_its_cards(desk):
    post = filed("x")
    post.publish(None)
    rewrite(post, "新しい題")
    assert told(desk, post) == ["この記事", "この記事が載っている一覧", "フィードとサイトマップ"]


def test_an_update_with_another_tag_names_that_tag_alone(desk):
    post = filed("x")
    post.publish(None)
    [tag] = Tag.named(["台湾"])
    rewrite(post, "新しい題", tags=(*post.manuscript.tags, tag.pk))
    assert "タグ「台湾」" in told(desk, post)
    assert "タグ「半導体」" not in told(desk, post)


def test_a_static_page_is_in_no_list(desk):
    page = begin(kind="page", slug="about")
    assert told(desk, page) == ["このページ", "フィードとサイトマップ"]


def test_a_second_article_of_a_category_leaves_the_masthead_alone(desk):
    filed("first").publish(None, now=START)
    assert "すべてのページ（題字の下のカテゴリーが変わります）" not in told(desk, filed("second"))

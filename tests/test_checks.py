"""What is looked at before a publication: each check, and how strict it is where."""

import pytest

from posts.models import (
    Author,
    Category,
    CheckRule,
    Comment,
    Draft,
    Media,
    Span,
    compose,
    examine,
)
from tests.cast import begin, minute

pytestmark = pytest.mark.django_db
OFF, WARN, BLOCK = CheckRule.Level.OFF, CheckRule.Level.WARN, CheckRule.Level.BLOCK


@pytest.fixture
def complete():
    """The fields of a manuscript that no check finds anything in."""
    return {
        "slug": "a",
        "excerpt": "要約。",
        "category": Category.objects.create(name="政治", slug="politics").pk,
        "bylines": ((Author.objects.create(name="山田", slug="yamada").pk, ""),),
    }


def draft(**fields):
    post = begin(**fields)
    manuscript = post.head.manuscript
    return Draft(post, manuscript, compose(post, manuscript, Span(minute(0))))


def found(**fields):
    """Return the names of the checks that find something."""
    return [finding.check.name for finding in examine(draft(**fields))]


def rule(name, level, category=None):
    CheckRule.objects.create(check_name=name, level=level, category=category)


def test_a_complete_manuscript_passes(complete):
    assert found(**complete) == []


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("title", {"title": "長い題" * 20}),
        ("category", {"category": None}),
        ("byline", {"bylines": ()}),
        ("links", {"body": "[前の記事](post:missing)"}),
        ("image-alt", {"body": "![](/media/x.png)\n\n本文。"}),
        ("markup", {"body": "これは** 強調 **です。"}),
    ],
)
def test_each_check_finds_its_own(complete, name, changed):
    assert found(**complete | changed) == [name]


@pytest.mark.parametrize(
    ("name", "changed"), [("slug", {"slug": ""}), ("excerpt", {"excerpt": ""})]
)
def test_some_are_off_until_somebody_wants_them(complete, name, changed):
    one = draft(**complete | changed)
    assert examine(one) == []
    rule(name, WARN)
    assert [finding.check.name for finding in examine(one)] == [name]


def test_a_cover_without_words(complete):
    cover = Media.objects.create(original="aa/x.png", width=1, height=1, size=1, digest="x")
    assert found(**complete, cover=cover.pk) == ["cover-alt"]


def test_open_comments_count_and_resolved_ones_do_not(complete, editor):
    one = draft(**complete)
    made = [
        Comment.objects.create(post=one.post, by=editor, at=minute(1), body="？", revision=1)
        for _ in range(2)
    ]
    Comment.objects.create(
        post=one.post, thread=made[0], by=editor, at=minute(2), body="答え", revision=1
    )
    [finding] = examine(one)
    assert "2件" in finding.message
    Comment.objects.update(resolved_at=minute(3))
    assert examine(one) == []


def test_a_static_page_needs_no_section_and_no_signature():
    post = begin(kind="page", slug="about")
    composed = compose(post, post.head.manuscript, Span(minute(0)))
    assert examine(Draft(post, post.head.manuscript, composed)) == []


def test_the_nearest_rule_holds(complete):
    above = Category.objects.get(pk=complete["category"])
    below = Category.objects.create(name="内閣", slug="cabinet", parent=above)
    lacking = complete | {"bylines": ()}
    rule("byline", BLOCK)
    assert examine(draft(**lacking))[0].blocks
    rule("byline", OFF, above)
    assert found(**lacking | {"category": below.pk, "slug": "b"}) == []
    rule("byline", WARN, below)
    [finding] = examine(draft(**lacking | {"category": below.pk, "slug": "c"}))
    assert not finding.blocks


def test_what_blocks_comes_first(complete):
    rule("links", BLOCK)
    lacking = complete | {"bylines": (), "body": "[前](post:missing)"}
    assert found(**lacking) == ["links", "byline"]

"""Beats: an editor who answers for some categories is a writer everywhere else."""

import pytest

from posts.models import Beat, Category, Delivery, Event, Post, Redirect, Refused, can, may
from tests.admin.desk import LIST, at, seen
from tests.cast import begin, minute, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sections():
    """Politics with the cabinet under it, and sports."""
    politics = Category.objects.create(name="政治", slug="politics")
    cabinet = Category.objects.create(name="内閣", slug="cabinet", parent=politics)
    return politics, cabinet, Category.objects.create(name="スポーツ", slug="sports")


@pytest.fixture
def politician(sections, editor):
    """An editor for politics."""
    Beat.objects.create(user=editor, category=sections[0])
    return editor


def test_the_beat_holds_what_is_below_and_what_has_no_category(politician, sections):
    politics, cabinet, sports = sections
    posts = {one: begin(title=str(one), category=one and one.pk) for one in (*sections, None)}
    found = {one for one, post in posts.items() if can(politician, "edit", post)}
    assert found == {politics, cabinet, None}
    listed = Post.objects.seen_by(politician)
    assert set(listed) == {posts[one] for one in found}
    assert not can(politician, "view", posts[sports])


def test_own_manuscripts_stay_own_elsewhere(politician, sections):
    own = begin(by=politician, category=sections[2].pk)
    assert can(politician, "submit", own)
    assert not can(politician, "approve", own)
    assert own in Post.objects.seen_by(politician)


def test_the_verbs_ask_too(politician, sections):
    foreign = begin(category=sections[2].pk)
    with pytest.raises(Refused):
        foreign.approve(politician, now=minute(1))


def test_an_editor_without_a_beat_and_a_chief_with_one_see_all(editor, chief, sections):
    Beat.objects.create(user=chief, category=sections[0])
    foreign = begin(category=sections[2].pk)
    assert can(editor, "approve", foreign)
    assert can(chief, "publish", foreign)


def test_a_publishing_editor_publishes_only_there(politician, sections):
    from posts.models import SiteSettings

    SiteSettings(pk=1, editors_publish=True).save()
    fresh = type(politician).objects.get(pk=politician.pk)
    assert can(fresh, "publish", begin(category=sections[1].pk))
    assert not can(fresh, "publish", begin(category=sections[2].pk))


def test_other_rights_stay(politician):
    assert may(politician, "classify")


def test_a_foreign_manuscript_answers_like_a_missing_one(client, politician, sections):
    foreign, gone = begin(category=sections[2].pk), begin(title="消えた")
    client.force_login(politician)
    missing = client.get(at(gone, "preview/").replace(f"/{gone.pk}/", "/99999/"))
    hidden = client.get(at(foreign, "preview/"))
    assert hidden.status_code == missing.status_code == 404
    assert "題名" not in seen(client.get(LIST))


def test_logs_name_no_foreign_manuscript(client, politician, sections):
    foreign = begin(title="隠れた題", category=sections[2].pk)
    Redirect.objects.create(path="/old/", post=foreign)
    Delivery.objects.create(kind="live", key="x", post=foreign, due_at=minute(0), dead=True)
    client.force_login(politician)
    for page in ("event", "redirect", "delivery"):
        assert "隠れた題" not in seen(client.get(f"/admin/posts/{page}/"))
    assert Event.objects.filter(title="隠れた題").exists()


def test_a_category_below_a_beat_asks_once(politician, sections, django_assert_num_queries):
    posts = [begin(category=sections[1].pk) for _ in range(5)]
    can(politician, "edit", posts[0])
    with django_assert_num_queries(0):
        assert all(can(politician, "edit", post) for post in posts)


def test_two_editors_of_two_beats(sections, editor):
    other = person("sportsman", "編集者")
    Beat.objects.create(user=other, category=sections[2])
    Beat.objects.create(user=editor, category=sections[0])
    post = begin(category=sections[2].pk)
    assert can(other, "edit", post)
    assert not can(editor, "edit", post)

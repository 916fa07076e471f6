"""Work on the desk of the demonstration: every stage has a manuscript, and nothing is public."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from posts import demo, demo_desk, demo_logins
from posts.models import GROUPS, Comment, Edition, Event, Post, Queue, SiteSettings
from posts.text import hints
from tests.imports.sites import load


@pytest.fixture
def home(db, tmp_path, settings):
    """The demonstration as the first start makes it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for role in GROUPS:
        Group.objects.get_or_create(name=role)
    load(Path(demo.__file__).parent)
    SiteSettings.objects.create(pk=1, **demo.PAPER)
    demo_logins.offer(tmp_path / "logins.json")
    return {user.username: user for user in demo_logins.ours()}


def titles(posts):
    return [post.title for post in posts]


def test_everybody_finds_work(home):
    now = timezone.now()
    assert demo_desk.lay(now)
    writer, editor = Queue(home["writer"], now), Queue(home["editor"], now)
    bus = Post.objects.get(slug="why-three-buses-an-hour").title
    assert "閉店の曲が鳴るあいだ" in titles(writer.mine)
    assert titles(writer.returned) == ["雨樋の角度"]
    assert titles(editor.review) == ["学校の時計は3分進んでいる", bus]
    assert titles(editor.ready) == ["芯を折らずに鉛筆を運ぶ"]
    assert titles(editor.changed) == [bus]
    assert titles(editor.overdue) == ["掲示板に残った画びょう"]
    assert titles(editor.scheduled) == ["だしは前の日に引く"]
    assert Comment.objects.open().count() == 3


def test_readers_see_none_of_it(home):
    before = list(Edition.objects.public().values_list("pk", "title", "html"))
    demo_desk.lay(timezone.now())
    assert list(Edition.objects.public().values_list("pk", "title", "html")) == before
    tomorrow = timezone.now() + timedelta(days=2)
    fresh = Edition.objects.public(tomorrow).exclude(pk__in=[pk for pk, *_ in before])
    assert titles(fresh) == ["だしは前の日に引く"]


def test_the_log_tells_a_week_in_order(home):
    now = timezone.now()
    demo_desk.lay(now)
    made = Event.objects.filter(by__in=home.values())
    assert made.exists()
    assert all(event.at <= now for event in made)
    for post in Post.objects.filter(created_by__isnull=False):
        moments = list(post.events.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments)


def test_it_is_laid_once(home):
    assert demo_desk.lay(timezone.now())
    Post.objects.get(title="掲示板に残った画びょう").erase(home["writer"])
    assert not demo_desk.lay(timezone.now())
    assert not Post.objects.filter(title="掲示板に残った画びょう").exists()


def test_another_paper_keeps_its_own_desk(home):
    SiteSettings.objects.update(name="日々新聞")
    assert not demo_desk.lay(timezone.now())
    assert not Post.objects.filter(created_by__isnull=False).exists()


def test_without_the_logins_there_is_nobody_to_work(home):
    User.objects.filter(username="editor").update(email="editor@example.jp")
    assert not demo_desk.lay(timezone.now())


@pytest.mark.parametrize("path", sorted(demo_desk.FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_a_manuscript_has_no_slip(path):
    assert hints(path.read_text(encoding="utf-8").split("---\n", 2)[2]) == ()

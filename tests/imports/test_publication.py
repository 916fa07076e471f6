"""What becomes public at an import, when, and under which date."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from posts.models import Edition, Event, Post, Revision
from tests.imports.sites import article, load, outcomes, rows, write

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)


@pytest.fixture
def one(tmp_path):
    """Write an article as the file 2024-01-02-x.md and return the path."""

    def one(title="題名", name="2024-01-02-x.md", body="本文です。\n", **front):
        path = tmp_path / name
        path.write_bytes(article(title, body, **front))
        return path

    return one


def test_an_article_is_visible_at_once_with_its_old_date(one):
    began = timezone.now()
    load(one(date="2024-01-02 10:00:00 +0900"))
    edition = Edition.objects.public().get()
    assert edition.published_at == edition.updated_at == datetime(2024, 1, 2, 1, tzinfo=UTC)
    assert edition.visible_from >= began
    assert edition.month == 202401
    assert not edition.is_updated


def test_an_article_without_a_date_is_of_today(one):
    load(one(name="x.md"))
    edition = Edition.objects.public().get()
    assert edition.published_at == edition.visible_from
    assert edition.slug


def test_the_import_is_logged_and_belongs_to_nobody(one):
    load(one())
    post = Post.objects.get()
    assert post.created_by is None
    assert set(Event.objects.values_list("move", flat=True)) == {"import", "publish"}
    assert post.head.why == Revision.Why.IMPORT


def test_a_date_to_come_is_scheduled(one, client):
    at = (timezone.now() + TOMORROW).replace(microsecond=0)
    load(one(slug="soon", date=at.isoformat()))
    edition = Edition.objects.get()
    assert edition.visible_from == edition.published_at == at
    assert not Edition.objects.public().exists()
    assert client.get("/posts/soon/").status_code == 404
    assert list(Edition.objects.public(at)) == [edition]


def test_it_is_there_at_its_minute_without_any_worker(one, client):
    now = timezone.now()
    load(one("きょうの記事", slug="soon", date=(now + TOMORROW).isoformat()))
    Post.objects.get().unschedule(None, now=now)
    Post.objects.get().publish(None, at=now + timedelta(seconds=1), now=now)
    assert client.get("/posts/soon/").status_code == 404
    while timezone.now() <= now + timedelta(seconds=1):
        pass
    page = client.get("/posts/soon/")
    assert page.status_code == 200
    assert "きょうの記事" in page.content.decode()


def test_a_scheduled_article_can_be_imported_anew(one):
    at = (timezone.now() + TOMORROW).replace(microsecond=0)
    load(one("前", date=at.isoformat()))
    path = one("後", date=(at + TOMORROW).isoformat())
    assert outcomes(load(path)) == {"2024-01-02-x.md": "更新"}
    edition = Edition.objects.get()
    assert (edition.title, edition.visible_from) == ("後", at + TOMORROW)
    before = rows()
    load(path)
    assert rows() == before


@pytest.mark.parametrize("front", [{"published": False}, {"draft": True}])
def test_what_the_file_holds_back_is_a_draft(one, front):
    load(one(**front))
    assert Post.objects.get().status == "draft"
    assert not Edition.objects.exists()


def test_the_folder_of_drafts_holds_drafts(tmp_path):
    load(write(tmp_path, {"_drafts/x.md": article("草稿"), "_posts/2024-01-02-y.md": article()}))
    assert Post.objects.get(title="草稿").status == "draft"
    assert not Post.objects.get(title="草稿").editions.exists()


def test_a_draft_that_the_next_file_publishes(one):
    load(one(published=False))
    load(one("公開します"))
    assert Edition.objects.public().get().title == "公開します"


def test_publish_overrules_the_file(one):
    load(one(published=False), publish=True)
    assert Edition.objects.public().count() == 1


def test_publish_still_keeps_a_date_to_come(one):
    load(one(date=(timezone.now() + TOMORROW).isoformat()), publish=True)
    assert not Edition.objects.public().exists()
    assert Edition.objects.count() == 1


def test_draft_overrules_the_file(one):
    load(one(), publish=False)
    assert not Edition.objects.exists()
    assert Post.objects.get().version == 1


def test_draft_takes_nothing_from_readers(one):
    load(one("前"))
    load(one("後"), publish=False)
    assert Edition.objects.public().get().title == "前"
    assert Post.objects.get().title == "後"


def test_a_dry_run_stores_nothing(tmp_path):
    source = write(tmp_path, {"a.md": article(tags=["AI"]), "b.md": article(author="山田")})
    before = rows()
    report = load(source, dry_run=True)
    assert outcomes(report) == {"a.md": "作成", "b.md": "作成"}
    assert rows() == before


def test_a_dry_run_of_a_change_stores_nothing(one):
    load(one("前"))
    before = rows()
    assert outcomes(load(one("後"), dry_run=True)) == {"2024-01-02-x.md": "更新"}
    assert rows() == before


def test_a_dry_run_says_what_the_real_run_will(tmp_path):
    files = {
        "_posts/2024-01-02-same.md": article("甲"),
        "_posts/2024-02-02-same.md": article("乙"),
        "_posts/2024-03-02-c.md": article(body="題名\n\n本文。\n"),
        "_posts/2024-03-02-d.md": b"",
    }
    source = write(tmp_path, files)
    tried, done = load(source, dry_run=True), load(source)
    assert [(one.name, one.outcome) for one in tried.results] == [
        (one.name, one.outcome) for one in done.results
    ]


def test_the_desks_schedule_outlives_a_changed_file(one, chief):
    load(one(), publish=False)
    post, at = Post.objects.get(), timezone.now() + TOMORROW
    post.publish(chief, at=at)
    load(one(title="直した題"))
    edition = Edition.objects.get()
    assert (edition.title, edition.visible_from) == ("直した題", at)


def test_the_desks_schedule_outlives_a_file_that_holds_back(one, chief):
    load(one(published=False))
    at = timezone.now() + TOMORROW
    Post.objects.get().publish(chief, at=at)
    load(one(title="直した題", published=False))
    edition = Edition.objects.get()
    assert (edition.title, edition.visible_from) == ("題名", at)


def test_what_the_desk_published_of_a_held_back_file_stays(one, chief):
    load(one(published=False))
    Post.objects.get().publish(chief)
    load(one(title="直した題", published=False))
    assert Edition.objects.public().get().title == "題名"


def test_drafts_that_did_not_change_are_published_when_asked(one):
    path = one()
    load(path, publish=False)
    assert outcomes(load(path)) == {path.name: "変更なし"}
    assert outcomes(load(path, publish=True)) == {path.name: "更新"}
    assert Edition.objects.public().count() == 1
    assert Post.objects.get().version == 1
    assert outcomes(load(path, publish=True)) == {path.name: "変更なし"}

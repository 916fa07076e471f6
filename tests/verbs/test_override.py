"""publish where a check stops it: refused, or with a reason that the log keeps."""

import pytest

from posts.models import CheckRule, Refused, Revision
from tests.admin.desk import at
from tests.cast import begin, log, minute, shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def strict(db):
    """Nothing is published without a signature."""
    CheckRule.objects.create(check_name="byline", level=CheckRule.Level.BLOCK)


def test_it_is_refused_and_says_why(chief):
    post = begin()
    with pytest.raises(Refused, match="署名がありません"):
        post.publish(chief, now=minute(1))
    assert shown(post, minute(2)) is None
    assert log(post) == ["create"]


def test_a_reason_is_kept(chief):
    post = begin()
    post.publish(chief, override="共同配信の記事のため", now=minute(1))
    event = post.events.get(move="publish")
    assert event.detail["overridden"] == ["byline"]
    assert event.detail["override"] == "共同配信の記事のため"


def test_spaces_are_no_reason(chief):
    with pytest.raises(Refused):
        begin().publish(chief, override="　 ", now=minute(1))


def test_what_is_stopped_by_nothing_keeps_no_reason(chief):
    CheckRule.objects.all().delete()
    post = begin()
    post.publish(chief, override="念のため", now=minute(1))
    assert "override" not in post.events.get(move="publish").detail


def test_the_operator_and_imports_are_not_stopped(chief):
    begin(slug="a").publish(None, now=minute(1))
    imported = begin(slug="b")
    imported.write(imported.manuscript, by=None, why=Revision.Why.IMPORT, now=minute(1))
    revision = imported.head
    revision.why = Revision.Why.IMPORT
    assert imported.publish(chief, revision, now=minute(2))


def test_the_confirmation_asks_for_the_reason(client, chief):
    post = begin()
    client.force_login(chief)
    page = client.get(at(post, "move/publish/")).content.decode()
    assert "公開できません" in page
    assert 'name="override"' in page
    answer = client.post(at(post, "move/publish/"), {"kind": "update", "version": 1})
    assert answer.status_code == 200
    assert post.live() is None
    given = {"kind": "update", "version": 1, "override": "急ぎのため"}
    client.post(at(post, "move/publish/"), given)
    assert post.live()
    assert post.events.get(move="publish").detail["override"] == "急ぎのため"


def test_no_reason_is_asked_for_where_nothing_stops(client, chief):
    CheckRule.objects.all().delete()
    post = begin()
    client.force_login(chief)
    assert 'name="override"' not in client.get(at(post, "move/publish/")).content.decode()

"""A confirmation is of the version on the screen, whatever was saved meanwhile."""

import pytest

from tests.admin.desk import at, seen
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db


def test_the_confirmation_carries_the_version(client, chief):
    post = begin()
    client.force_login(chief)
    page = client.get(at(post, "move/approve/")).content.decode()
    assert 'name="version" value="1"' in page


@pytest.mark.parametrize("move", ["approve", "publish", "archive"])
def test_the_version_is_carried_unseen(client, chief, move):
    post = begin()
    client.force_login(chief)
    assert "Version" not in seen(client.get(at(post, f"move/{move}/")))


def test_an_approval_of_an_older_text_is_refused(client, editor):
    post = begin()
    rewrite(post, "読んだあとに変わった題")
    client.force_login(editor)
    answer = client.post(at(post, "move/approve/"), {"version": 1, "note": ""})
    assert "もう一度読んでください" in seen(answer)
    post.refresh_from_db()
    assert post.status == "draft"


def test_what_was_read_is_published_and_not_what_came_after(client, chief):
    post = begin(title="読んだ題")
    rewrite(post, "読んだあとに変わった題")
    client.force_login(chief)
    client.post(at(post, "move/publish/"), {"version": 1, "kind": "update"})
    assert (post.live().title, post.live().version) == ("読んだ題", 1)


def test_a_forged_version_is_no_error(client, chief):
    post = begin()
    client.force_login(chief)
    for forged in ("9" * 30, "x", "-1", "77"):
        answer = client.post(at(post, "move/approve/"), {"version": forged})
        assert answer.status_code == 200
    post.refresh_from_db()
    assert post.status == "draft"

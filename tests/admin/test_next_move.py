"""The buttons of the form: save, then on to the move's confirmation."""

import pytest

from posts.models import Post
from tests.admin.desk import ADD, at, form, seen
from tests.cast import begin

pytestmark = pytest.mark.django_db


def test_a_writers_blank_form_can_be_handed_in(client, writer):
    client.force_login(writer)
    page = seen(client.get(ADD))
    assert "保存して確認に出す" in page
    assert "保存して公開する" not in page
    answer = client.post(ADD, form(_then="submit"))
    assert answer.url == at(Post.objects.get(), "move/submit/")


def test_a_chiefs_blank_form_can_be_published(client, chief):
    client.force_login(chief)
    assert "保存して公開する" in seen(client.get(ADD))


def test_what_is_typed_into_a_live_manuscript_can_be_published(client, chief):
    post = begin()
    post.publish(None)
    client.force_login(chief)
    assert "保存して公開する" in seen(client.get(at(post)))
    answer = client.post(at(post), form(post, title="直した題", _then="publish"))
    assert answer.url == at(post, "move/publish/")


def test_a_form_without_changes_has_nothing_to_publish(client, chief):
    post = begin()
    post.publish(None)
    client.force_login(chief)
    answer = client.post(at(post), form(post, _then="publish"), follow=True)
    assert answer.redirect_chain == [(at(post), 302)]
    assert "公開するものはありません" in seen(answer)


def test_a_move_that_is_not_theirs_is_only_a_save(client, writer):
    client.force_login(writer)
    client.post(ADD, form(_then="publish"))
    post = Post.objects.get()
    assert (post.status, post.version) == ("draft", 1)
    assert not post.editions.exists()

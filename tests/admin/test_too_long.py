"""A manuscript that is too long is refused in words, and its text comes back."""

from urllib.parse import urlencode

import pytest

from posts.models import Post
from tests.admin.desk import ADD, form, seen

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"


def save(client, body):
    """Send a new manuscript as a browser does."""
    return client.post(ADD, urlencode(form(body=body)), content_type=URLENCODED)


def test_twice_the_limit_comes_back_in_the_form(client, writer):
    client.force_login(writer)
    body = "あ" * 1_400_000
    answer = save(client, body)
    assert answer.status_code == 200
    assert "本文が長すぎます（1,400,000字" in seen(answer)
    assert body in answer.content.decode()
    assert not Post.objects.exists()


def test_what_nobody_writes_is_refused_in_japanese(client, writer):
    client.force_login(writer)
    answer = save(client, "あ" * 3_000_000)
    assert answer.status_code == 400
    assert "受け取れませんでした" in seen(answer)

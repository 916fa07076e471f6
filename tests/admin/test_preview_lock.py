"""A preview makes new tags and forgets them; nobody else's save waits for its rendering."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Tag
from tests.admin.desk import at, form
from tests.cast import begin

pytestmark = pytest.mark.django_db


def test_the_page_is_made_when_the_lock_is_free_again(client, writer):
    post = begin(writer)
    client.force_login(writer)
    body = "![海](/media/ab/cd.png)"
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(at(post, "preview/"), form(post, body=body, tags="新しい言葉"))
    assert "新しい言葉" in answer.content.decode()
    assert not Tag.objects.exists()
    said = [query["sql"] for query in asked]
    begun = next(sql.split()[1] for sql in said if sql.startswith("SAVEPOINT"))
    locked = said[said.index(f"SAVEPOINT {begun}") : said.index(f"ROLLBACK TO SAVEPOINT {begun}")]
    for work in ('FROM "posts_media"', 'FROM "posts_category"'):  # the body, the page around it
        assert any(work in sql for sql in said)
        assert not any(work in sql for sql in locked)

"""An import and a person who saves the same manuscript at the same moment."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest
from django.db import connection

from posts import imports
from posts.models import Edition, ImportedFile, Post

pytestmark = pytest.mark.django_db(transaction=True)


def save():
    """Save as a person who read the first version does."""
    try:
        post = Post.objects.get()
        post.write(replace(post.manuscript, body="人の編集"), by=None, base=1)
    finally:
        connection.close()


def test_an_edit_during_an_import_is_kept_beside_and_not_written_over(tmp_path):
    file = tmp_path / "2026-01-01-a.md"
    file.write_text("---\ntitle: 題\n---\nはじめ\n")
    imports.run(file, imports.Options())
    file.write_text("---\ntitle: 題\n---\nつぎ\n")
    saves = []

    def look(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if ImportedFile._meta.db_table in sql and "INNER JOIN" in sql and not saves:
            saves.append(pool.submit(save))
            wait(saves, timeout=0.5)
        return found

    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(look):
        imports.run(file, imports.Options())
    saves[0].result()
    post = Post.objects.get()
    history = [(one.why, one.manuscript.body) for one in post.revisions.order_by("number")]
    assert history == [("import", "はじめ"), ("import", "つぎ"), ("kept", "人の編集")]
    assert (post.version, Edition.objects.public().get().plain) == (2, "つぎ")

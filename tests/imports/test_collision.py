"""An import that somebody's work at the desk gets in the way of."""

import pytest

from posts.formats import open_source
from posts.formats.prepare import prepare
from posts.imports import Importer, Options, Outcome
from posts.models import JST, Edition, Post, Tag
from tests.imports.sites import article

# Foreign keys are checked at the commit.
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_tag_deleted_during_the_run_is_made_again(tmp_path):
    names = ["2024-01-01-a.md", "2024-01-02-b.md"]
    for name in names:
        (tmp_path / name).write_bytes(article(tags=["市場"]))
    with open_source(tmp_path) as opened:
        importer = Importer(opened, Options(publish=False), names)
        first, second = (prepare(n, (tmp_path / n).read_bytes(), JST) for n in names)
        assert importer.take(first).outcome == Outcome.CREATED
        Post.objects.get().taggings.all().delete()
        Tag.objects.all().delete()
        assert importer.take(second).outcome == Outcome.CREATED
    newest = Post.objects.latest("pk")
    assert [row.tag.name for row in newest.taggings.all()] == ["市場"]
    assert not Edition.objects.exists()

"""Files among the articles that are none."""

import pytest

from posts.formats.prepare import prepare
from posts.imports import Outcome
from posts.models import JST, Post
from tests.imports.sites import article, load, write

pytestmark = pytest.mark.django_db


def outcomes(report):
    return {result.name: result.outcome for result in report.results}


def test_pages_and_templates_beside_posts_are_left_alone(tmp_path):
    files = {
        "_posts/2024-01-02-x.md": article(),
        "about.md": article(title="このサイトについて"),
        "index.html": "---\ntitle: トップ\n---\n".encode(),
        "README.md": "# 覚え書き\n".encode(),
    }
    report = load(write(tmp_path / "site", files))
    assert outcomes(report) == {
        "_posts/2024-01-02-x.md": Outcome.CREATED,
        "about.md": Outcome.SKIPPED,
        "site/index.html": Outcome.SKIPPED,
        "site/README.md": Outcome.SKIPPED,
    }
    assert Post.objects.count() == 1


def test_a_plain_folder_of_articles_needs_no_posts_folder(tmp_path):
    files = {"a.md": article(), "2023/b.md": article(title="乙"), "LICENSE.txt": b"MIT"}
    report = load(write(tmp_path / "articles", files))
    assert outcomes(report) == {
        "a.md": Outcome.CREATED,
        "2023/b.md": Outcome.CREATED,
        "LICENSE.txt": Outcome.SKIPPED,
    }


def test_a_link_does_not_keep_a_body_from_being_rendered_ahead():
    data = article(body="[題](/posts/y/)と ![外](https://e.jp/a.png)")
    read = prepare("x.md", data, JST)
    assert read.prepared.pictures == ()
    assert read.prepared.rendered is not None


def test_a_picture_of_the_site_waits_for_the_database():
    read = prepare("x.md", article(body='![図](/a.png?v=2 "説明")'), JST)
    assert read.prepared.pictures == ("/a.png",)
    assert read.prepared.rendered is None

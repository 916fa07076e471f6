"""A second import changes nothing; a changed file becomes a revision; people's edits stay."""

from dataclasses import replace

import pytest

from posts.models import Edition, ImportedFile, Media, Post, Revision
from tests.imports.sites import (
    GOOD,
    SITE,
    article,
    load,
    notes,
    outcomes,
    pack,
    png,
    rows,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def forms(tmp_path):
    """The same site as a folder and as zips packed in two orders, one within a folder."""
    inner = {f"site-main/{name}": data for name, data in SITE.items()}
    return {
        "folder": write(tmp_path / "site", SITE),
        "zip": pack(tmp_path / "site.zip", SITE),
        "shuffled": pack(tmp_path / "other.zip", SITE, seed=7),
        "inner": pack(tmp_path / "export.zip", inner, seed=3),
    }


@pytest.mark.parametrize("first", ["folder", "zip", "shuffled", "inner"])
@pytest.mark.parametrize("second", ["folder", "zip", "shuffled", "inner"])
def test_a_second_run_changes_no_row(forms, first, second):
    load(forms[first])
    before = rows()
    assert len(before["posts.Post"]) == 8
    report = load(forms[second])
    assert {*outcomes(report).values()} == {"変更なし", "対象外", "不可"}
    assert rows() == before


def test_files_one_by_one_are_those_of_the_folder(forms):
    for path in sorted((forms["folder"] / "_posts").iterdir(), reverse=True):
        load(path)
    before = rows()
    report = load(forms["folder"])
    assert outcomes(report).pop("_drafts/idea.md") == "作成"
    assert sum(outcome == "変更なし" for outcome in outcomes(report).values()) == 7
    drafts = Post.objects.get(title="草稿")
    assert len(rows()["posts.Post"]) == len(before["posts.Post"]) + 1
    assert drafts.version == 1


def test_the_posts_folder_alone_is_the_same_site(forms):
    load(forms["folder"] / "_posts")
    before = rows()
    outcome = outcomes(load(forms["zip"]))
    outcome.pop("_drafts/idea.md")
    assert "作成" not in outcome.values()
    assert "更新" not in outcome.values()
    assert before["posts.Edition"] == rows()["posts.Edition"]


def test_two_files_of_one_key_do_the_same_from_folder_and_zip(tmp_path):
    files = {"x.md": article("外"), "a/x.md": article("内"), "_posts/2024-01-01-y.md": article()}
    load(write(tmp_path / "site", files))
    before = rows()
    report = load(pack(tmp_path / "site.zip", files))
    assert "更新" not in outcomes(report).values()
    assert rows() == before


def test_a_changed_file_becomes_a_new_edition_with_the_old_date(tmp_path):
    path = tmp_path / "2024-01-02-x.md"
    path.write_bytes(article("前", tags=["AI"]))
    load(path)
    first = Edition.objects.public().get()
    path.write_bytes(article("後", "新しい本文。\n", tags=["投資"]))
    assert outcomes(load(path)) == {"2024-01-02-x.md": "更新"}
    post = Post.objects.get()
    live = Edition.objects.public().get()
    assert (post.version, live.title, live.revision.number) == (2, "後", 2)
    assert live.published_at == first.published_at
    assert live.uid == first.uid
    assert "新しい本文。" in live.html
    assert [row.tag.name for row in live.tag_rows.all()] == ["投資"]
    assert Revision.objects.get(number=1).manuscript.title == "前"
    assert ImportedFile.objects.get().raw == path.read_bytes()
    assert rows() == (load(path), rows())[1]


def test_a_changed_date_of_what_readers_know_does_not_move_it(tmp_path):
    path = tmp_path / "2024-01-02-x.md"
    path.write_bytes(article(date="2024-01-02 10:00:00 +0900"))
    load(path)
    published = Edition.objects.public().get().published_at
    path.write_bytes(article(date="2024-05-02 10:00:00 +0900"))
    load(path)
    assert Edition.objects.public().get().published_at == published


def test_what_a_person_edited_is_listed_and_kept(tmp_path):
    path = tmp_path / "2024-01-02-x.md"
    path.write_bytes(article("前"))
    load(path)
    post = Post.objects.get()
    post.write(replace(post.head.manuscript, title="手で直した"), by=None)
    path.write_bytes(article("ファイルで直した"))
    before = rows()
    report = load(path, publish=True)
    assert outcomes(report) == {"2024-01-02-x.md": "編集済み"}
    assert "上書きしませんでした" in notes(report)
    assert rows() == before


def test_a_stale_save_that_was_kept_is_no_edit(tmp_path):
    path = tmp_path / "2024-01-02-x.md"
    path.write_bytes(article("前"))
    load(path)
    post = Post.objects.get()
    path.write_bytes(article("中"))
    load(path)
    post.write(replace(post.head.manuscript, title="古い画面から"), by=None, base=1)
    path.write_bytes(article("後"))
    assert outcomes(load(path)) == {"2024-01-02-x.md": "更新"}
    assert Post.objects.get().title == "後"


def test_what_a_person_unpublished_stays_so(tmp_path):
    path = tmp_path / "2024-01-02-x.md"
    path.write_bytes(article("前"))
    load(path)
    Post.objects.get().unpublish(None)
    path.write_bytes(article("後"))
    report = load(path)
    assert outcomes(report) == {"2024-01-02-x.md": "更新"}
    assert "公開を終えた記事" in notes(report)
    assert not Edition.objects.public().exists()


def test_an_archived_manuscript_is_refused_with_the_reason(tmp_path):
    write(tmp_path, {"a.md": article("甲"), "b.md": article("乙", published=False)})
    load(tmp_path)
    Post.objects.get(title="乙").archive(None)
    write(tmp_path, {"a.md": article("甲の二"), "b.md": article("乙の二")})
    report = load(tmp_path)
    assert outcomes(report) == {"a.md": "更新", "b.md": "不可"}
    assert "保管" in notes(report)


def test_a_published_article_that_the_file_takes_back_is_unpublished(tmp_path):
    path = tmp_path / "2024-01-02-x.md"
    path.write_bytes(article())
    load(path)
    path.write_bytes(article(published=False))
    report = load(path)
    assert "公開を終えました" in notes(report)
    assert not Edition.objects.public().exists()


def test_a_picture_that_changed_with_its_article_is_the_new_one(tmp_path):
    body = "![図](/a.png)\n"
    write(tmp_path, {"a.png": png("red"), "_posts/2024-01-02-x.md": article(body=body)})
    load(tmp_path)
    write(tmp_path, {"a.png": png("blue"), "_posts/2024-01-02-x.md": article("題二", body=body)})
    load(tmp_path)
    newest = Media.objects.order_by("-pk").first()
    assert Media.objects.count() == 2
    assert newest.url in Edition.objects.public().get().html


def test_a_site_without_faults_has_none(tmp_path):
    report = load(write(tmp_path, GOOD))
    assert "不可" not in outcomes(report).values()

"""`manage.py import_posts`: its options, its report, its exit codes."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from posts.models import Edition, Post
from tests.imports.sites import SITE, article, rows, write

pytestmark = pytest.mark.django_db


def command(source, *options):
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("import_posts", str(source), *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_ends_with_a_table_of_what_was_done(tmp_path):
    source = write(tmp_path, SITE)
    first = command(source).splitlines()
    table = "作成 8　更新 0　変更なし 0　編集済み 0　対象外 1　不可 1"
    assert first[-1].startswith(table)
    assert "秒" in first[-1]
    again = command(source).splitlines()
    table = "作成 0　更新 0　変更なし 8　編集済み 0　対象外 1　不可 1"
    assert again[-1].startswith(table)


def test_it_says_which_file_was_refused_and_why(tmp_path):
    lines = command(write(tmp_path, SITE)).splitlines()
    [refused] = [line for line in lines if line.startswith("不可")]
    assert "_posts/2024-07-08-broken.md" in refused
    assert "フロントマター" in refused


def test_notes_name_their_file(tmp_path):
    lines = command(write(tmp_path, SITE)).splitlines()
    assert any(line.startswith("メモ：_posts/2024-02-03-first.md　") for line in lines)


def test_a_dry_run_says_so_and_stores_nothing(tmp_path):
    before = rows()
    output = command(write(tmp_path, SITE), "--dry-run")
    assert output.endswith("試しの実行です。何も保存していません。\n")
    assert "作成 8" in output
    assert rows() == before


def test_publish_and_draft_are_a_choice(tmp_path):
    source = write(tmp_path, {"a.md": article(published=False), "b.md": article()})
    with pytest.raises(CommandError):
        command(source, "--publish", "--draft")
    command(source, "--draft")
    assert not Edition.objects.exists()


def test_publish_publishes_everything(tmp_path):
    command(write(tmp_path, {"a.md": article(published=False), "b.md": article()}), "--publish")
    assert Edition.objects.public().count() == 2


@pytest.mark.parametrize("slug", ["llama-4", "推論性能"])
def test_a_slug_for_one_file(tmp_path, slug):
    command(write(tmp_path, {"x.md": article()}) / "x.md", "--slug", slug)
    assert Edition.objects.public().get().slug == slug


@pytest.mark.parametrize("slug", ["a/b", "a b", "../x", "?"])
def test_a_slug_that_is_no_slug_is_refused(tmp_path, slug):
    source = write(tmp_path, {"x.md": article()})
    with pytest.raises(CommandError, match="スラッグ"):
        command(source / "x.md", "--slug", slug)
    assert not Post.objects.exists()


def test_a_slug_for_a_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match="--slug"):
        command(write(tmp_path, {"x.md": article(), "y.md": article()}), "--slug", "x")


@pytest.mark.parametrize(
    ("zone", "utc"), [("Asia/Tokyo", (1, 15)), ("UTC", (2, 0)), ("America/New_York", (2, 5))]
)
def test_the_zone_of_dates_that_name_none(tmp_path, zone, utc):
    source = write(tmp_path, {"2024-01-02-x.md": article()})
    command(source, "--timezone", zone)
    assert Edition.objects.get().published_at == datetime(2024, 1, *utc, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Asia/Tokio", "", "../../etc/passwd", "/etc/passwd", "a\0b"])
def test_a_zone_that_is_none_is_refused(tmp_path, zone):
    with pytest.raises(CommandError, match="時間帯"):
        command(write(tmp_path, {"x.md": article()}), "--timezone", zone)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.md": article(), "b.md": b""}, 0),
        ({"a.md": b"", "b.md": b""}, 1),
        ({"a.md": article()}, 0),
        ({}, 0),
    ],
)
def test_the_exit_code_says_whether_anything_arrived(tmp_path, files, code):
    source = write(tmp_path, files)
    try:
        command(source)
        ended = 0
    except SystemExit as error:
        ended = error.code
    assert ended == code


def test_a_source_that_is_not_there_is_a_sentence_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_posts", str(tmp_path / "ない.md")],
        cwd=Path(settings.BASE_DIR),
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ない.md：開けません。" in done.stderr
    assert "Traceback" not in done.stderr

"""--breaks: texts of note, Zenn and Qiita keep their newlines; what a file says itself wins."""

import io

import pytest
from django.core.management import call_command

from posts.formats import prepare as preparing
from posts.models import Edition, Post
from tests.imports.sites import article, load, outcomes, png, rows, write
from tests.imports.test_command import command

pytestmark = pytest.mark.django_db

BODY = "一行目\n二行目\n"


def is_broken(slug="x"):
    """Return whether readers see two lines where the file has two."""
    html = Edition.objects.public().get(slug=slug).html
    assert "一行目" in html
    return "<br>" in html


@pytest.mark.parametrize("breaks", [True, False])
def test_the_switch_is_for_the_whole_source(tmp_path, breaks):
    files = {"x.md": article(body=BODY, slug="x"), "y.md": article(body=BODY, slug="y")}
    load(write(tmp_path, files), breaks=breaks)
    assert [is_broken("x"), is_broken("y")] == [breaks, breaks]
    assert set(Post.objects.values_list("breaks", flat=True)) == {breaks}


@pytest.mark.parametrize("breaks", [True, False])
@pytest.mark.parametrize("said", [True, False])
def test_what_a_file_says_wins(tmp_path, breaks, said):
    load(write(tmp_path, {"x.md": article(body=BODY, slug="x", breaks=said)}), breaks=breaks)
    assert is_broken() == said
    assert Post.objects.get().front_matter == {}


def test_an_article_with_pictures_keeps_its_newlines_too(tmp_path):
    body = f"{BODY}\n![図](/a.png)\n"
    load(write(tmp_path, {"a.png": png(), "x.md": article(body=body, slug="x")}), breaks=True)
    assert is_broken()


def test_processes_are_told(tmp_path):
    number = preparing.FEW + 1
    files = {f"{n}.md": article(body=BODY, slug=f"s{n}") for n in range(number)}
    call_command("import_posts", write(tmp_path, files), "--breaks", stdout=io.StringIO())
    assert {"<br>" in html for html in Edition.objects.values_list("html", flat=True)} == {True}
    assert Edition.objects.count() == number


def test_the_command_has_the_switch(tmp_path):
    source = write(tmp_path, {"x.md": article(body=BODY, slug="x")})
    command(source)
    assert not is_broken()
    assert command(source, "--breaks").startswith("作成 0　更新 1")
    assert is_broken()


def test_a_second_time_changes_nothing(tmp_path):
    source = write(tmp_path, {"x.md": article(body=BODY)})
    load(source, breaks=True)
    before = rows()
    assert outcomes(load(source, breaks=True)) == outcomes(load(source)) == {"x.md": "変更なし"}
    assert rows() == before


def test_what_the_desk_edited_is_left_alone(tmp_path):
    source = write(tmp_path, {"x.md": article(body=BODY)})
    load(source)
    post = Post.objects.get()
    post.write(type(post.manuscript)(title="直した題"), by=None)
    assert outcomes(load(source, breaks=True)) == {"x.md": "編集済み"}
    assert Post.objects.get().title == "直した題"

"""Importing from the desk: the same as the command, with the rights of who uploads."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from posts.models import Edition, Event, Post
from tests.admin.desk import LIST, rows, seen
from tests.imports.sites import SITE, article, pack, png

pytestmark = pytest.mark.django_db

IMPORT = f"{LIST}import/"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def upload(client, name="2024-01-02-x.md", data=None, **fields):
    """Upload a file and return the answer."""
    data = article("取り込んだ題") if data is None else data
    source = SimpleUploadedFile(name, data)
    return client.post(IMPORT, {"source": source, "state": "", **fields})


def test_an_article_arrives_under_its_own_name(desk, chief):
    answer = upload(desk)
    assert "作成" in seen(answer)
    post = Post.objects.get()
    assert (post.title, post.slug, post.created_by) == ("取り込んだ題", "x", chief)
    assert Edition.objects.public().get().post == post
    assert set(Event.objects.values_list("by", flat=True)) == {chief.pk}


def test_a_zip_arrives_whole(desk, tmp_path):
    answer = upload(desk, "site.zip", pack(tmp_path / "site.zip", SITE).read_bytes())
    text = seen(answer)
    assert Post.objects.count() == 8
    for part in ("_posts/2024-07-08-broken.md", "フロントマター", "対象外", "不可"):
        assert part in text


def test_a_second_time_changes_nothing(desk):
    upload(desk)
    before = rows()
    assert "変更なし" in seen(upload(desk))
    assert rows() == before


def test_a_trial_stores_nothing(desk):
    before = rows()
    assert "取り込んだ題" in seen(upload(desk, dry_run="on"))
    assert rows() == before


@pytest.mark.parametrize(("state", "public"), [("", 1), ("publish", 1), ("draft", 0)])
def test_what_becomes_of_it_is_a_choice(desk, state, public):
    upload(desk, state=state)
    assert Edition.objects.public().count() == public


@pytest.mark.parametrize(("ticked", "breaks"), [({"breaks": "on"}, True), ({}, False)])
def test_newlines_are_a_choice(desk, ticked, breaks):
    assert "改行をそのまま" in seen(desk.get(IMPORT))
    upload(desk, data=article(body="一行目\n二行目\n"), **ticked)
    assert Post.objects.get().breaks == breaks
    assert ("<br>" in Edition.objects.public().get().html) == breaks


@pytest.mark.parametrize("state", ["", "publish", "draft"])
def test_an_editor_imports_drafts_whatever_the_form_says(client, editor, state):
    client.force_login(editor)
    upload(client, state=state)
    assert Post.objects.get().status == "draft"
    assert not Edition.objects.exists()


def test_an_editors_import_takes_nothing_from_readers(client, chief, editor):
    client.force_login(chief)
    upload(client)
    client.force_login(editor)
    upload(client, data=article("直した題", published=False))
    assert Edition.objects.public().get().title == "取り込んだ題"
    assert Post.objects.get().title == "直した題"


def test_a_writer_imports_nothing(client, writer):
    client.force_login(writer)
    assert client.get(IMPORT).status_code == 404
    assert upload(client).status_code == 404
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x.md",
        "/etc/x.md",
        "a\0b.md",
        "a\nb.md",
        "あ" * 80 + ".md",
        "あ" * 200 + ".md",
        "あ" * 300 + ".md",
        "x" * 250 + ".md",
        "CON.md",
        ".md",
        "-rf.md",
        "a b & c;$(id).md",
        "x.exe",
        "x.png",
        "x",
    ],
)
def test_no_name_of_an_upload_is_an_error_or_leads_elsewhere(desk, name):
    answer = upload(desk, name)
    assert answer.status_code == 200
    assert Post.objects.count() in {0, 1}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.md", b"\0" * 100),
        ("x.md", "---\ntitle: 題\n---\n日本語の本文".encode("cp932")),
        ("x.md", b"---\na: &a [*a]\n---\n"),
        ("x.zip", b"PK\x03\x04" + b"\0" * 50),
        ("x.zip", b"no zip"),
        ("x.md", b"PK\x03\x04" + b"\0" * 50),
        ("x.png", png()),
        ("x.md", b""),
    ],
)
def test_a_hostile_upload_is_answered_in_japanese(desk, name, data):
    answer = upload(desk, name, data)
    assert answer.status_code == 200
    assert "ません" in seen(answer) or "ください" in seen(answer)
    assert not Post.objects.exists()


def test_an_upload_over_the_limit_is_refused_before_it_is_read(desk):
    big = io.BytesIO(bytes(100 * 1024 * 1024 + 1))
    big.name = "x.zip"
    answer = desk.post(IMPORT, {"source": big, "state": ""})
    assert "大きすぎます" in seen(answer)


def test_no_file_is_asked_for(desk):
    assert "入力" in seen(desk.post(IMPORT, {"state": ""})) or "選" in seen(
        desk.post(IMPORT, {"state": ""})
    )


def test_names_and_notes_are_text(desk, tmp_path):
    name = "_posts/2024-01-02-<img src=x onerror=alert(1)>.md"
    data = article("<script>alert(1)</script>", "<script>alert(1)</script>\n", image="/<b>.png")
    source = pack(tmp_path / "site.zip", {name: data, "_posts/2024-01-03-<i>.md": b""})
    page = upload(desk, "site.zip", source.read_bytes()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<i>" not in page

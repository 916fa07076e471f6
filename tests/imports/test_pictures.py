"""Pictures of a site: kept once, placed with their size, found at their old address."""

import re
from contextlib import closing
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage

from posts.models import Edition, Media, Redirect
from tests.imports.sites import article, load, notes, outcomes, pack, png, rows, write

pytestmark = pytest.mark.django_db

BODY = "本文です。\n\n![図の説明](/assets/図.png)\n\n続き。\n"


def img(html):
    """Return the attributes of the first picture in `html`."""
    [tag] = re.findall(r"<img[^>]*>", html)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', tag))


@pytest.fixture
def site(tmp_path):
    """A site with a cover and a picture in a body."""
    files = {
        "assets/cover.png": png("teal", (120, 63)),
        "assets/図.png": png("gold", (64, 48)),
        "_posts/2024-01-02-x.md": article(
            body=BODY, image={"path": "/assets/cover.png", "alt": "海", "caption": "朝"}
        ),
    }
    return write(tmp_path / "site", files)


def test_a_cover_is_kept_with_its_words(site):
    load(site)
    cover = Edition.objects.public().get().cover
    assert (cover.width, cover.height, cover.alt, cover.caption) == (120, 63, "海", "朝")
    assert cover.name == "cover.png"


def test_a_picture_of_the_body_gets_its_new_address_and_size(site, client):
    load(site)
    media = Media.objects.get(width=64)
    attributes = img(Edition.objects.public().get().html)
    assert attributes["src"] == media.url
    assert (attributes["width"], attributes["height"]) == ("64", "48")
    assert attributes["alt"] == "図の説明"
    with closing(client.get(media.url)) as answer:
        assert answer["Content-Type"] == "image/png"


def test_the_manuscript_keeps_what_was_written(site):
    load(site)
    assert "(/assets/図.png)" in Edition.objects.get().revision.manuscript.body


@pytest.mark.parametrize("path", ["/assets/cover.png", "/assets/図.png"])
def test_an_old_address_of_a_picture_leads_to_it(site, client, path):
    load(site)
    answer = client.get(quote(path))
    assert answer.status_code == 301
    with closing(client.get(answer["Location"])) as picture:
        assert picture.status_code == 200


@pytest.mark.parametrize(
    "written", [quote("/assets/図.png"), "/assets/a.png?v=2", "/assets/a.png#x"]
)
def test_an_address_may_be_written_in_other_ways(tmp_path, client, written):
    files = {
        "assets/図.png": png("gold", (64, 48)),
        "assets/a.png": png("gold", (64, 48)),
        "_posts/2024-01-02-x.md": article(body=f"![x]({written})\n"),
    }
    load(write(tmp_path, files))
    media = Media.objects.get()
    assert img(Edition.objects.get().html)["src"] == media.url
    assert client.get(written.split("#")[0])["Location"] == media.url


def test_a_cover_that_is_in_the_body_too_keeps_its_words(tmp_path):
    post = article(body="![](/a.png)\n", image={"path": "a.png", "alt": "海", "caption": "朝"})
    load(write(tmp_path, {"a.png": png(), "_posts/2024-01-02-x.md": post}))
    media = Media.objects.get()
    assert (media.alt, media.caption) == ("海", "朝")
    assert Edition.objects.get().cover == media


def test_a_picture_of_another_host_is_left_alone(tmp_path):
    far = "https://x.example/a.png"
    files = {
        "a.png": png(),
        "_posts/2024-01-02-x.md": article(
            body=f"![]({far})\n![](/a.png)\n![](//x.example/a.png)\n"
        ),
    }
    load(write(tmp_path, files))
    html = Edition.objects.get().html
    assert far in html
    assert html.count(Media.objects.get().url) == 1


def test_two_pictures_on_one_line_are_both_kept(tmp_path):
    post = article(body="![甲](/a.png)![乙](/b.png)\n")
    files = {"a.png": png(), "b.png": png("red"), "_posts/2024-01-02-x.md": post}
    load(write(tmp_path, files))
    html = Edition.objects.get().html
    assert {media.url in html for media in Media.objects.all()} == {True}
    assert Media.objects.count() == 2


def test_a_link_is_no_missing_picture(tmp_path):
    post = article(body="[会社案内](/about/)と[PDF](/a.pdf)。\n")
    assert notes(load(write(tmp_path, {"_posts/2024-01-02-x.md": post}))) == ""


def test_one_picture_in_two_articles_is_one(tmp_path):
    files = {
        "a.png": png(),
        "copy/a.png": png(),
        "_posts/2024-01-02-x.md": article(body="![a](/a.png)\n"),
        "_posts/2024-01-03-y.md": article(body="![a](/copy/a.png)\n"),
    }
    load(write(tmp_path, files))
    assert Media.objects.count() == 1
    assert set(Redirect.objects.filter(post=None).values_list("path", flat=True)) == {
        "/a.png",
        "/copy/a.png",
    }


def test_a_zip_gives_the_same_pictures(site, tmp_path):
    load(site)
    before = rows()
    files = {
        str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()
    }
    load(pack(tmp_path / "site.zip", files))
    assert rows() == before


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ({"image": "/assets/missing.png"}, "本文\n"),
        ({"image": "https://x.example/a.png"}, "本文\n"),
        ({}, "![図](/assets/missing.png)\n"),
        ({}, "![図](/../../../etc/passwd.png)\n"),
    ],
)
def test_a_missing_picture_is_a_note(tmp_path, front, body):
    report = load(write(tmp_path, {"2024-01-02-x.md": article(body=body, **front)}))
    assert outcomes(report) == {"2024-01-02-x.md": "作成"}
    assert "見つかりませんでした" in notes(report)
    assert Edition.objects.public().count() == 1


HOSTILE = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "empty": b"",
    "text": b"<script>alert(1)</script>",
    "cut": png()[:40],
    "bomb": png()[:16] + b"\x00\x01\x00\x00" * 2 + png()[24:],
    "huge": b"\x89PNG" + bytes(51 * 1024 * 1024),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_picture_is_a_note(tmp_path, kind):
    name = "a.svg" if kind == "svg" else "a.png"
    post = article(body=f"![図](/{name})\n", image=f"/{name}")
    write(tmp_path, {name: HOSTILE[kind], "_posts/2024-01-02-x.md": post})
    report = load(tmp_path)
    assert outcomes(report) == {"_posts/2024-01-02-x.md": "作成"}
    assert f"画像「/{name}」" in notes(report)
    assert not Media.objects.exists()


def test_a_link_to_a_picture_elsewhere_is_not_followed(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    site = write(tmp_path / "site", {"_posts/2024-01-02-x.md": article(image="/a.png")})
    (site / "a.png").symlink_to(secret)
    report = load(site)
    assert "見つかりませんでした" in notes(report)
    assert not Media.objects.exists()


def test_a_dry_run_leaves_no_file(tmp_path):
    before = set(stored())
    data = png("salmon", (33, 77))
    write(tmp_path, {"a.png": data, "2024-01-02-x.md": article(body="![a](/a.png)\n")})
    report = load(tmp_path, dry_run=True)
    assert outcomes(report) == {"2024-01-02-x.md": "作成"}
    assert set(stored()) == before
    assert not Media.objects.exists()


def stored():
    """Return the names of all pictures in the storage."""
    folders = default_storage.listdir("")[0] if default_storage.exists("") else []
    return [f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1]]

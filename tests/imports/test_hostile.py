"""Hostile files through the command itself: a refusal in Japanese that names them, no traceback,

and the good article beside them arrives all the same.
"""

import io
import os
import re
import stat
import struct
import zipfile

import pytest
from django.core.management import CommandError, call_command

from posts.models import Media, Post
from tests.imports.sites import article, pack, png, write

pytestmark = pytest.mark.django_db

GOOD = "_posts/2024-01-01-good.md"


def front(block, body="本文。\n"):
    """Return an article with `block` as its front matter, written as it stands."""
    return f"---\ntitle: 題名\n{block}\n---\n{body}".encode()


def bomb():
    """Return YAML whose aliases stand for 10^9 words."""
    levels = ["a0: &a0 [笑, 笑, 笑, 笑, 笑, 笑, 笑, 笑, 笑, 笑]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return front("\n".join(levels))


REFUSED = {
    "yaml-bomb": bomb(),
    "yaml-depth": front("a: " + "[" * 5000 + "]" * 5000),
    "yaml-python-object": front("a: !!python/object/apply:os.system [id]"),
    "yaml-python-name": front("a: !!python/name:os.system ''"),
    "yaml-tag": front("a: !ruby/object:Gem::Installer {}"),
    "yaml-recursive": front("a: &a [*a]"),
    "yaml-unknown-alias": front("a: *nowhere"),
    "yaml-duplicate": front("tags: [a]\ntags: [b]"),
    "yaml-tab": front("a:\n\t- b"),
    "yaml-list": b"---\n- title\n---\n",
    "yaml-two-documents": front("--- a"),
    "yaml-key": front("? [a, b]\n: c"),
    "yaml-escape": front('a: "\\UFFFFFFFF"'),
    "yaml-long": front("a: " + "x" * 70_000),
    "no-title": "---\nlayout: post\n---\n本文\n".encode(),
    "title-list": b"---\ntitle: [a]\n---\n",
    "no-end": "---\ntitle: 題\n本文\n".encode(),
    "no-front-matter": "本文だけ。\n".encode(),
    "empty": b"",
    "only-marks": b"---\n---\n",
    "null-bytes": b"\0" * 4096,
    "utf-16": "---\ntitle: 題\n---\n本文\n".encode("utf-16"),
    "utf-32": "---\ntitle: 題\n---\n本文\n".encode("utf-32"),
    "shift-jis": "---\ntitle: 題名\n---\n日本語の本文です。\n".encode("cp932"),
    "euc-jp": "---\ntitle: 題名\n---\n日本語の本文です。\n".encode("euc_jp"),
    "jis": "---\ntitle: 題名\n---\n日本語の本文です。\n".encode("iso2022_jp"),
    "latin-1": b"---\ntitle: caf\xe9\n---\n",
    "broken-utf-8": "---\ntitle: 題名\n---\n本文".encode()[:-1],
    "surrogate": b"---\ntitle: a\xed\xa0\x80b\n---\n",
    "overlong": b"---\ntitle: a\xc0\xafb\n---\n",
    "long-line": front("", "あ" * 1_200_000),
    "too-large": front("", "あ\n" * 600_000),
    "date": front("date: 2024-02-30"),
    "date-year": front("date: 99999-01-01"),
    "date-huge": front("date: " + "9" * 5000),
    "date-zone": front("date: 2024-01-01 00:00 +9999"),
    "title-long": b"---\ntitle: " + b"x" * 5000 + b"\n---\n",
    "picture": png(),
    "program": b"\x7fELF" + bytes(500),
}


def run(source, *options):
    """Run the command and return all it wrote and its exit code."""
    out, error, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_posts", str(source), *options, stdout=out, stderr=error)
    except CommandError as refused:
        code, _ = 1, error.write(str(refused))
    except SystemExit as ended:
        code = ended.code
    return out.getvalue() + error.getvalue(), code


def refusals(output):
    """Return the lines that refuse a file, in Japanese sentences."""
    lines = [line for line in output.splitlines() if line.startswith("不可：")]
    for line in lines:
        assert re.search("[ぁ-ん]", line.split("　", 1)[1]), line
    return lines


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_file_is_refused_and_the_next_arrives(tmp_path, kind):
    name = f"_posts/2024-01-02-{kind}.md"
    output, code = run(write(tmp_path, {name: REFUSED[kind], GOOD: article("無事")}))
    [line] = refusals(output)
    assert name in line
    assert code == 0
    assert "作成 1" in output
    assert "不可 1" in output
    assert list(Post.objects.values_list("title", flat=True)) == ["無事"]


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_file_alone_is_refused(tmp_path, kind):
    path = tmp_path / f"{kind}.md"
    path.write_bytes(REFUSED[kind])
    output, code = run(path)
    assert code == 1
    assert path.name in output
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("control", front("tags: [a\x08b]", "本\x00文\x0b。\x1f\ufffe\n")),
        ("bom", b"\xef\xbb\xbf" + front("")),
        ("windows", front("").replace(b"\n", b"\r\n")),
        ("script", front("", "<script>alert(1)</script>\n\n[a](javascript:alert(1))\n")),
        ("liquid", front("", "{% include x %}{{ '{{' * 9 }}\n")),
        ("brackets", front("", "[" * 20_000 + "\n")),
        ("emphasis", front("", "*a" * 20_000 + "\n")),
        ("quotes", front("", ">" * 3_000 + "a\n")),
        ("emoji", front("tags: [👨‍👩‍👧‍👦, 🏳️‍🌈]", "👨‍👩‍👧‍👦" * 500)),
        ("markup", front('author: "<img src=x onerror=alert(1)>"\ncategories: ["a&b<c>"]')),
    ],
)
def test_what_is_odd_but_an_article_is_taken(tmp_path, kind, data):
    output, code = run(write(tmp_path, {f"_posts/2024-01-02-{kind}.md": data}))
    assert (refusals(output), code) == ([], 0)
    post = Post.objects.get()
    shown = post.live()
    assert "\x00" not in shown.html + shown.plain + post.body
    assert "<script" not in shown.html
    assert "javascript:" not in shown.html


# Archives


def unusual(name, data=b"", *, mode=0, flags=0, target=None):
    """Return a zip's member with odd attributes."""
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.flag_bits |= flags
    return info, target if target is not None else data or article("侵入")


MEMBERS = {
    "slip": unusual("../../outside.md"),
    "slip-inside": unusual("_posts/../../outside.md"),
    "absolute": unusual("/etc/cron.d/outside.md"),
    "windows": unusual("..\\outside.md"),
    "drive": unusual("C:/outside.md"),
    "link": unusual("_posts/link.md", mode=stat.S_IFLNK | 0o777, target=b"/etc/passwd"),
    "device": unusual("_posts/device.md", mode=stat.S_IFCHR | 0o666),
    "control": unusual("_posts/a\nb.md"),
    "ratio": unusual("_posts/ratio.md", b"---\ntitle: a\n---\n" + bytes(50_000_000)),
    "nested": unusual("_posts/inner.zip/a.md", mode=stat.S_IFIFO),
}


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_hostile_member_is_refused_and_the_next_arrives(tmp_path, kind):
    source = tmp_path / "in" / "site.zip"
    source.parent.mkdir()
    info, data = MEMBERS[kind]
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, data, zipfile.ZIP_DEFLATED)
        archive.writestr(GOOD, article("無事"))
    output, code = run(source)
    assert len(refusals(output)) == 1
    assert code == 0
    assert list(Post.objects.values_list("title", flat=True)) == ["無事"]
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "site.zip"]


def archive(tmp_path, change):
    """Return a good zip changed by `change` (bytes to bytes)."""
    source = pack(tmp_path / "site.zip", {GOOD: article(), "a.png": png()})
    source.write_bytes(change(source.read_bytes()))
    return source


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-10],
        lambda data: data[:4] + bytes(len(data) - 4),
        lambda data: b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 65535, 65535, 2**32 - 1, 0, 0),
        lambda data: data.replace(b"title", b"tItle", 1),
        lambda data: b"PK",
    ],
    ids=["half", "tail", "zeros", "count", "checksum", "mark"],
)
def test_a_broken_zip_is_refused(tmp_path, change):
    output, code = run(archive(tmp_path, change))
    assert code == 1
    assert re.search("[ぁ-ん]", output)
    assert not Post.objects.exists()


def test_every_cut_of_a_zip_ends_in_a_sentence(tmp_path):
    whole = pack(tmp_path / "whole.zip", {GOOD: article(), "a.png": png()}).read_bytes()
    for length in range(0, len(whole), 23):
        source = tmp_path / "cut.zip"
        source.write_bytes(whole[:length])
        output, code = run(source, "--dry-run")
        assert code == 1
        assert re.search("[ぁ-ん]。", output)


def test_a_member_twice_is_refused(tmp_path):
    source = tmp_path / "site.zip"
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(source, "w") as archive:
        archive.writestr(GOOD, article("一"))
        archive.writestr(GOOD, article("二"))
    output, _ = run(source)
    assert len(refusals(output)) == 1
    assert Post.objects.count() == 1


# Folders


def test_links_of_a_folder_are_refused(tmp_path):
    outside = tmp_path / "outside"
    write(outside, {"secret.md": article("秘密")})
    site = write(tmp_path / "site", {GOOD: article("無事")})
    (site / "_posts/file.md").symlink_to(outside / "secret.md")
    (site / "_posts/folder.md").symlink_to(outside, target_is_directory=True)
    (site / "_posts/lost.md").symlink_to(outside / "nowhere.md")
    (site / "_posts/self.md").symlink_to(site / "_posts/self.md")
    output, code = run(site)
    assert len(refusals(output)) == 4
    assert list(Post.objects.values_list("title", flat=True)) == ["無事"]
    assert code == 0


def test_what_is_no_file_is_refused(tmp_path):
    site = write(tmp_path, {GOOD: article("無事"), "_posts/folder.md/deep.md": article("深い")})
    os.mkfifo(site / "_posts/pipe.md")
    output, code = run(site)
    assert len(refusals(output)) == 1
    assert set(Post.objects.values_list("title", flat=True)) == {"無事", "深い"}
    assert code == 0


def test_a_name_of_bytes_that_are_no_text_is_refused(tmp_path):
    site = write(tmp_path, {GOOD: article("無事")})
    with open(os.fsencode(site / "_posts") + b"/\x81\xff.md", "wb") as file:
        file.write(article())
    output, _ = run(site)
    assert len(refusals(output)) == 1
    assert Post.objects.count() == 1


@pytest.mark.parametrize("source", ["nowhere.md", "nowhere/", "picture.png", "\0", "x" * 5000])
def test_what_cannot_be_opened_is_said(tmp_path, source):
    write(tmp_path, {"picture.png": png()})
    output, code = run(tmp_path / source)
    assert code == 1
    assert re.search("[ぁ-ん]。", output)


def test_an_empty_folder_is_no_error(tmp_path):
    output, code = run(tmp_path)
    assert code == 0
    assert "作成 0" in output


def test_many_pictures_of_one_article_end(tmp_path):
    body = "".join(f"![x](/{n}.png)\n" for n in range(2_000))
    output, code = run(write(tmp_path, {GOOD: article(body=body)}))
    assert code == 0
    assert not Media.objects.exists()
    assert "見つかりませんでした" in output

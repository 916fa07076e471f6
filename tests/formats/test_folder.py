import os
import unicodedata

import pytest

from posts.formats import Refused, open_source, source_key

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def site(tmp_path):
    top = tmp_path / "site"
    for name, data in {
        "_posts/2024/2024-01-02-b.md": b"b",
        "_posts/2024-01-02-a.md": b"a",
        "_drafts/c.md": b"c",
        "my-post/index.md": b"i",
        "_layouts/post.html": b"",
        ".git/config.txt": b"",
        "assets/x.png": PNG,
        "_config.yml": b"secret",
    }.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "outside.png").write_bytes(b"outside")
    return top


def entries(path):
    with open_source(path) as source:
        return list(source)


def articles(path):
    with open_source(path) as source:
        return {entry.name: entry.read() for entry in source.entries()}


def test_a_folder_gives_its_articles_in_order(site):
    assert articles(site) == {
        "_drafts/c.md": b"c",
        "_posts/2024-01-02-a.md": b"a",
        "_posts/2024/2024-01-02-b.md": b"b",
        "my-post/index.md": b"i",
    }
    assert [entry.name for entry in entries(site)] == [
        "_config.yml",
        "_drafts/c.md",
        "_posts/2024-01-02-a.md",
        "_posts/2024/2024-01-02-b.md",
        "assets/x.png",
        "my-post/index.md",
    ]


def test_keys_are_the_same_for_a_file_and_a_folder(site):
    for name in articles(site):
        (entry,) = entries(site / name)
        assert source_key(entry.name) == source_key(name)
        assert entry.size == 1


def test_the_top_folder_names_a_generic_file(site):
    assert list(articles(site / "my-post")) == ["my-post/index.md"]


def test_a_draft_stays_one_whatever_is_opened(site):
    assert list(articles(site / "_drafts")) == ["_drafts/c.md"]
    assert list(articles(site / "_drafts/c.md")) == ["_drafts/c.md"]


def test_links_are_reported_and_not_followed(site, tmp_path):
    (site / "_posts/link.md").symlink_to("/etc/passwd")
    (site / "_posts/folder").symlink_to(tmp_path)
    (site / "_posts/loop").symlink_to(site)
    refused = [entry for entry in entries(site) if entry.refusal]
    assert [entry.name for entry in refused] == ["_posts/folder", "_posts/link.md", "_posts/loop"]
    with open_source(site) as source:
        assert {entry.name for entry in refused} < {entry.name for entry in source.entries()}
    for entry in refused:
        with pytest.raises(Refused, match="リンク"):
            entry.read()


def test_a_file_swapped_for_a_link_is_not_followed(site):
    (entry,) = entries(site / "_posts/2024-01-02-a.md")
    (site / "_posts/2024-01-02-a.md").unlink()
    (site / "_posts/2024-01-02-a.md").symlink_to("/etc/passwd")
    with pytest.raises(Refused):
        entry.read()


def test_a_folder_swapped_for_a_link_is_not_followed(site, tmp_path):
    (entry,) = entries(site / "_posts/2024/2024-01-02-b.md")
    (site / "_posts/2024").rename(tmp_path / "moved")
    (site / "_posts/2024").symlink_to(tmp_path / "moved")
    with pytest.raises(Refused):
        entry.read()


def test_a_pipe_is_refused_and_does_not_hold_the_run(site):
    os.mkfifo(site / "_posts/pipe.md")
    (pipe,) = [entry for entry in entries(site) if entry.refusal]
    assert pipe.name == "_posts/pipe.md"


def test_a_file_that_became_a_pipe_is_refused(site):
    (entry,) = entries(site / "_posts/2024-01-02-a.md")
    (site / "_posts/2024-01-02-a.md").unlink()
    os.mkfifo(site / "_posts/2024-01-02-a.md")
    with pytest.raises(Refused):
        entry.read()


def test_a_large_article_is_refused_after_bounded_reading(site):
    with (site / "_posts/big.md").open("wb") as stream:
        stream.truncate(10 * 1024**3)
    (entry,) = entries(site / "_posts/big.md")
    with pytest.raises(Refused, match="2 MB"):
        entry.read()


def test_names_are_composed(site):
    (site / unicodedata.normalize("NFD", "ガイド.md")).write_bytes(b"g")
    assert articles(site)["ガイド.md"] == b"g"


@pytest.mark.parametrize("raw", [b"a\nb.md", b"a\\b.md", b"\x85\x40.md"])
def test_hostile_names_are_refused(site, raw):
    with open(os.fsencode(site) + b"/" + raw, "wb"):
        pass
    (entry,) = [entry for entry in entries(site) if entry.refusal]
    assert entry.name.isprintable()


def test_a_name_in_shift_jis_is_read(site):
    with open(os.fsencode(site) + b"/" + "記事.md".encode("cp932"), "wb") as stream:
        stream.write(b"s")
    assert articles(site)["記事.md"] == b"s"


@pytest.mark.parametrize("opened", [".", "_posts", "_posts/2024", "_posts/2024/2024-01-02-b.md"])
def test_pictures_belong_to_the_site(site, opened):
    with open_source(site / opened) as source:
        assert source.asset("/assets/x.png") == PNG


@pytest.mark.parametrize("path", ["/assets/x.png?v=1", "assets/x.png", "/assets/%78.png#a"])
def test_a_pictures_path_may_have_more(site, path):
    with open_source(site) as source:
        assert source.asset(path) == PNG


def test_a_picture_beside_a_single_file(tmp_path):
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "図.png").write_bytes(PNG)
    with open_source(tmp_path / "a.md") as source:
        assert source.asset("/%E5%9B%B3.png") == PNG
        assert source.asset("/図.png") == PNG


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.png",
        "/%2e%2e/outside.png",
        "/assets/../../outside.png",
        "/link.png",
        "/linked/outside.png",
        "/_config.yml",
        "/.git/config.txt",
        "/.hidden.png",
        "/none.png",
        "/folder.png",
        "/a\0.png",
        "/assets\\x.png",
        "https://x.example/assets/x.png",
        "/" + "a" * 300 + ".png",
        "/\ud800.png",
        "",
        "/",
    ],
)
def test_nothing_outside_the_site_is_shown(site, tmp_path, path):
    (site / "link.png").symlink_to(tmp_path / "outside.png")
    (site / "linked").symlink_to(tmp_path)
    (site / ".hidden.png").write_bytes(b"hidden")
    (site / "folder.png").mkdir()
    with open_source(site) as source:
        try:
            found = source.asset(path)
        except Refused:
            return
        assert found is None


def test_a_large_picture_is_refused(site):
    with (site / "big.png").open("wb") as stream:
        stream.truncate(51 * 1024**2)
    with open_source(site) as source, pytest.raises(Refused, match="画像「/big.png」：50 MB"):
        source.asset("/big.png")


@pytest.mark.parametrize("name", ["none", "_config.yml", "a\0b"])
def test_what_is_no_source_is_refused(site, name):
    with pytest.raises(Refused):
        open_source(site / name)


def test_a_pipe_is_no_source(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(Refused):
        open_source(tmp_path / "pipe.md")

import io
import stat
import struct
import zipfile
import zlib

import pytest

from posts.formats import Refused, archive, open_source

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def make(tmp_path):
    """Write a zip of {name: data}; a ZipInfo may stand for the name."""

    def write(members, name="site.zip", compression=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / name, "w", compression) as made:
            for member, data in members.items():
                made.writestr(member, data)
        return tmp_path / name

    return write


def opened(path):
    with open_source(path) as source:
        good = {e.name: e.read() for e in source if not e.refusal}
        return good, {e.name: str(e.refusal) for e in source if e.refusal}


def member(name, mode=0, **fields):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def patch(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def test_a_zip_gives_its_files_by_name(make):
    path = make({"_posts/b.md": b"b", "_posts/a.md": b"a", "./c.md": b"c", "d/": b"", "x.png": PNG})
    good, refused = opened(path)
    assert list(good) == ["_posts/a.md", "_posts/b.md", "c.md", "x.png"]
    assert good["c.md"] == b"c"
    assert refused == {}


def test_a_zip_is_known_by_its_content(make):
    assert opened(make({"a.md": b"a"}, name="old-site.md"))[0] == {"a.md": b"a"}


def test_a_zip_names_its_own_generic_file(make):
    assert list(opened(make({"index.md": b"i"}, name="my-post.zip"))[0]) == ["my-post/index.md"]


def test_hidden_folders_are_passed_over(make):
    link = member("node_modules/.bin/x", stat.S_IFLNK | 0o777)
    assert opened(make({"__MACOSX/._a.md": b"", ".git/b.md": b"", link: b"/etc"})) == ({}, {})


@pytest.mark.parametrize(
    "name", ["../a.md", "a/../../b.md", "/etc/a.md", "C:/a.md", "a\\b.md", "..\\a.md", "_x/../../a"]
)
def test_names_that_lead_outside_are_refused(make, name):
    good, refused = opened(make({member(name): b"x", "good.md": b"g"}))
    assert good == {"good.md": b"g"}
    assert refused == {name: "名前がフォルダーの外を指しています。"}


def test_a_name_cut_by_a_nul_is_refused(make):
    path = make({"a.md#.png": b"x"})
    patch(path, b"a.md#.png", b"a.md\0.png")
    good, refused = opened(path)
    assert good == {}
    assert "制御文字" in refused["a.md.png"]


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(stat.S_IFLNK, "リンク"), (stat.S_IFIFO, "ふつうの"), (stat.S_IFCHR, "ふつうの")],
)
def test_members_that_are_no_files_are_refused(make, mode, reason):
    good, refused = opened(make({member("a.md", mode | 0o644): b"/etc/passwd"}))
    assert good == {}
    assert reason in refused["a.md"]


def test_an_encrypted_member_is_refused(make):
    path = make({"a.md": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "暗号化" in opened(path)[1]["a.md"]


@pytest.mark.parametrize("name", ["b.zip", "b.tar.gz", "b.TGZ", "b.7z"])
def test_a_nested_archive_is_refused(make, name):
    assert "書庫の中" in opened(make({name: b"PK"}))[1][name]


def test_an_unusual_compression_is_refused(make):
    assert "圧縮方式" in opened(make({"a.md": b"x"}, compression=zipfile.ZIP_LZMA))[1]["a.md"]


def test_a_second_member_of_the_same_name_is_refused(make):
    path = make({"a.md": b"1", "b.md": b"2"})
    patch(path, b"b.md", b"a.md")
    good, refused = opened(path)
    assert good == {"a.md": b"1"}
    assert "同じ名前" in refused["a.md"]


def test_a_bomb_is_refused_by_its_ratio(make):
    assert "圧縮率" in opened(make({"a.png": b"\0" * 20_000_000}))[1]["a.png"]


def test_an_article_over_two_megabytes_is_refused(make):
    path = make({"a.md": b"x" * (2 * 1024**2 + 1)}, compression=zipfile.ZIP_STORED)
    with open_source(path) as source:
        (entry,) = source
        with pytest.raises(Refused, match="2 MB"):
            entry.read()


def lying(path, size):
    """Declare another unpacked size for the one member of a zip."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, size)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_false_size_is_refused(make, size):
    path = lying(make({"a.md": bytes(range(256)) * 1000}), size)
    with open_source(path) as source:
        (entry,) = source
        with pytest.raises(Refused):
            entry.read()


def test_a_member_that_is_broken_is_refused_alone(make):
    path = make({"a.md": b"one two three", "b.md": b"b"}, compression=zipfile.ZIP_STORED)
    patch(path, b"one two", b"ONE TWO")
    with open_source(path) as source:
        a, b = source
        assert b.read() == b"b"
        with pytest.raises(Refused, match="壊れて"):
            a.read()


def overlapping(count):
    """Return a zip whose members all share one run of packed bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = b"a" * 60_000
    packed = packer.compress(text) + packer.flush()
    fields = (20, 0, 8, 0, 0, zlib.crc32(text), len(packed), len(text), 4, 0)
    body = struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields) + b"a.md" + packed
    table = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *fields[:-2], 9, 0, 0, 0, 0, 0, 0)
        + f"{n:06}.md".encode()
        for n in range(count)
    )
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, len(table), len(body), 0
    )
    return body + table + end


def test_members_that_share_their_bytes_are_refused(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(overlapping(100))
    with open_source(tmp_path / "bomb.zip") as source:
        for entry in source:
            with pytest.raises(Refused):
                entry.read()


@pytest.mark.parametrize("count", [20_001, 200_000])
def test_too_many_members_are_refused(tmp_path, count):
    (tmp_path / "many.zip").write_bytes(overlapping(count))
    with pytest.raises(Refused, match="20,000 件"):
        open_source(tmp_path / "many.zip")


def test_too_much_in_all_is_refused(make, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    with pytest.raises(Refused, match="2 GB"):
        open_source(make({"a.md": b"x" * 600, "b.md": b"x" * 600}))


def named(make, raw):
    """Make a zip with one name of these bytes, without the flag for UTF-8."""
    path = make({"#" * len(raw): b"x"})
    patch(path, b"#" * len(raw), raw)
    return opened(path)


@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
@pytest.mark.parametrize("name", ["記事ソ表.md", "ascii.md"])
def test_names_without_the_flag_are_understood(make, name, codec):
    assert named(make, name.encode(codec)) == ({name: b"x"}, {})


def test_a_name_of_no_known_encoding_is_refused(make):
    _, refused = named(make, b"\x85\x40.md")
    assert list(refused.values()) == ["名前の文字コードが分かりません。"]


def test_flagged_names_are_composed(make):
    assert list(opened(make({"か\u3099.md": b"x"}))[0]) == ["が.md"]


def test_a_flagged_name_that_is_not_utf8_is_refused(make):
    path = make({"あ.md": b"x"})
    patch(path, "あ".encode(), b"\xff\xff\xff")
    with pytest.raises(Refused, match="壊れて"):
        open_source(path)


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.99])
def test_a_cut_zip_ends_in_a_refusal(make, cut):
    path = make({f"_posts/{n}.md": bytes(range(256)) for n in range(20)})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(Refused):
        opened(path)


def test_any_changed_byte_ends_in_files_or_refusals(make):
    path = make({"_posts/a.md": b"abc" * 50, "x.png": PNG})
    data = path.read_bytes()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        try:
            with open_source(path) as source:
                entries = list(source)
                source.asset("/x.png")
                for entry in entries:
                    entry.read()
        except Refused:
            continue


@pytest.mark.parametrize("top", ["", "site-main/"])
def test_pictures_belong_to_the_site(make, top):
    path = make({f"{top}_posts/a.md": b"a", f"{top}assets/x.png": PNG, f"{top}_config.yml": b""})
    with open_source(path) as source:
        assert source.asset("/assets/x.png?v=2") == PNG
        assert source.asset("/assets/%78.png") == PNG
        assert source.asset("/_config.yml") is None
        assert source.asset("/../x.png") is None


def test_one_folder_that_holds_everything_is_the_site(make):
    with open_source(make({"blog/a.md": b"a", "blog/x.png": PNG})) as source:
        assert source.asset("/x.png") == PNG


def test_a_document_that_is_a_zip_inside_holds_no_article(make):
    with open_source(make({"word/document.xml": b"<x/>"}, name="原稿.docx")) as source:
        assert list(source.entries()) == []


def test_an_article_that_ends_like_a_zip_is_an_article(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("x.md", b"x")
    (tmp_path / "a.md").write_bytes(b"---\ntitle: a\n---\n" + buffer.getvalue())
    with open_source(tmp_path / "a.md") as source:
        assert [entry.name for entry in source] == ["a.md"]

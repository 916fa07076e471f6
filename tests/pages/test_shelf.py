"""The shelf: rows and files, names that no file can have, and disks that fail."""

import os
import resource
import signal
import sqlite3
from contextlib import closing

import pytest

from posts.pages import SITE, Removed
from posts.pages.answer import encode, entity_tag
from posts.pages.counters import slot_of
from posts.pages.shelf import Kept, Shelf
from tests.pages.desk import HOST, TYPE, keep, open_store, processes, render, version_in, whole

SUFFIXES = ("", ".gz", ".br")


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "pages")
    yield shelf
    shelf._db.close()


def page(text="本文", changed=100, names=("post:1",), generation=2):
    slots = tuple(sorted(slot_of(name) for name in names))
    return Kept(generation, changed, 2**62, slots, [TYPE], encode(text.encode()))


def files(shelf):
    """Return the paths of all files, of whatever kind, below the folder of files."""
    return {
        str(path.relative_to(shelf.files)) for path in shelf.files.rglob("*") if not path.is_dir()
    }


def beside(*names):
    """Return the names of files with those of the packed ones beside them."""
    return {name + suffix for name in names for suffix in SUFFIXES}


# Rows


def test_a_page_comes_back_as_it_was_put(shelf, tmp_path):
    given = page()
    assert shelf.put("k", given, None) == given
    assert shelf.get("k") == given
    assert shelf.get("K") is None
    other = Shelf(tmp_path / "pages")
    assert other.get("k") == given
    other._db.close()


def test_a_page_without_a_path_has_no_file(shelf):
    shelf.put("k", page(), None)
    assert files(shelf) == set()


def test_pages_are_dropped_by_key(shelf):
    shelf.put("old", page(generation=2), None)
    shelf.put("new", page(generation=4), None)
    assert [row[:2] for row in shelf.ages()] == [("new", 4), ("old", 2)]
    assert shelf.drop(["old"]) == 1
    assert shelf.get("old") is None
    assert shelf.get("new") is not None


# Times


def test_another_content_within_a_second_is_later(shelf):
    kept = [shelf.put("k", page(text), None) for text in ("一", "二", "三", "四")]
    times = [one.changed for one in kept]
    assert times == [100, 101, 102, 103]
    # All are of one length; their tags differ nevertheless.
    assert len({entity_tag(one.changed, len(one.bodies["identity"])) for one in kept}) == 4
    assert shelf.put("k", page("五", changed=50), None).changed == 104
    assert shelf.put("k", page("六", changed=500), None).changed == 500


def test_the_same_content_stays_as_old_as_it_is(shelf):
    shelf.put("k", page("一", changed=100), None)
    again = shelf.put("k", page("一", changed=900, generation=8), None)
    assert (again.changed, again.generation) == (100, 8)
    assert shelf.get("k") == again


def test_files_have_the_time_of_their_page(shelf):
    shelf.put("k", page("一"), "h/a/")
    shelf.put("k", page("二"), "h/a/")
    for name in beside("h/a/index.html"):
        assert (shelf.files / name).stat().st_mtime == 101


# Files


def test_files_hold_the_page_in_every_encoding(shelf):
    given = page()
    shelf.put("k", given, "h/posts/題名/")
    shelf.put("k2", given, "h/feed.xml")
    for path in ("h/posts/題名/index.html", "h/feed.xml"):
        for suffix, name in zip(SUFFIXES, ("identity", "gzip", "br"), strict=True):
            assert (shelf.files / (path + suffix)).read_bytes() == given.bodies[name]


def test_files_go_by_name_and_the_others_stay(shelf):
    shelf.put("a", page(names=["post:1", "tag:1"]), "h/a/")
    shelf.put("b", page(names=["post:2", "tag:1"]), "h/b/")
    shelf.take_files([slot_of("post:1")])
    assert files(shelf) == beside("h/b/index.html")
    shelf.take_files([slot_of("tag:1")])
    assert files(shelf) == set()
    assert shelf.get("a") is not None  # the counters say whether a row is right


def test_all_files_go_at_once(shelf):
    for name in "abc":
        shelf.put(name, page(), f"h/{name}/")
    for _ in range(2):
        shelf.take_files(None)
        assert files(shelf) == set()
        shelf.put("a", page(), "h/a/")
    assert files(shelf) == beside("h/a/index.html")


def test_no_names_take_no_files(shelf):
    shelf.put("a", page(), "h/a/")
    shelf.take_files([])
    assert files(shelf) == beside("h/a/index.html")


def test_thousands_of_names_go_at_once(shelf):
    shelf.put("a", page(names=["post:1"]), "h/a/")
    shelf.take_files(range(65_536))
    assert files(shelf) == set()


def test_files_out_of_reach_can_be_written_and_removed(shelf):
    shelf.put("a", page(), "h/a/")
    shelf.put("b", page(names=["post:2"]), "h/b/")
    shelf.shut()
    assert shelf.is_shut()
    assert not shelf.files.exists()
    shelf.take_files([slot_of("post:1")])
    shelf.put("c", page(), "h/c/")
    shelf.open()
    assert files(shelf) == beside("h/b/index.html", "h/c/index.html")


def test_no_file_is_half_written_beside_a_reader(shelf):
    """A file that was open keeps its text; a name leads to one text or to the other."""
    shelf.put("a", page("前" * 9), "h/a/")
    with (shelf.files / "h/a/index.html").open("rb") as file:
        shelf.put("a", page("後"), "h/a/")
        assert file.read() == ("前" * 9).encode()
    assert files(shelf) == beside("h/a/index.html")


@pytest.mark.parametrize(
    "path",
    [
        "h/../x/",
        "h/..",
        "../h/",
        "h/./x/",
        "h//x/",
        "/etc/x",
        "h/a\0b/",
        "h/\0",
        "h/.htaccess",
        "h/.well-known/x",
        ".h/",
        "h/.a/x/",
        "h/" + "長い題名" * 40 + "/",
        "h/" + "a" * 201,
        "",
        ".",
        "..",
    ],
)
def test_a_name_that_no_file_can_have(shelf, path, tmp_path):
    before = set(tmp_path.rglob("*")) | {shelf.files}
    shelf.put("k", page(), path)
    assert {found for found in tmp_path.rglob("*") if found not in before} == set()
    assert shelf.get("k") is not None
    shelf.take_files([slot_of("post:1")])


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("h/a%2Fb/", "h/a%2Fb/index.html"),
        ("h/a b/", "h/a b/index.html"),
        ("h/a\\b", "h/a\\b"),
        ("h/…/", "h/…/index.html"),
        ("h/..a/x", None),
        ("h/" + "a" * 200, "h/" + "a" * 200),
        ("h:8000/" + "題" * 60 + "/", "h:8000/" + "題" * 60 + "/index.html"),
    ],
)
def test_a_strange_name_stays_in_its_folder(shelf, path, file):
    shelf.put("k", page(), path)
    assert files(shelf) == (beside(file) if file else set())


def test_an_address_that_is_a_file_and_a_folder(store, desk):
    """`/a` and `/a/b/`: one file system cannot hold both; readers get both."""
    for key in (f"{HOST}/a", f"{HOST}/a/b/", f"{HOST}/c/d/", f"{HOST}/c"):
        keep(store, desk, key, "post:1", path=key)
        assert version_in(store.find(key)) == 0
    desk.change(store, "post:1")
    assert files(store.shelf) == set()
    for key in (f"{HOST}/a", f"{HOST}/a/b/", f"{HOST}/c/d/", f"{HOST}/c"):
        assert store.find(key) is None
        assert version_in(keep(store, desk, key, "post:1", path=key)) == 1


# Disks and files that fail


def ways_on(store, desk):
    """Change the page, and see that readers get what it is now."""
    key, file = f"{HOST}/a/", store.shelf.files / HOST / "a" / "index.html"
    desk.change(store, "post:1")
    assert store.find(key) is None
    assert not file.exists()
    keep(store, desk, key, "post:1", path=key)
    assert (answers := store.find(key)) is None or whole(answers) == render(desk, "post:1")
    assert not file.exists() or file.read_bytes() == render(desk, "post:1")


def broken(store):
    """Overwrite the file of rows and what belongs to it."""
    for name in ("pages.sqlite3", "pages.sqlite3-wal"):
        with (store.shelf.folder / name).open("r+b") as file:
            length = os.fstat(file.fileno()).st_size
            file.write(os.urandom(max(length, 8192)))


def test_a_broken_file_of_rows_costs_renderings_and_nothing_else(tmp_path):
    store, desk = open_store(tmp_path)
    for key in (f"{HOST}/a/", f"{HOST}/b/"):
        keep(store, desk, key, "post:1", path=key)
    broken(store)
    # Another process, which has nothing in its memory.
    other, _ = open_store(tmp_path)
    for opened in (other, store, other, store):
        ways_on(opened, desk)
        assert not (opened.shelf.files / HOST / "b").is_dir() or not any(
            (opened.shelf.files / HOST / "b").iterdir()
        )


def test_a_file_of_rows_that_breaks_while_it_is_read(tmp_path):
    store, desk = open_store(tmp_path)
    keep(store, desk, f"{HOST}/a/", "post:1")
    broken(store)
    assert store.find("another") is None
    assert store.last_good("another") is None


def test_who_has_a_broken_file_still_open_keeps_no_file_that_nobody_removes(tmp_path):
    """A process begins the rows anew; what another one writes must be found by the next removal."""
    (store, desk), (other, _) = open_store(tmp_path), open_store(tmp_path)
    keep(other, desk, f"{HOST}/a/", "post:1", path=f"{HOST}/a/")
    store.shelf._begin_anew()
    store.shelf._take_all_files()
    keep(other, desk, f"{HOST}/b/", "post:1", path=f"{HOST}/b/")
    desk.change(store, "post:1")
    assert files(store.shelf) == set()
    third, _ = open_store(tmp_path)
    keep(store, desk, f"{HOST}/c/", "post:1")
    assert version_in(third.find(f"{HOST}/c/")) == 1


def full_disk(folder, report):
    """Go on with a limit on the size of files, as a full disk would set it."""
    store, desk = open_store(folder)
    keep(store, desk, f"{HOST}/b/", "post:1", path=f"{HOST}/b/")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for limit in (0, 100, 600, 30_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        key, body = f"{HOST}/a/", os.urandom(3000).hex().encode()
        answers = store.keep(key, store.begin(), ["post:1"], [TYPE], body, path=key)
        assert answers is None or whole(answers) == body
        assert (found := store.find(key)) is None or whole(found) == body
        with store.removing(Removed({"post:1"})):
            pass
        for key in ("a", "b"):
            assert store.find(f"{HOST}/{key}/") is None
        assert files(store.shelf) == set()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ways_on(store, desk)
    assert store.find(f"{HOST}/a/") is not None
    report.send("right")


def test_a_full_disk_costs_renderings_and_nothing_else(tmp_path):
    mine, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=full_disk, args=(tmp_path, theirs))
    process.start()
    theirs.close()
    process.join(60)
    assert mine.recv() == "right"
    assert process.exitcode == 0


def test_a_disk_that_is_read_only_for_files(tmp_path):
    """A file stands where the folder of files should be: nobody, not even root, writes there."""
    store, desk = open_store(tmp_path)
    store.shelf.files.write_text("")
    assert version_in(keep(store, desk, "a", "post:1", path=f"{HOST}/a/")) == 0
    desk.change(store, "post:1")
    assert store.find("a") is None
    assert store.counters.steady(0) is not None


def test_what_could_not_be_thrown_away_does_not_hold_up_the_next_removal(tmp_path):
    store, desk = open_store(tmp_path)
    for _ in range(3):
        keep(store, desk, "a", "post:1", path=f"{HOST}/a/")
        with store.removing(desk.write("post:1", SITE)):
            desk.commit()
            # What stands where this process puts its files aside.
        for path in store.shelf.folder.glob("removed.*"):
            (path / "rest").mkdir(parents=True)
    assert files(store.shelf) == set()


def test_a_page_that_was_not_kept_is_not_found_later(tmp_path):
    """What could not be written is not remembered either: the files would not be found."""
    store, desk = open_store(tmp_path)
    store.shelf._db.execute("DROP TABLE file")
    keep(store, desk, f"{HOST}/a/", "post:1", path=f"{HOST}/a/")
    assert files(store.shelf) == set() or store.shelf._db.execute("SELECT 1 FROM file").fetchone()
    desk.change(store, "post:1")
    assert files(store.shelf) == set()


def test_sqlite_is_the_one_that_says_so(tmp_path):
    """The breaking above is real: SQLite itself complains."""
    store, desk = open_store(tmp_path)
    broken(store)
    rows = sqlite3.connect(store.shelf.folder / "pages.sqlite3")
    with closing(rows), pytest.raises(sqlite3.DatabaseError):
        rows.execute("SELECT * FROM page")

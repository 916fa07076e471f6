"""A backup is whole or not there, and given back it is the site as it was."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from posts.backup.manifest import Manifest
from tests.imports.sites import SITE, write
from tests.imports.test_killed import Installation

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
BIG = 40  # manuscripts of half a megabyte
KILLS = 6
SQLITE = os.environ["TEST_DATABASE"] == "sqlite"


class Site(Installation):
    """A site of its own that is backed up and restored by commands."""

    def __init__(self, folder, *, empty=False):
        folder.mkdir(exist_ok=True)
        self.var = folder / "var"
        super().__init__(folder, migrate=not empty)

    def backup(self, folder, *options, **how):
        """Make a backup; return what the command said."""
        return self.python("manage.py", "backup", folder, *options, **how)

    def restore(self, backup, *options):
        """Give a backup back; return what the command said."""
        return self.python("manage.py", "restore", backup, *options)

    def begin(self, *arguments):
        """Start a program that runs beside the test."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, **pipes)

    def rows(self):
        """Return every row of every model."""
        return json.loads(self.python("manage.py", "dumpdata", "--all", check=True).stdout)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with articles, pictures, and enough in it that a backup takes its time."""
    folder = tmp_path_factory.mktemp("site")
    made = Site(folder)
    made.python("manage.py", "import_posts", write(folder / "source", SITE), "--publish")
    made.python("-m", "tests.backing", "fill", BIG, check=True)
    return made


@pytest.fixture(scope="module")
def backup(site, tmp_path_factory):
    """A good backup, not to be changed."""
    folder = tmp_path_factory.mktemp("backups")
    assert site.backup(folder).returncode == 0
    return names(folder)[0]


@pytest.fixture
def copied(backup, tmp_path):
    """A good backup, for a test that damages it."""
    return Path(shutil.copytree(backup, tmp_path / "copied"))


@pytest.fixture
def place(tmp_path):
    """An empty place."""
    return Site(tmp_path / "place", empty=True)


def names(folder):
    """Return what looks like a backup, the oldest first."""
    return sorted(path for path in folder.glob("genko-*") if path not in leftovers(folder))


def leftovers(folder):
    return list(folder.glob("*.unfinished"))


def change(backup, **what):
    """Write other things into a manifest."""
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | what))


# Whole


def test_given_back_it_is_the_same(site, backup, place):
    said = place.restore(backup, "--verify")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "すべての表、すべての画像" in said.stdout
    assert place.rows() == site.rows()
    media = {path.relative_to(site.var): path for path in site.var.glob("media/*/*")}
    assert media
    assert all((place.var / name).read_bytes() == one.read_bytes() for name, one in media.items())


def test_the_database_guards_itself_again(backup, place):
    assert place.restore(backup).returncode == 0
    forged = "from posts.models import Event; Event.objects.update(title='x')"
    said = place.python("manage.py", "shell", "-v", "0", "-c", forged)
    assert "event_append_only" in said.stderr


def test_made_while_others_write_it_is_one_moment(site, tmp_path, place):
    folder = tmp_path / "backups"
    writer = site.begin("-m", "tests.backing", "write")
    try:
        assert writer.stdout.readline()
        said = site.backup(folder)
        assert said.returncode == 0, said.stderr
    finally:
        wrote = len(writer.communicate("stop")[0].splitlines())
    assert wrote > 1
    said = place.restore(names(folder)[0], "--verify")
    assert said.returncode == 0, said.stdout
    there, here = place.rows(), site.rows()
    began = [one for one in there if one["model"] == "posts.post"]
    assert len(began) < len([one for one in here if one["model"] == "posts.post"])
    kept = [one["fields"]["post"] for one in there if one["model"] == "posts.revision"]
    for post in began:
        if post["fields"]["title"].startswith("書きかけ"):
            assert kept.count(post["pk"]) == post["fields"]["version"] == 4


def test_an_older_backup_is_migrated(tmp_path, place):
    site = Site(tmp_path / "old")
    site.python("manage.py", "migrate", "posts", "0009", "-v", "0", check=True)
    site.python("-m", "tests.backing", "old", tmp_path / "backup", check=True)
    said = place.restore(tmp_path / "backup", "--verify")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "posts.0010_desk" in said.stdout


def test_it_says_what_it_does_not_hold(site, tmp_path):
    said = site.backup(tmp_path / "backups")
    assert "SECRET_KEY" in said.stdout
    key = site.environment["SECRET_KEY"].encode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if key in path.read_bytes()]


def test_others_cannot_read_it(site, backup):
    assert backup.stat().st_mode & 0o077 == 0


# Pictures


def test_a_picture_is_kept_once_for_all_backups(site, tmp_path):
    for _ in range(2):
        assert site.backup(tmp_path).returncode == 0
    first, second = (sorted(path.glob("media/*/*")) for path in names(tmp_path))
    assert first
    assert [one.stat().st_ino for one in first] == [one.stat().st_ino for one in second]


def test_what_a_disk_damaged_is_not_linked_on(site, tmp_path):
    assert site.backup(tmp_path).returncode == 0
    picture = next(names(tmp_path)[0].glob("media/*/*"))
    picture.write_bytes(b"x" * picture.stat().st_size)
    assert site.backup(tmp_path).returncode == 0
    again = names(tmp_path)[1] / picture.relative_to(names(tmp_path)[0])
    assert again.read_bytes() != picture.read_bytes()


def test_a_picture_that_is_gone_is_said(site, tmp_path):
    picture = next(site.var.glob("media/*/*"))
    kept = picture.rename(tmp_path / "kept")
    try:
        said = site.backup(tmp_path / "backups")
    finally:
        kept.rename(picture)
    assert said.returncode == 2
    assert picture.name in said.stderr
    assert len(names(tmp_path / "backups")) == 1


# Dying


def test_killed_at_any_moment_it_leaves_nothing_that_looks_like_one(site, tmp_path):
    chance = random.Random(20260401)
    folder = tmp_path / "backups"
    for _ in range(KILLS):
        running = site.begin("manage.py", "backup", folder)
        until(lambda: folder.exists() and leftovers(folder), running)
        time.sleep(chance.random() * 0.7)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        for path in names(folder):
            assert Manifest.read(path).database.size == database(path).stat().st_size
    assert site.backup(folder).returncode == 0
    assert not leftovers(folder)


def test_stopped_by_hand_it_takes_its_beginnings_away(site, tmp_path):
    for attempt in range(30):  # one may be done before the signal comes
        folder = tmp_path / f"backups-{attempt}"
        running = site.begin("manage.py", "backup", folder)
        os.setpriority(os.PRIO_PROCESS, running.pid, 19)  # who watches it has to be the faster
        while running.poll() is None and not (folder.exists() and os.listdir(folder)):
            pass  # without a rest: it does not take long
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate()
        if running.returncode:
            break
    assert running.returncode == 130
    assert "途中で止めました" in said
    assert not leftovers(folder) + names(folder)


def test_a_full_disk_leaves_nothing(site, tmp_path):
    folder = tmp_path / "backups"
    command = [sys.executable, "manage.py", "backup", str(folder)]
    said = subprocess.run(
        command,
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
    )
    assert said.returncode == 1
    assert "CommandError" in said.stderr
    assert not leftovers(folder) + names(folder)


def until(there, running):
    """Wait for something that a program does, or its end."""
    while not there() and running.poll() is None:
        time.sleep(0.005)


def database(backup):
    return backup / Manifest.read(backup).database_name


# Refused


def test_only_into_an_empty_database(site, backup):
    before = site.rows()
    said = site.restore(backup)
    assert said.returncode == 1
    assert "空ではありません" in said.stderr
    assert site.rows() == before


def test_only_into_an_empty_folder(backup, place):
    stray = place.var / "media" / "aa" / "other.jpg"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"another")
    said = place.restore(backup)
    assert said.returncode == 1
    assert "画像のフォルダー" in said.stderr
    assert stray.read_bytes() == b"another"
    assert not [path for path in place.var.glob("media/*/*") if path != stray]


def test_a_damaged_database_is_not_given_back(copied, place):
    with database(copied).open("r+b") as file:
        file.seek(3_000)
        file.write(b"damaged")
    said = place.restore(copied)
    assert said.returncode == 1
    assert "壊れています" in said.stderr
    assert not list(place.var.glob("media/*/*"))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"migrations": ["posts.9999_later"]}, "新しいプログラム"),
        ({"kind": "postgresql" if SQLITE else "sqlite"}, "同じ種類のデータベース"),
        ({"site_url": "https://example.jp"}, "SITE_URL=https://example.jp"),
        ({"format": 9}, "読み取れません"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(copied, place, what, said):
    change(copied, **what)
    answer = place.restore(copied, "--verify")
    assert answer.returncode == 1
    assert said in answer.stderr
    assert place.restore(copied.parent).returncode == 1  # no backup at all


# Different


def test_every_difference_is_said(copied, place):
    known = json.loads((copied / "manifest.json").read_text())
    pictures = sorted(known["files"])
    (copied / "media" / pictures[0]).unlink()
    (copied / "media" / pictures[1]).write_bytes(b"damaged")
    known["tables"]["posts_post"]["rows"] += 1
    known["tables"]["posts_gone"] = {"rows": 1, "digest": ""}
    known["pages"]["/"]["sha256"] = "0" * 64
    known["pages"]["/archive/"]["status"] = 404
    change(copied, **known)
    said = place.restore(copied, "--verify")
    assert said.returncode == 2
    for one in (*pictures[:2], "posts_post", "posts_gone", "ページ /：", "ページ /archive/："):
        assert one in said.stdout
    assert said.stdout.count("違い：") == 6


@pytest.mark.skipif(SQLITE, reason="there the hash of the file says it")
def test_other_rows_of_the_same_number_are_a_difference(copied, place):
    known = json.loads((copied / "manifest.json").read_text())
    known["tables"]["posts_post"]["digest"] = "1"
    change(copied, **known)
    said = place.restore(copied, "--verify")
    assert said.returncode == 2
    assert "表 posts_post：行数は同じですが" in said.stdout

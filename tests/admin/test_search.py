"""The search in the list: what it finds, what it hides, and at which cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Author, Post, TitlePair
from tests.admin.desk import LIST
from tests.admin.test_list import cost, titles
from tests.cast import begin, minute, rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


def search(client, words, **filters):
    """Return the titles that a search finds, in no order."""
    return set(titles(client.get(LIST, {"q": words, **filters})))


TITLES = ["ＧＰＵと電力", "東京都の水道", "京都東京の旅", "スーパーの棚", "ひとつ", "AI の今"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("gpu", {"ＧＰＵと電力"}),
        ("東京", {"東京都の水道", "京都東京の旅"}),
        ("東京都", {"東京都の水道"}),  # the other has 東京 and 京都
        ("ｽｰﾊﾟｰ", {"スーパーの棚"}),
        ("棚", {"スーパーの棚"}),
        ("の", {"東京都の水道", "京都東京の旅", "スーパーの棚", "AI の今"}),
        ("東京　水道", {"東京都の水道"}),
        ("AIの", set()),
        ("大阪", set()),
        ("　", set(TITLES)),
        ("「」", set()),
    ],
)
def test_what_a_search_finds(desk, words, names):
    for title in TITLES:
        begin(title=title)
    assert search(desk, words) == names


def test_a_new_title_is_found_and_the_old_one_is_not(desk):
    post = begin(title="昔の題")
    first = post.head
    rewrite(post, "新しい題")
    assert search(desk, "新しい") == {"新しい題"}
    assert search(desk, "昔") == set()
    post.restore(first, by=None, now=minute(1))
    assert search(desk, "昔") == {"昔の題"}


def test_words_may_stand_in_different_places(desk):
    author = Author.objects.create(name="渡辺", slug="w")
    begin(title="推論の題", slug="suiron", bylines=((author.pk, ""),))
    begin(title="推論の続き")
    assert search(desk, "渡辺 推論") == {"推論の題"}
    assert search(desk, "suiron 渡辺") == {"推論の題"}
    assert search(desk, "渡辺 続き") == set()


def test_a_search_looks_within_the_filters(desk):
    for number in range(3):
        begin(title=f"水の話{number}").submit(None)
    begin(title="水の下書き")
    assert search(desk, "水の", status__exact="draft") == {"水の下書き"}


def test_a_writer_finds_own_manuscripts_only(client, writer):
    begin(writer, title="水の話")
    begin(title="水の秘密")
    client.force_login(writer)
    assert search(client, "水の") == {"水の話"}


def test_a_title_that_stays_is_not_indexed_again():
    post = begin(title="題名")
    with CaptureQueriesContext(connection) as queries:
        rewrite(post, "題名", body="別の本文")
    assert not [query for query in queries if "titlepair" in query["sql"]]


def test_what_goes_takes_its_pairs_along():
    post = begin(title="題名")
    post.revisions.all().delete()
    Post.objects.filter(pk=post.pk).delete()
    assert not TitlePair.objects.exists()


@pytest.mark.parametrize("words", ["水の", "水の話", "水", "渡辺", "渡辺 水の話 mizu"])
def test_its_cost_does_not_grow(desk, words):
    author = Author.objects.create(name="渡辺", slug="w")
    signed = ((author.pk, ""),)
    for number in range(3):
        begin(title=f"水の話{number}", bylines=signed, slug=f"mizu{number}")
    few = cost(desk, f"{LIST}?q={words}")
    for number in range(3, 40):
        begin(title=f"水の話{number}", bylines=signed, slug=f"mizu{number}")
    assert cost(desk, f"{LIST}?q={words}") <= few <= 20

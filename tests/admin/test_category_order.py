"""The order of the categories at the desk: with buttons, from the keyboard, without script."""

import pytest

from posts.models import Category
from tests.admin.desk import seen

pytestmark = pytest.mark.django_db
PAGE = "/admin/posts/category/order/"


@pytest.fixture
def desk(client, editor):
    """An editor's browser, and a small tree."""
    client.force_login(editor)
    top = Category.objects.create(name="政治", slug="politics", position=1)
    Category.objects.create(name="文化", slug="culture", position=2)
    Category.objects.create(name="選挙", slug="election", parent=top)
    return client


def move(desk, name, way, **more):
    pk = Category.objects.get(name=name).pk
    return desk.post(PAGE, {"category": pk, "move": way, **more}, follow=True)


def lines(desk):
    return [(row.category.name, row.depth) for row in desk.get(PAGE).context["rows"]]


def test_the_tree_is_shown_line_by_line(desk):
    assert lines(desk) == [("政治", 0), ("選挙", 1), ("文化", 0)]


def test_a_button_moves_one(desk):
    move(desk, "文化", "up")
    assert lines(desk) == [("文化", 0), ("政治", 0), ("選挙", 1)]
    move(desk, "文化", "down")
    assert lines(desk) == [("政治", 0), ("選挙", 1), ("文化", 0)]


def test_the_page_comes_back_to_what_was_moved(desk):
    pk = Category.objects.get(name="文化").pk
    answer = desk.post(PAGE, {"category": pk, "move": "up"})
    assert answer.url == f"{PAGE}#c{pk}"


def test_one_is_put_under_another_and_back(desk):
    answer = move(desk, "選挙", "under", parent=Category.objects.get(name="文化").pk)
    assert "「選挙」を「文化」の下へ移しました" in seen(answer)
    assert lines(desk) == [("政治", 0), ("文化", 0), ("選挙", 1)]
    move(desk, "選挙", "under", parent="")
    assert lines(desk) == [("政治", 0), ("文化", 0), ("選挙", 0)]


def test_no_offer_makes_a_circle_and_a_forged_one_is_refused(desk):
    rows = {row.category.name: row for row in desk.get(PAGE).context["rows"]}
    assert [one.name for one in rows["政治"].parents] == ["文化"]
    answer = move(desk, "政治", "under", parent=Category.objects.get(name="選挙").pk)
    assert "下には置けません" in seen(answer)
    assert lines(desk) == [("政治", 0), ("選挙", 1), ("文化", 0)]


@pytest.mark.parametrize(
    "asked", [{}, {"category": "x"}, {"category": "999999999", "move": "up"}, {"category": "\0"}]
)
def test_what_is_not_there_is_not_moved(desk, asked):
    assert desk.post(PAGE, asked).status_code == 404


def test_its_cost_does_not_grow(desk, django_assert_max_num_queries):
    for number in range(40):
        Category.objects.create(name=f"{number}", slug=f"c{number}")
    with django_assert_max_num_queries(8):
        desk.get(PAGE)

"""The list of manuscripts: what a person may see, where each stands, at a steady cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posts.models import Author, Category, Tag
from tests.admin.desk import LIST, seen
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


def titles(answer):
    """Return the titles in the list, in its order."""
    assert answer.status_code == 200
    return [post.title for post in answer.context["cl"].result_list]


def many(count, writer):
    """Make manuscripts in every state, each with relations."""
    authors = [Author.objects.get_or_create(name=f"著者{n}", slug=f"a{n}")[0] for n in range(3)]
    category = Category.named("分類").pk
    tags = tuple(tag.pk for tag in Tag.named(["AI", "投資"]))
    for number in range(count):
        signed = tuple((author.pk, "") for author in authors[: number % 3 + 1])
        post = begin(writer, title=f"{number}", category=category, tags=tags, bylines=signed)
        if number % 3 == 1:
            post.publish(None)
        if number % 3 == 2:
            post.publish(None, at=timezone.now() + timedelta(hours=1))


def cost(client, address=LIST):
    """Return how many queries a page costs."""
    client.get(address)  # what Django keeps for ever, it has read now
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", ["", "?q=1", "?publication=live", "?publication=changed"])
def test_its_cost_does_not_grow(desk, writer, query):
    many(3, writer)
    few = cost(desk, LIST + query)
    many(57, writer)
    assert cost(desk, LIST + query) <= few
    assert few <= 20


def test_its_cost_for_a_writer_does_not_grow(client, writer):
    client.force_login(writer)
    many(3, writer)
    few = cost(client)
    many(57, writer)
    assert cost(client) <= few <= 20


def test_an_editor_sees_all_and_a_writer_their_own(client, writer, another_writer, editor):
    author = Author.objects.create(name="甲", slug="a", user=another_writer)
    begin(writer, title="一人で")
    begin(writer, title="二人で", bylines=((author.pk, ""),))
    begin(None, title="取り込んだ")
    client.force_login(writer)
    assert set(titles(client.get(LIST))) == {"一人で", "二人で"}
    client.force_login(another_writer)
    assert titles(client.get(LIST)) == ["二人で"]
    client.force_login(editor)
    assert set(titles(client.get(LIST))) == {"一人で", "二人で", "取り込んだ"}


@pytest.mark.parametrize(
    "query", ["?q=秘密", "?status=draft", "?created_by=1", "?o=1", "?p=1", "?all="]
)
def test_no_query_shows_what_is_not_theirs(client, writer, another_writer, query):
    begin(writer, title="秘密の題")
    client.force_login(another_writer)
    answer = client.get(LIST + query, follow=True)
    assert "秘密の題" not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?o=999",
        "?o=x",
        "?p=999999",
        "?p=-1",
        "?status=king",
        "?publication=nothing",
        "?category__id__exact=x",
        "?created_by__password__startswith=a",
        "?body__contains=a",
        "?q=%00",
        "?q=" + "a" * 3000,
        "?status__regex=((a%2B)%2B)%2B",
        "?_popup=1",
        "?_facets=1",
        "?e=1",
    ],
)
def test_an_odd_query_is_no_error_and_no_oracle(desk, query):
    begin(title="題")
    answer = desk.get(LIST + query, follow=True)
    assert answer.status_code in {200, 400}


def test_it_is_searched_by_title_slug_and_author(desk):
    author = Author.objects.create(name="渡辺", slug="w")
    begin(title="推論の題", slug="suiron", bylines=((author.pk, ""), (author.pk, "photo")))
    begin(title="別の題")
    for word in ("推論", "suiron", "渡辺"):
        assert titles(desk.get(LIST, {"q": word})) == ["推論の題"]
    assert titles(desk.get(LIST, {"q": "なし"})) == []


@pytest.fixture
def states(writer):
    """A manuscript in every state towards the readers, with its name as the title."""
    later = timezone.now() + timedelta(hours=1)
    made = {
        name: begin(writer, title=name, slug=f"s{number}")
        for number, name in enumerate(
            ["未公開", "公開中", "変更あり", "公開予定", "終了", "保管", "変更予約"]
        )
    }
    for name in ("公開中", "変更あり", "終了", "変更予約"):
        made[name].publish(None)
    rewrite(made["変更あり"], "変更あり", body="直した")
    rewrite(made["変更予約"], "変更予約", body="直した")
    made["変更予約"].publish(None, at=later)
    made["公開予定"].publish(None, at=later)
    made["終了"].unpublish(None)
    made["保管"].archive(None)
    return made


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("live", {"公開中", "変更あり", "変更予約"}),
        ("changed", {"変更あり", "変更予約"}),
        ("waiting", {"公開予定", "変更予約"}),
        ("never", {"未公開"}),
        ("archived", {"保管"}),
        ("", {"未公開", "公開中", "変更あり", "公開予定", "終了", "変更予約"}),
    ],
)
def test_the_filter_knows_where_a_manuscript_stands(desk, states, wanted, names):
    query = {"publication": wanted} if wanted else {}
    assert set(titles(desk.get(LIST, query))) == names


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("未公開", "下書き"),
        ("公開中", "公開中"),
        ("変更あり", "公開中・未公開の変更あり"),
        ("公開予定", "公開予定"),
        ("終了", "公開終了"),
        ("変更予約", "公開中・変更を予約"),
    ],
)
def test_each_manuscript_says_where_it_stands(desk, states, name, state):
    [post] = [post for post in desk.get(LIST).context["cl"].result_list if post.title == name]
    assert post.state[1] == state
    assert state in seen(desk.get(LIST))


def test_a_title_is_text(desk):
    begin(title="<script>alert(1)</script>")
    page = desk.get(LIST).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_nothing_is_deleted_from_it(desk):
    post = begin()
    answer = desk.post(
        LIST, {"action": "delete_selected", "_selected_action": post.pk, "post": "yes"}
    )
    assert answer.status_code in {200, 302, 403}
    post.refresh_from_db()


def test_a_hundred_manuscripts_are_turned_over_in_pages(desk, writer):
    for number in range(51):
        begin(writer, title=f"{number}")
    first, second = titles(desk.get(LIST)), titles(desk.get(LIST, {"p": 2}))
    assert (len(first), len(second)) == (50, 1)
    assert len({*first, *second}) == 51

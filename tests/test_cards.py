"""The cards of lists: written once, remembered between pages, and never older than they count."""

import pytest
from django.test import RequestFactory

from posts.models import Author, Category
from posts.pages import SITE, Removed
from posts.pages.front import Declared
from posts.views.cards import Look, cards
from posts.views.frame import frame
from tests.cast import begin, minute
from tests.pages.desk import close_stores, open_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path):
    yield open_store(tmp_path)[0]
    close_stores()


@pytest.fixture
def edition():
    category = Category.objects.create(name="経済", slug="keizai")
    signed = ((Author.named("山田").pk, ""),)
    return begin(title="題", category=category.pk, bylines=signed).publish(None, now=minute(0))


def request(store):
    """Return a reader's request that is rendered for a store."""
    found = RequestFactory().get("/")
    found.META["genko.declared"] = Declared(store)
    return found


def html(request, edition, look=None):
    return cards(request, [edition.pk], look)[0].html


def test_a_card_is_read_once(store, edition, django_assert_num_queries):
    first = html(request(store), edition)
    with django_assert_num_queries(0):
        assert html(request(store), edition) is first


def test_each_look_has_its_own(store, edition):
    plain = html(request(store), edition)
    inside = html(request(store), edition, Look(within=edition.category_id))
    lower = html(request(store), edition, Look(heading=3))
    assert ("経済" in plain, "経済" in inside) == (True, False)
    assert ("<h2>" in plain, "<h3>" in lower) == (True, True)


def test_an_author_with_a_new_name_is_read_anew(store, edition):
    html(request(store), edition)
    author = Author.objects.get()
    author.name = "山本"
    author.save()
    store.remove(Removed(names={f"author:{author.pk}"}))
    assert "山本" in html(request(store), edition)


def test_a_category_renamed_while_a_page_is_rendered_is_not_remembered_as_it_was(store, edition):
    """The page had the old name before; that is too old for what other pages will show."""
    late = request(store)
    frame(late)
    category = Category.objects.get()
    category.name = "くらし"
    category.save()
    store.remove(Removed(names={SITE}))
    html(late, edition)
    assert "くらし" in html(request(store), edition)

"""「改行をそのまま」: a switch of the manuscript, from the form to the page, in every revision."""

import json
import zlib

import pytest
from django.core.management import call_command

from posts.models import Manuscript, Post
from tests.admin.desk import ADD, LIST, at, form, seen
from tests.cast import begin, minute, rewrite
from tests.test_guards import is_guarded

BODY = "一行目\n二行目"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def is_broken(answer):
    """Return whether the page has two lines where two were typed."""
    page = answer.content.decode()
    assert "一行目" in page
    return "一行目<br>" in page


def test_a_revision_from_before_the_switch_has_joined_lines():
    data = json.loads(zlib.decompress(Manuscript(title="題").pack()))
    del data["breaks"]
    assert Manuscript.unpack(zlib.compress(json.dumps(data).encode())) == Manuscript(title="題")


@pytest.mark.parametrize("breaks", [True, False])
def test_a_revision_keeps_it(breaks):
    manuscript = Manuscript(title="題", breaks=breaks)
    assert Manuscript.unpack(manuscript.pack()) == manuscript


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "breaks"), [({"breaks": "on"}, True), ({}, False)])
def test_from_the_form_to_the_page(desk, typed, breaks):
    sent = form(slug="x", body=BODY) | typed
    if not typed:
        del sent["breaks"]  # a box that is not ticked is not sent
    assert is_broken(desk.post(f"{LIST}preview/", sent)) == breaks
    desk.post(ADD, sent)
    post = Post.objects.get()
    assert post.breaks == post.head.manuscript.breaks == breaks
    assert is_broken(desk.get(at(post, "preview/"))) == breaks
    assert ("checked" in desk.get(at(post)).content.decode()) == breaks
    desk.post(
        at(post, "move/publish/"),
        {"kind": "update", "at_0": "", "at_1": "", "until_0": "", "until_1": "", "note": ""},
    )
    assert is_broken(desk.get("/posts/x/")) == breaks


@pytest.mark.django_db
def test_to_tick_it_is_a_change(desk):
    post = begin(body=BODY)
    desk.post(at(post), form(post) | {"breaks": "on"})
    assert [row.manuscript.breaks for row in post.revisions.order_by("number")] == [False, True]


@pytest.mark.django_db
def test_an_older_revision_brings_it_back():
    post = begin(body=BODY, breaks=True, slug="x")
    rewrite(post, "後", breaks=False)
    post.restore(post.revisions.get(number=1), by=None)
    assert post.breaks
    edition = post.publish(None, now=minute(1))
    assert "<br>" in edition.html


@pytest.mark.django_db
def test_an_older_revision_is_seen_and_published_as_it_was(desk):
    post = begin(body=BODY, breaks=True, slug="x")
    rewrite(post, "後", breaks=False)
    assert is_broken(desk.get(at(post, "preview/?revision=1")))
    assert not is_broken(desk.get(at(post, "preview/?revision=2")))
    assert "<br>" in post.publish(None, post.revisions.get(number=1)).html


@pytest.mark.django_db
def test_a_stale_save_keeps_it_and_says_so(desk, editor):
    post = begin(editor, body=BODY)
    stale = form(post, title="私の案") | {"breaks": "on"}
    rewrite(post, "先の案", by=editor)
    answer = desk.post(at(post), stale)
    assert answer.status_code == 409
    assert "ほかの変更は、両方とも入ります" in seen(answer)
    assert post.revisions.get(number=3).manuscript.breaks
    post.refresh_from_db()
    assert not post.breaks


@pytest.mark.django_db(transaction=True)
def test_going_back_and_forth_loses_nothing_else():
    post = begin(title="題", body=BODY, breaks=True, slug="x")
    post.publish(None, now=minute(1))
    try:
        call_command("migrate", "posts", "0002", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    stored = Post.objects.get()
    assert (stored.title, stored.body, stored.breaks) == ("題", BODY, False)
    assert "<br>" in stored.live().html
    # What was saved says what it was: saving the manuscript anew brings it back.
    assert stored.head.manuscript.breaks
    assert is_guarded()

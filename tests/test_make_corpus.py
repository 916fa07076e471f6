"""Making the corpus: the same in one go and in pieces, and beside nothing else."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from posts import corpus
from posts.models import Author, Category, Edition, Event, Post, Revision, Series, Tag
from tests.cast import begin

ALL = 60  # so many in a row have every fate


class Enough(Exception):
    """Leaves a savepoint without what was made in it."""


def content():
    """Return all that is stored, with names where keys may differ."""
    names = {model: dict(model.objects.values_list("pk", "name")) for model in (Author, Tag)}

    def said(manuscript):
        signed = [(names[Author][pk], role) for pk, role in manuscript.bylines]
        tagged = [names[Tag][pk] for pk in manuscript.tags]
        return manuscript.title, manuscript.slug, manuscript.body, manuscript.deck, signed, tagged

    editions = Edition.objects.order_by("uid", "visible_from").values(
        *("uid", "kind", "visible_from", "visible_until", "retired", "published_at", "updated_at"),
        *("change", "note", "slug", "title", "deck", "category__name", "series__name"),
        *("series_part", "html", "toc", "excerpt_html", "plain", "characters", "version"),
    )
    events = Event.objects.order_by("post__uid", "pk").values_list(
        "post__uid", "title", "move", "by__username", "at", "revision", "detail", "note"
    )
    revisions = Revision.objects.order_by("post__uid", "number").select_related("post")
    posts = Post.objects.order_by("uid").values("uid", "status", "version", "planned_on", "body")
    return {
        "posts": list(posts),
        "revisions": [
            (one.post.uid, one.number, one.at, *said(one.manuscript)) for one in revisions
        ],
        "editions": list(editions),
        "events": list(events),
        "tags": list(Tag.objects.order_by("pk").values_list("name", "yomi", "slug")),
        "authors": list(Author.objects.order_by("pk").values_list("name", "yomi", "kind", "title")),
        "series": list(Series.objects.order_by("pk").values_list("name", "slug")),
        "categories": list(Category.objects.order_by("pk").values_list("name", "parent__name")),
    }


def stop_at(place):
    """Return a progress that ends the work as Ctrl-C does."""

    def progress(there):
        if there >= place:
            raise KeyboardInterrupt

    return progress


@pytest.mark.django_db
def test_it_is_the_same_in_one_go_and_in_pieces():
    with pytest.raises(Enough), transaction.atomic():
        corpus.make(ALL)
        whole = content()
        raise Enough
    corpus.make(7)
    with pytest.raises(KeyboardInterrupt):
        corpus.make(ALL, stop_at(40))
    assert (Post.objects.count(), corpus.made(ALL)) == (7, 7)
    corpus.make(ALL)
    assert content() == whole
    corpus.make(20)
    assert Post.objects.count() == ALL


def test_a_newsroom_with_logins_of_its_own_gets_none(another_writer):
    corpus.make(20)
    assert User.objects.get() == another_writer
    assert not Event.objects.exclude(by=None).exists()


@pytest.mark.django_db
def test_the_command_counts_what_there_is(capsys):
    call_command("make_corpus", "20")
    call_command("make_corpus", "20")
    first, counted, second, again = capsys.readouterr().out.splitlines()
    assert first.startswith("20 件を作りました")
    assert second.startswith("0 件を作りました")
    assert counted == again
    assert f"原稿 20　履歴 {Revision.objects.count()}　" in counted
    assert counted.endswith(" MB")


@pytest.mark.django_db
def test_the_command_keeps_away_from_other_posts():
    begin()
    with pytest.raises(CommandError, match="ほかの原稿があります"):
        call_command("make_corpus", "20")
    assert Post.objects.count() == 1


@pytest.mark.django_db
def test_a_corpus_goes_on_beside_what_was_written_since():
    corpus.make(20)
    begin(now=timezone.now())
    corpus.make(25)
    assert Post.objects.count() == 26


@pytest.mark.parametrize("number", ["0", "-3", "一", "1.5"])
def test_a_corpus_of_nothing_is_refused(number):
    with pytest.raises((CommandError, SystemExit)):
        call_command("make_corpus", number)

"""What the corpus holds: all as the verbs would have left it."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from posts import corpus, text
from posts.corpus import prose, shelves, stories
from posts.models import (
    Author,
    Category,
    Delivery,
    Edition,
    Event,
    Post,
    Revision,
    Series,
    Slug,
    Tag,
    render,
)
from tests.admin.desk import LIST

ALL = 60  # so many in a row have every fate


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """The corpus, as long as the tests of this module run."""
    with django_db_blocker.unblock(), transaction.atomic():
        corpus.make(ALL)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(written, db):
    """The corpus; what a test adds goes away with it."""


def test_what_is_derived_is_what_the_renderer_gives(made):
    linked = 0
    for edition in Edition.objects.select_related("post", "revision"):
        fresh = render(edition.post, edition.revision.manuscript, edition.visible_from).rendered
        assert edition.html == fresh.html
        assert edition.plain == fresh.text
        assert edition.characters == fresh.characters
        assert [one["id"] for one in edition.toc] == [one.id for one in fresh.toc]
        assert edition.excerpt_html
        if not edition.revision.manuscript.excerpt:
            assert edition.excerpt == fresh.excerpt
        linked += "/posts/" in edition.html
    assert linked
    assert len(set(Edition.objects.values_list("html", flat=True))) == Edition.objects.count()


def test_every_timeline_is_an_unbroken_line(made):
    changed = 0
    for post in Post.objects.all():
        editions = list(post.editions.order_by("visible_from"))
        for before, after in pairwise(editions):
            changed += 1
            assert before.visible_until == after.visible_from
            assert after.succeeds == before
            assert after.published_at == before.published_at
            assert after.version > before.version
        for edition in editions:
            assert edition.revision.number == edition.version
            for row in (*edition.tag_rows.all(), *edition.bylines.all()):
                assert row.published_at == edition.published_at
                assert row.visible_from == edition.visible_from
                assert row.visible_until == edition.visible_until
                assert row.retired == edition.retired
    assert changed > 5


def test_every_manuscript_is_its_newest_revision(made):
    for post in Post.objects.all():
        numbers = list(post.revisions.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, post.version + 1))
        assert post.manuscript == post.head.manuscript == post.manuscript.cleaned()
        assert post.edited_at == post.head.at
        assert Slug.objects.get(post=post).path == post.slug
    counts = Counter(Revision.objects.values_list("post", flat=True)).values()
    assert 8 < sum(counts) / ALL < 12
    assert max(counts) > 25 > 3 > min(counts)


def test_no_save_changes_nothing(made):
    for post in Post.objects.all():
        saved = [one.manuscript for one in post.revisions.order_by("number")]
        assert all(before != after for before, after in pairwise(saved))


def test_the_log_fits(made):
    for post in Post.objects.all():
        events = list(post.events.order_by("pk"))
        moves = Counter(event.move for event in events)
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[0].move == "create"
        assert moves["create"] + moves["edit"] == post.version
        assert moves["publish"] == post.editions.count()
        assert moves["archive"] == bool(post.archived_at)
    assert Event.objects.filter(move="return_").exclude(note="").exists()
    corrected = Edition.objects.filter(change="correction")
    assert corrected and all(edition.note for edition in corrected)


def test_the_output_is_steady_and_grows_a_little_over_the_years():
    found = map(stories.story, range(0, 30_000, 7))
    days = Counter((stories.NEWEST - one.due).days // 365 for one in found if one.stages)
    years = [days[year] for year in range(stories.YEARS)]
    assert years[0] < 2 * sum(years) / len(years)  # the newest year is no outburst
    assert 2 < sum(years[:3]) / sum(years[-3:]) < 4


def test_manuscripts_stand_everywhere(made):
    states = Counter(post.state[0] for post in Post.objects.with_state())
    assert set(states) == {
        *("draft", "in_review", "ready", "waiting", "live", "changed", "changing"),
        *("over", "archived"),
    }
    assert states["live"] > ALL / 2
    assert Post.objects.filter(kind="page").count() == 1


def test_no_date_lies_ahead_but_those_of_schedules(made):
    assert not Event.objects.filter(at__gt=stories.NEWEST).exists()
    assert not Revision.objects.filter(at__gt=stories.NEWEST).exists()
    waiting = Edition.objects.filter(visible_from__gt=stories.NEWEST)
    assert {edition.visible_from.year for edition in waiting} == {stories.PLANNED.year}
    assert Delivery.objects.count() == waiting.count() == 2
    years = Edition.objects.exclude(pk__in=waiting).dates("published_at", "year")
    assert len(years) > 10


def test_every_list_answers(made, client, admin):
    public = Edition.objects.public().filter(kind="article")
    month = public.latest("published_at").month
    addresses = [
        *("/", "/page/2/", "/authors/", "/series/", "/archive/", f"/archive/{month // 100}/"),
        *(f"/archive/{month // 100}/{month % 100:02}/", "/feed.xml", "/sitemap.xml"),
        *(f"/sitemap-{month // 100}-{month % 100:02}.xml", public.first().get_absolute_url()),
        Edition.objects.get(kind="page").get_absolute_url(),
        *(one.get_absolute_url() for one in Category.objects.all()),
        Tag.objects.earliest("pk").get_absolute_url(),
        Author.objects.earliest("pk").get_absolute_url(),
        Series.objects.earliest("pk").get_absolute_url(),
    ]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )
    client.force_login(admin)
    post = Post.objects.latest("version")
    desk = [LIST, f"{LIST}?status__exact=in_review", f"{LIST}{post.pk}/change/"]
    desk += [f"{LIST}{post.pk}/history/", "/admin/posts/event/", "/admin/posts/tag/"]
    assert {address: client.get(address).status_code for address in desk} == dict.fromkeys(
        desk, 200
    )


def test_the_logins_of_the_demonstration_wrote_it(made):
    users = {user.username: user for user in User.objects.all()}
    assert set(users) == {"writer", "editor", "chief"}
    assert not any(user.has_usable_password() for user in users.values())
    own = Post.objects.seen_by(users["writer"]).count()
    assert 0 < own < Post.objects.seen_by(users["editor"]).count() == ALL


def test_names_differ_in_a_large_corpus():
    tags = [text.fold(shelves.tag_name(number)[0]) for number in range(4_000)]
    authors = [shelves.author_name(number)[0] for number in range(2_000)]
    series = [shelves.series_name(number) for number in range(4_000)]
    for names in (tags, authors, series):
        assert len(set(names)) == len(names)


def test_few_tags_are_frequent_and_many_are_rare():
    dice = Random(1)
    ranks = Counter(shelves.rank(dice, 200) for _ in range(20_000))
    assert ranks[0] > 2 * ranks[3] > 4 * ranks[30] > 0
    assert set(ranks) <= set(range(200))


@pytest.mark.parametrize("number", range(0, prose.TEXTS, 250))
def test_parts_together_are_what_the_whole_gives(number):
    body = stories.Body(stories.story(number + 6))
    moment = stories.NEWEST - timedelta(days=1)
    whole = body.at(0, moment)
    assert whole.rendered == text.render(whole.source, posts=body.posts(moment))
    assert whole.source == body.source()
    assert whole.rendered.characters > 500

"""People who do things at the same time: one order comes out, and nothing is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from posts.models import Edition, Event, Post, Redirect, Refused, Revision, Slug, Tag
from tests.cast import begin, rewrite

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 8


def at_once(*calls):
    """Call each in a thread with its own connection, all from one moment on.

    Return what each returned or, where it was refused, Refused; raise anything else.
    """
    start = threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            return call()
        except Refused:
            return Refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def fresh(post):
    """Return the post as another process holds it."""
    return Post.objects.get(pk=post.pk)


def publisher(post, number):
    """Return a call that publishes revision `number`."""
    mine = fresh(post)
    revision = post.revisions.get(number=number)
    return lambda: mine.publish(None, revision)


def saver(post, title):
    """Return a call that saves `title` over the first version."""
    mine = fresh(post)
    return lambda: mine.write(replace(mine.manuscript, title=title), by=None, base=1)


def with_revisions(count):
    """Return a post whose first revision is public, and `count` in all."""
    post = begin(title="1", now=timezone.now())
    post.publish(None)
    for number in range(2, count + 1):
        rewrite(post, str(number), now=timezone.now())
    return post


def assert_one_unbroken_line(post):
    """Each edition ends where the next begins, and the last is what readers see."""
    line = list(post.editions.order_by("visible_from"))
    ends = [edition.visible_until for edition in line]
    assert ends == [edition.visible_from for edition in line[1:]] + [None]
    assert Edition.objects.public().get() == line[-1]
    return line


def test_two_publishers_follow_each_other():
    post = with_revisions(3)
    results = at_once(publisher(post, 2), publisher(post, 3))
    assert Refused not in results
    line = assert_one_unbroken_line(post)
    assert {edition.title for edition in line} == {"1", "2", "3"}


def test_two_publishers_of_one_revision_make_one_edition():
    post = begin(now=timezone.now())
    first, second = at_once(publisher(post, 1), publisher(post, 1))
    assert first == second == post.editions.get()


def test_eight_publishers_leave_no_gap_and_no_overlap():
    post = with_revisions(CROWD + 1)
    results = at_once(*(publisher(post, number) for number in range(2, CROWD + 2)))
    assert Refused not in results
    assert len(assert_one_unbroken_line(post)) == CROWD + 1


def test_a_reader_sees_one_edition_all_the_while():
    post = with_revisions(CROWD)
    done = threading.Event()

    def read():
        counts = set()
        while not done.is_set():
            counts.add(Edition.objects.public().filter(post=post).count())
        return counts

    def publish_all():
        try:
            for number in range(2, CROWD + 1):
                publisher(post, number)()
        finally:
            done.set()

    assert at_once(publish_all, read)[1] == {1}


def test_who_waited_for_another_publisher_comes_after_and_is_not_refused():
    post = with_revisions(3)
    calling, third = threading.Event(), publisher(post, 3)

    def publish_third():
        connection.ensure_connection()
        calling.set()
        return third()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=post.pk)
            waiting = pool.submit(at_once, publish_third)
            calling.wait()
            publisher(post, 2)()
        assert waiting.result() == [Edition.objects.public().get()]
    assert_one_unbroken_line(post)


def test_a_takedown_and_a_publication_leave_the_order_of_the_log():
    post = with_revisions(2)
    mine = fresh(post)
    at_once(publisher(post, 2), lambda: mine.unpublish(None))
    last = Event.objects.filter(post=post).order_by("pk").last().move
    assert Edition.objects.public().exists() == (last == "publish")
    assert post.editions.filter(visible_until=None).count() <= 1


def test_two_schedulers_make_one_plan():
    post = with_revisions(1)
    soon = timezone.now() + timedelta(hours=1)
    rewrite(post, "後", now=timezone.now())
    mine, yours = fresh(post), fresh(post)
    results = at_once(
        lambda: mine.publish(None, at=soon),
        lambda: yours.publish(None, at=soon + timedelta(hours=1)),
    )
    assert results.count(Refused) == 1
    assert post.editions.filter(visible_from__gt=timezone.now()).count() == 1


def test_of_two_saves_from_one_base_one_counts_and_the_other_is_kept():
    post = begin(title="前", now=timezone.now())
    texts = ["私の案", "編集者の案"]
    at_once(*(saver(post, title) for title in texts))
    post = fresh(post)
    kept = post.revisions.get(why=Revision.Why.KEPT)
    assert (post.version, kept.number, kept.base) == (2, 3, 1)
    assert {post.title, kept.manuscript.title} == set(texts)
    assert post.title == post.head.manuscript.title


def test_eight_saves_from_one_base_lose_nothing():
    post = begin(title="前", now=timezone.now())
    texts = [f"案{number}" for number in range(CROWD)]
    at_once(*(saver(post, title) for title in texts))
    kept = [revision.manuscript.title for revision in post.revisions.all()]
    assert sorted(kept) == sorted(["前", *texts])
    assert post.revisions.filter(why=Revision.Why.KEPT).count() == CROWD - 1


def test_one_slug_goes_to_one_of_two():
    results = at_once(
        lambda: begin(title="一", slug="same", now=timezone.now()),
        lambda: begin(title="二", slug="same", now=timezone.now()),
    )
    assert results.count(Refused) == 1
    assert Post.objects.get().slugs.get() == Slug.objects.get()


def test_two_posts_with_the_same_tags_in_opposite_order_both_get_through():
    tags = [tag.pk for tag in Tag.named(["AI", "投資", "国際"])]
    posts = [begin(tags=order, now=timezone.now()) for order in (tuple(tags), tuple(tags[::-1]))]
    results = at_once(*(publisher(post, 1) for post in posts))
    assert Refused not in results
    assert Edition.objects.public().count() == 2


def test_a_move_is_made_once_by_two_who_press_the_button():
    post = begin(now=timezone.now())
    mine, yours = fresh(post), fresh(post)
    results = at_once(lambda: mine.submit(None), lambda: yours.submit(None))
    assert results.count(Refused) == 1
    assert post.events.filter(move="submit").count() == 1


# What waits, while the plan of what it links to changes


def canceller(post):
    """Return a call that cancels the plan of the post."""
    mine = fresh(post)
    return lambda: mine.unschedule(None)


def ender(post, end):
    """Return a call that plans the end of the post."""
    mine = fresh(post)
    return lambda: mine.unpublish(None, at=end)


def cancelled_beside(post, move):
    """Cancel the plan of `post` while `move` is made and not committed; return what that gave.

    Where the database lets only one of the two write, the cancelling waits for the commit.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            given = move()
            cancelling = pool.submit(at_once, canceller(post))
            wait([cancelling], timeout=1)
        assert cancelling.result() == [None]
    return given


@pytest.fixture
def soon():
    return timezone.now() + timedelta(hours=1)


@pytest.fixture
def secret(soon):
    """A post that is to be public soon, by the slug "secret"."""
    post = begin(title="秘密の題", slug="secret", now=timezone.now())
    post.publish(None, at=soon)
    return post


@pytest.fixture
def linking():
    """A post whose text names the secret one."""
    return begin(title="紹介", slug="linking", body="[](post:secret)を読む。", now=timezone.now())


def test_a_cancelled_plan_reaches_what_another_verb_holds(secret, linking, soon):
    edition = linking.publish(None, at=soon)
    assert "秘密の題" in edition.html
    end = soon + timedelta(days=1)
    cancelled_beside(secret, lambda: linking.unpublish(None, at=end))
    edition.refresh_from_db()
    assert (edition.html, edition.visible_until) == ("<p>を読む。</p>", end)


def test_a_cancelled_plan_reaches_what_is_being_scheduled(secret, linking, soon):
    edition = cancelled_beside(secret, lambda: linking.publish(None, at=soon))
    assert "秘密の題" in edition.html
    edition.refresh_from_db()
    assert edition.html == "<p>を読む。</p>"


def test_two_that_link_to_each_other_are_moved_at_once(soon):
    posts = [
        begin(title=slug, slug=slug, body=f"[](post:{other})", now=timezone.now())
        for slug, other in (("one", "two"), ("two", "one"))
    ]
    for post in posts:
        post.publish(None, at=soon)
    for day in range(1, 6):
        end = soon + timedelta(days=day)
        assert at_once(*(ender(post, end) for post in posts)) == [None, None]
    assert at_once(*(canceller(post) for post in posts)) == [None, None]
    assert not Edition.objects.exists()


def test_of_two_redirects_that_would_lead_in_a_circle_one_is_refused():
    adding = []

    def add(path, target, meanwhile=lambda: None):
        row = Redirect(path=path, target=target)
        with transaction.atomic():
            row.full_clean()
            meanwhile()
            row.save()

    def other():
        try:
            add("/b/", "/a/")
        except ValidationError as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    def meanwhile():
        adding.append(pool.submit(other))
        wait(adding, timeout=0.5)

    with ThreadPoolExecutor(1) as pool:
        add("/a/", "/b/", meanwhile)
    assert "戻ってきます" in adding[0].result()

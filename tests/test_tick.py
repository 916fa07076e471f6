from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from posts.effects import tick
from posts.models import Edition, EditionByline, EditionTag, Manuscript, Post, Tag

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def due():
    (settings.VAR_DIR / "housekeeping").unlink(missing_ok=True)


def closed_since(age):
    [tag] = Tag.named(["古い話"])
    post = Post.begin(Manuscript(title="終わった記事", tags=(tag.pk,)), by=None)
    post.publish(None, now=NOW - age - timedelta(hours=1))
    post.unpublish(None, now=NOW - age)
    return post.editions.get()


def test_it_takes_out_what_surely_closed():
    edition = closed_since(timedelta(days=3))
    tick(NOW)
    assert Edition.objects.get(pk=edition.pk).retired
    assert EditionTag.objects.filter(edition=edition, retired=True).count() == 1
    assert not EditionByline.objects.filter(retired=False).exists()


def test_it_leaves_what_closed_lately():
    edition = closed_since(timedelta(hours=40))
    tick(NOW)
    assert not Edition.objects.get(pk=edition.pk).retired


def test_a_second_tick_in_the_hour_does_nothing():
    assert tick(NOW) == 1
    assert tick(NOW) == 0


def test_a_question_about_the_past_sees_retired_editions():
    edition = closed_since(timedelta(days=3))
    tick(NOW)
    then = NOW - timedelta(days=3, minutes=30)
    assert Edition.objects.public(then).get() == edition

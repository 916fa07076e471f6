"""Merging authors: the login goes along, unless the one that is left has one."""

import pytest

from posts.models import Author, Invitation
from tests.cast import begin, minute
from tests.merges.shelves import pair

pytestmark = pytest.mark.django_db


def logins(*authors):
    return [Author.objects.get(pk=author.pk).user for author in authors]


def test_a_login_goes_along(chief, writer):
    old, new = pair(Author)
    Author.objects.filter(pk=old.pk).update(user=writer)
    post = begin(bylines=((old.pk, ""),))
    old.merge_into(new, chief)
    assert logins(old, new) == [None, writer]
    assert post.is_own(writer)


def test_the_login_of_the_one_that_is_left_stays(chief, writer, another_writer):
    old, new = pair(Author)
    Author.objects.filter(pk=old.pk).update(user=writer)
    Author.objects.filter(pk=new.pk).update(user=another_writer)
    post = begin(bylines=((old.pk, ""),))
    old.merge_into(new, chief)
    assert logins(old, new) == [None, another_writer]
    assert not post.is_own(writer)
    assert post.is_own(another_writer)


def test_an_invitation_names_the_one_that_is_left(chief):
    old, new = pair(Author)
    Invitation.objects.create(
        email="a@example.jp",
        role="ライター",
        author=old,
        digest="x",
        by=chief,
        at=minute(0),
        expires_at=minute(9),
    )
    old.merge_into(new, chief)
    assert Invitation.objects.get().author == new

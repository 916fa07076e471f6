"""What the tests about people share: quick passwords, and the letters that the worker sends."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from posts import effects, letters
from posts.models import Delivery

PASSWORD = "とても長い合言葉を使います"


@pytest.fixture(autouse=True)
def quick(settings):
    """Hash passwords in no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def known():
    """Give a person a password and a mail address, and return the person."""

    def known(user):
        user.set_password(PASSWORD)
        user.email = f"{user.username}@example.jp"
        user.save()
        return user

    return known


@pytest.fixture
def post_office():
    """Have the worker send what waits, and return the letters; the last one's link too."""

    def post_office():
        now = timezone.now()
        for kind in letters.KINDS:
            for delivery in Delivery.objects.claim(kind, now, 100):
                effects.carry_out(delivery, now)
        return mail.outbox

    return post_office


def link(letter):
    """Return the path of the link in a letter."""
    return re.search(r"http://testserver(/\S+)", letter.body)[1]

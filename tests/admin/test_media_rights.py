"""Whose words stand beside a picture, and that no picture goes away."""

import pytest

from posts.models import Author, Media
from tests.admin.test_media_page import PICTURES, upload
from tests.cast import begin
from tests.test_media import plain

pytestmark = pytest.mark.django_db

WORDS = {"alt": "", "caption": "うそ", "credit": ""}


def described(client, media):
    """Return the caption after an attempt to change it."""
    client.post(f"{PICTURES}{media.pk}/change/", WORDS)
    media.refresh_from_db()
    return media.caption


def publish(media, chief):
    begin(chief, slug="public", cover=media.pk).publish(chief)


def test_a_writer_describes_own_pictures_until_readers_see_them(client, writer, chief):
    media = Media.keep(plain(), "a.png", by=writer, caption="正しい")
    client.force_login(writer)
    assert described(client, media) == "うそ"
    Media.objects.update(caption="正しい")
    publish(media, chief)
    assert described(client, media) == "正しい"
    assert "うそ" not in client.get("/posts/public/").content.decode()


def test_nor_by_uploading_the_same_picture_again(client, writer, chief):
    media = Media.keep(plain(), "a.png", by=writer)
    publish(media, chief)
    client.force_login(writer)
    assert upload(client, data=plain(), caption="うそ").status_code == 302
    assert Media.objects.get().caption == ""


def test_a_writer_leaves_the_pictures_of_others_alone(client, writer, editor):
    client.force_login(writer)
    for by in (editor, None):
        Media.objects.all().delete()
        media = Media.keep(plain(), "a.png", by=by, caption="正しい")
        assert described(client, media) == "正しい"


def test_a_portrait_is_described_by_the_desk(client, writer):
    media = Media.keep(plain(), "a.png", by=writer, caption="正しい")
    Author.objects.create(name="人", slug="p", portrait=media)
    client.force_login(writer)
    assert described(client, media) == "正しい"


@pytest.mark.parametrize("role", ["editor", "chief", "admin"])
def test_the_desk_describes_what_is_public(request, client, writer, chief, role):
    media = Media.keep(plain(), "a.png", by=writer)
    publish(media, chief)
    client.force_login(request.getfixturevalue(role))
    assert described(client, media) == "うそ"


@pytest.mark.parametrize("role", ["writer", "chief", "admin"])
def test_a_picture_of_a_body_cannot_be_deleted(request, client, chief, role):
    media = Media.keep(plain(), "a.png", by=chief)
    begin(chief, body=f"![海]({media.url})").publish(chief)
    client.force_login(request.getfixturevalue(role))
    client.post(f"{PICTURES}{media.pk}/delete/", {"post": "yes"})
    marked = {"action": "delete_selected", "_selected_action": media.pk, "post": "yes"}
    client.post(PICTURES, marked)
    assert Media.objects.count() == 1

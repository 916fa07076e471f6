"""自分の設定: the own name, byline and mail address; nobody else's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from posts.models import Author, Event, Media, Person
from tests.admin.desk import rows, seen
from tests.cast import begin
from tests.people.conftest import PASSWORD
from tests.test_media import plain

pytestmark = pytest.mark.django_db
ME = "/admin/me/"


@pytest.fixture
def author(writer):
    return Author.objects.create(name="山田花子", slug="hanako", user=writer)


def send(client, part, **typed):
    fields = {f"{part}-{name}": value for name, value in typed.items()}
    return client.post(ME, {"part": part, **fields})


def test_the_name(client, writer):
    client.force_login(writer)
    assert send(client, "name", family="山田", given="花子").status_code == 302
    assert str(Person.behind(writer)) == "山田 花子"
    [event] = Event.objects.all()
    assert (event.move, event.note) == ("rename", "writer → 山田 花子")
    send(client, "name", family="", given="花子")
    assert str(Person.behind(writer)) == "山田 花子"


def test_the_mail_address_takes_the_password(client, known, writer, post_office):
    client.force_login(known(writer))
    for wrong in ("", "wrong"):
        assert send(client, "mail", email="new@example.jp", password=wrong).status_code == 200
    assert Person.behind(writer).email == "writer@example.jp"
    send(client, "mail", email="new@example.jp", password=PASSWORD)
    assert Person.behind(writer).email == "new@example.jp"
    assert post_office()[-1].to == ["writer@example.jp"]


def test_the_byline_changes_what_readers_see(client, writer, author):
    post = begin(writer, bylines=((author.pk, ""),))
    post.publish(None)
    client.get(author.get_absolute_url())
    client.force_login(writer)
    send(client, "profile", title="記者", bio="川の町に住む。")
    client.logout()
    assert "川の町に住む。" in seen(client.get(author.get_absolute_url()))
    assert Event.objects.filter(move="profile", by=writer, title="山田花子").exists()


def test_the_portrait_is_uploaded_and_taken_away(client, writer, author):
    client.force_login(writer)
    picture = SimpleUploadedFile("顔.png", plain(), "image/png")
    send(client, "profile", title="", bio="", upload=picture)
    author.refresh_from_db()
    assert author.portrait.uploaded_by == writer
    send(client, "profile", title="", bio="", without="on")
    author.refresh_from_db()
    assert author.portrait is None
    assert Media.objects.count() == 1


def test_what_is_no_picture_is_refused(client, writer, author):
    client.force_login(writer)
    bad = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    assert send(client, "profile", title="記者", bio="", upload=bad).status_code == 200
    author.refresh_from_db()
    assert (author.portrait, author.title) == (None, "")


def test_forged_fields_change_nothing_else(client, known, writer, another_writer, author):
    client.force_login(known(another_writer))
    before, people = rows(), list(Person.objects.values_list())
    forged = {"name": "乗っ取り", "slug": "x", "user": another_writer.pk, "pk": author.pk}
    assert send(client, "profile", title="記者", bio="x", **forged).status_code == 404
    assert send(client, "nothing", family="x").status_code == 404
    assert rows() == before
    assert list(Person.objects.values_list()) == people
    forged = {"is_superuser": "on", "groups": "1", "username": "x", "user": writer.pk}
    send(client, "name", family="別", given="人", **forged)
    me = Person.behind(another_writer)
    assert (me.is_superuser, me.username, me.role) == (False, "another_writer", "ライター")


def test_a_profile_changes_neither_name_nor_login(client, writer, author):
    client.force_login(writer)
    send(client, "profile", title="記者", bio="", name="乗っ取り", slug="x", user="")
    author.refresh_from_db()
    assert (author.name, author.slug, author.user) == ("山田花子", "hanako", writer)


def test_the_page_is_constant_in_its_queries(client, writer, author, django_assert_max_num_queries):
    client.force_login(writer)
    with django_assert_max_num_queries(12):
        assert "署名「山田花子」" in seen(client.get(ME))

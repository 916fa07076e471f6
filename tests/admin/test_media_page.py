"""Pictures on the desk: uploaded, described, refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from posts.models import Media
from tests.admin.desk import rows, seen
from tests.cast import begin
from tests.test_media import HOSTILE, exif, moving, plain

pytestmark = pytest.mark.django_db

PICTURES = "/admin/posts/media/"


@pytest.fixture
def desk(client, writer):
    """A writer's browser."""
    client.force_login(writer)
    return client


def upload(client, name="海.png", data=None, **fields):
    """Upload a picture and return the answer."""
    source = SimpleUploadedFile(name, plain() if data is None else data, "image/png")
    words = {"alt": "", "caption": "", "credit": ""} | fields
    return client.post(f"{PICTURES}add/", {"upload": source, **words})


def test_a_picture_is_kept_with_its_words(desk, writer):
    assert upload(desk, alt="海", caption="朝の海", credit="撮影者").status_code == 302
    media = Media.objects.get()
    assert (media.name, media.alt, media.caption, media.credit) == (
        "海.png",
        "海",
        "朝の海",
        "撮影者",
    )
    assert (media.width, media.height, media.format) == (40, 30, "PNG")
    assert media.uploaded_by == writer


def test_the_same_picture_twice_is_one(desk):
    upload(desk, alt="海")
    assert upload(desk, "別の名.png", alt="").status_code == 302
    assert Media.objects.get().alt == "海"


def test_words_can_be_changed_and_nothing_else(desk):
    upload(desk)
    media = Media.objects.get()
    forged = {"alt": "船", "caption": "", "credit": "", "name": "x", "width": 1, "digest": "0"}
    source = SimpleUploadedFile("y.png", plain(color="red"))
    desk.post(f"{PICTURES}{media.pk}/change/", forged | {"upload": source, "original": "../x"})
    changed = Media.objects.get()
    assert changed.alt == "船"
    for name in ("name", "width", "digest", "original"):
        assert getattr(changed, name) == getattr(media, name)


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_what_is_hostile_is_refused_in_words(desk, kind):
    before = rows()
    answer = upload(desk, data=HOSTILE[kind])
    assert answer.status_code == 200
    assert "ません" in seen(answer) or "です" in seen(answer) or "大きすぎ" in seen(answer)
    assert rows() == before


@pytest.mark.parametrize("data", [moving("MPO"), moving("WEBP"), plain("JPEG")])
def test_pictures_of_telephones_are_taken(desk, data):
    assert upload(desk, data=data).status_code == 302


def test_nothing_hidden_is_kept(desk):
    from PIL import Image

    from tests.test_media import SECRET, encoded

    upload(desk, data=encoded(Image.new("RGB", (20, 10)), "JPEG", exif=exif()))
    with Media.objects.get().original.open() as file:
        assert SECRET not in file.read()


@pytest.mark.parametrize("name", ["../../x.png", "<script>.png", "あ" * 300 + ".png", "a\0.png"])
def test_a_name_is_only_data(desk, name):
    assert upload(desk, name).status_code == 302
    page = desk.get(PICTURES).content.decode()
    assert "<script>." not in page
    assert Media.objects.get().original.name.startswith(Media.objects.get().digest[:2])


def test_words_are_text(desk):
    upload(desk, alt='"><script>alert(1)</script>', caption="<b>", credit="<i>")
    media = Media.objects.get()
    for page in (PICTURES, f"{PICTURES}{media.pk}/change/"):
        assert "<script>alert" not in desk.get(page).content.decode()


def test_a_cover_that_is_used_is_not_deleted(client, chief):
    media = Media.keep(plain(), "x.png")
    begin(cover=media.pk)
    client.force_login(chief)
    client.post(f"{PICTURES}{media.pk}/delete/", {"post": "yes"})
    client.post(
        PICTURES, {"action": "delete_selected", "_selected_action": media.pk, "post": "yes"}
    )
    assert Media.objects.count() == 1


def test_it_is_searched_by_its_words(desk):
    upload(desk, alt="北の海")
    assert desk.get(PICTURES, {"q": "北の"}).context["cl"].result_count == 1
    assert desk.get(PICTURES, {"q": "山"}).context["cl"].result_count == 0

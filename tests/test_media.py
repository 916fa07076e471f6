"""Pictures: what comes in is written anew, what is hostile is refused, what goes out is inert."""

import io
import random
import re
import struct
import zlib
from contextlib import closing

import pytest
from PIL import Image

from posts import images
from posts.models import Media

FORMATS = ["JPEG", "PNG", "GIF", "WEBP"]
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
SECRET = b"SECRET-35.6812-139.7671"
SCRIPT = b"<html><script>alert(1)</script></html>"


def encoded(image, form, **options):
    """Return `image` as a file of the format `form`."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def plain(form="PNG", size=(40, 30), color="teal"):
    """Return a one-coloured picture as a file."""
    return encoded(Image.new("RGB", size, color), form)


def moving(form, count=3, size=(20, 20), **options):
    """Return a picture that moves."""
    frames = [Image.new("RGB", size, (n * 40 % 256, n, 0)) for n in range(count)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], loop=0, **options)


def exif(orientation=1):
    """Return what a camera writes: its place, its owner, how it was held."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x013B] = SECRET.decode()
    data.get_ifd(0x8825)[29] = SECRET.decode()
    return data


def opened(data):
    """Return the picture in `data`, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


# What comes in


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_is_taken(form):
    picture = images.clean(plain(form))
    assert (picture.format, picture.width, picture.height) == (form, 40, 30)
    assert opened(picture.data).format == form


@pytest.mark.parametrize(
    "data",
    [
        encoded(Image.new("RGB", (20, 10)), "JPEG", exif=exif(), comment=SECRET),
        encoded(Image.new("RGB", (20, 10)), "PNG", exif=exif()),
        encoded(Image.new("RGB", (20, 10)), "WEBP", exif=exif(), xmp=SECRET),
        encoded(Image.new("P", (20, 10)), "GIF", comment=SECRET),
        moving("GIF", comment=SECRET),
        moving("PNG", exif=exif()),
        moving("WEBP", exif=exif(), xmp=SECRET),
    ],
    ids=["jpeg", "png", "webp", "gif", "moving-gif", "moving-png", "moving-webp"],
)
def test_what_a_camera_wrote_is_gone(data):
    assert SECRET in data
    picture = images.clean(data)
    assert SECRET not in picture.data
    image = opened(picture.data)
    assert not image.getexif()
    assert not {"comment", "xmp"} & set(image.info)


def test_texts_in_a_png_are_gone():
    chunk = b"tEXtComment\0" + SECRET
    data = plain()
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert SECRET not in images.clean(data[:33] + text + data[33:]).data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(form, orientation):
    red_left = Image.new("RGB", (32, 16), "blue")
    red_left.paste("red", (0, 0, 16, 16))
    data = encoded(red_left, form, exif=exif(orientation))
    picture = images.clean(data)
    turned = orientation >= 5
    assert (picture.width, picture.height) == ((16, 32) if turned else (32, 16))
    corners = {1: "left", 2: "right", 3: "right", 4: "left"} | {5: "top", 6: "top"}
    where = corners.get(orientation, "bottom")
    at = {"left": (4, 8), "right": (27, 8), "top": (8, 4), "bottom": (8, 27)}[where]
    red, _, blue = opened(picture.data).convert("RGB").getpixel(at)
    assert red > 200 > blue


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_a_palette_keeps_its_transparency(form):
    image = Image.new("P", (10, 10), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(1, (0, 0, 5, 10))
    picture = images.clean(encoded(image, form, transparency=0))
    pixels = opened(picture.data).convert("RGBA")
    assert pixels.getpixel((8, 5))[3] == 0
    assert pixels.getpixel((2, 5)) == (0, 255, 0, 255)


def test_an_alpha_channel_stays():
    picture = images.clean(encoded(Image.new("RGBA", (5, 5), (1, 2, 3, 128)), "PNG"))
    assert opened(picture.data).getpixel((0, 0)) == (1, 2, 3, 128)


def test_the_colours_of_a_profile_stay():
    profile = b"\0" * 36 + b"acsp" + bytes(88)
    picture = images.clean(encoded(Image.new("RGB", (5, 5)), "PNG", icc_profile=profile))
    assert opened(picture.data).info["icc_profile"] == profile


def test_a_telephones_jpeg_with_two_views_is_a_jpeg():
    data = moving("MPO")
    assert Image.open(io.BytesIO(data)).format == "MPO"
    picture = images.clean(data)
    assert (picture.format, opened(picture.data).format) == ("JPEG", "JPEG")


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_what_moves_goes_on_moving_at_its_pace(form):
    image = Image.open(io.BytesIO(images.clean(moving(form, duration=[100, 250, 700])).data))
    shown = []
    for frame in range(image.n_frames):
        image.seek(frame)
        image.load()
        shown.append(image.info["duration"])
    assert shown == [100, 250, 700]


@pytest.mark.parametrize("form", FORMATS)
def test_a_tail_of_something_else_is_gone(form):
    assert SCRIPT not in images.clean(plain(form) + SCRIPT).data


def test_the_same_bytes_have_the_same_digest():
    assert images.clean(plain()).digest == images.clean(plain()).digest
    assert images.clean(plain()).digest != images.clean(plain() + b"\0").digest


# What is refused


def bomb(width, height):
    """Return a small PNG that says it is of this size."""
    header = b"IHDR" + struct.pack(">II5B", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return plain()[:8] + chunk + plain()[33:]


def many_frames(count):
    """Return a GIF of so many frames of one pixel."""
    frame = b"," + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<2H3B", 1, 1, 128, 0, 0) + bytes(6) + frame * count + b";"


HOSTILE = {
    "empty": b"",
    "text": "画像ではありません".encode(),
    "html": SCRIPT,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "pdf": b"%PDF-1.7\n" + SCRIPT,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "bmp": encoded(Image.new("RGB", (5, 5)), "BMP"),
    "tiff": encoded(Image.new("RGB", (5, 5)), "TIFF"),
    "ico": encoded(Image.new("RGB", (16, 16)), "ICO"),
    "fits": b"SIMPLE  =                    T" + bytes(2850),
    "jpeg-2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "zip": b"PK\x05\x06" + bytes(18),
    "header": b"\x89PNG\r\n\x1a\n",
    "jpeg-header": b"\xff\xd8\xff",
    "cut-png": plain("PNG")[:50],
    "cut-jpeg": plain("JPEG")[:200],
    "cut-gif": plain("GIF")[:20],
    "cut-webp": plain("WEBP")[:24],
    "bomb": bomb(60_000, 60_000),
    "bomb-limit": bomb(7_072, 7_072),
    "bomb-wide": bomb(2**31 - 1, 1),
    "bomb-none": bomb(0, 0),
    "frames": many_frames(301),
    "frames-endless": many_frames(1_000_000),
    "frames-large": moving("GIF", count=8, size=(4_000, 4_000)),
    "bytes": bytes(images.MAX_BYTES + 1),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_hostile_is_refused_in_japanese(kind):
    with pytest.raises(images.Refused, match=r"[ぁ-ん].*。$"):
        images.clean(HOSTILE[kind])


def test_the_limit_itself_is_allowed():
    assert images.clean(many_frames(300)).format == "GIF"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "moving"])
def test_damage_is_a_refusal_or_a_picture_and_nothing_else(form):
    noise = Image.effect_noise((40, 30), 50)
    whole = moving("WEBP") if form == "moving" else encoded(noise, form, exif=exif(6))
    chance = random.Random(form)
    taken = 0
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            picture = images.clean(bytes(data[: chance.choice([None, None, len(data) // 2])]))
        except images.Refused:
            continue
        taken += 1
        assert opened(picture.data).size == (picture.width, picture.height)
    assert taken


# What is kept


@pytest.mark.django_db
def test_the_same_picture_is_kept_once():
    first = Media.keep(plain(), "海.png", alt="海")
    again = Media.keep(plain(), "../../other.png", alt="別の説明", credit="撮影者")
    assert again == first
    assert (again.alt, again.credit, again.name) == ("海", "撮影者", "海.png")
    assert Media.objects.get().credit == "撮影者"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../etc/passwd", "/abs.png", "a\0b.png", "CON", "😀.html", ""])
def test_the_stored_name_is_never_the_uploaded_one(name):
    media = Media.keep(plain(color="salmon"), name or "x")
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{62}\.png", media.original.name)


# What goes out


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMATS)
def test_it_is_served_as_a_picture_that_runs_nothing(client, form):
    media = Media.keep(plain(form), "x")
    with closing(client.get(media.url)) as answer:
        assert answer.status_code == 200
        assert answer["Content-Type"] == TYPES[form]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "immutable" in answer["Cache-Control"]
        assert "attachment" not in answer.get("Content-Disposition", "")
        assert not answer.cookies
        assert answer.getvalue() == media.original.open().read()
    media.original.close()


@pytest.mark.django_db
def test_head_gives_the_size_alone(client):
    media = Media.keep(plain(), "x")
    with closing(client.head(media.url)) as answer:
        assert (answer.status_code, answer.getvalue()) == (200, b"")
        assert int(answer["Content-Length"]) == media.size


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "",
        "x.png",
        "../secret_key",
        "..%2Fsecret_key",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "ab/" + "c" * 62 + ".png",
        "ab/" + "c" * 62 + ".svg",
        "AB/" + "C" * 62 + ".png",
        "ab/" + "c" * 62 + ".png%00",
        "ab/" + "c" * 62 + ".png%0a",
        "ab/" + "c" * 62 + ".png/",
        "ab//" + "c" * 62 + ".png",
        "ab/../ab/" + "c" * 62 + ".png",
        "ab",
        "%ff%fe",
        "あ.png",
    ],
)
def test_any_other_name_is_not_there(client, name):
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_is_written_there(client, method):
    media = Media.keep(plain(), "x")
    assert getattr(client, method)(media.url).status_code == 405

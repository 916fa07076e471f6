"""Pictures that people upload: checked, turned upright, without hidden data.

Everything that comes in is decoded and written again, so that what the site serves is a
picture and nothing else: no script in a tail, no camera's place and owner (EXIF, XMP).
"""

import hashlib
import struct
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}
MAX_BYTES = 30 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_FRAMES = 300
MAX_MOVING = 100_000_000  # pixels of all frames together: some five seconds of work

# What Pillow's decoders raise on broken files.
BROKEN = (
    *(ArithmeticError, AssertionError, EOFError, LookupError, OSError, RuntimeError),
    *(SyntaxError, TypeError, ValueError, struct.error),
)

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class Refused(Exception):
    """The bytes are no picture that we take; the message says why, in Japanese."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture ready to be stored: bytes, Pillow's format name, size in pixels, sha256."""

    data: bytes
    format: str
    width: int
    height: int
    digest: str


def clean(data: bytes) -> CleanPicture:
    """Return the picture in `data` written anew.

    The digest is that of the bytes that came in, so that the same file is found again
    whatever the encoder does. Raises Refused for what is no picture, too large (bytes,
    pixels, frames) or broken.
    """
    if len(data) > MAX_BYTES:
        raise Refused(f"画像が大きすぎます（{MAX_BYTES // 1024 // 1024}MBまで）。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Pillow only warns up to twice its limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _rewrite(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(f"画像が大きすぎます（{MAX_PIXELS // 10_000}万画素まで）。") from error
    except UnidentifiedImageError as error:
        raise Refused("JPEG・PNG・GIF・WebP のどれでもないファイルです。") from error
    except BROKEN as error:
        raise Refused("画像が壊れていて開けません。") from error


def _rewrite(data: bytes) -> CleanPicture:
    with Image.open(BytesIO(data), formats=list(EXTENSIONS)) as image:
        # MPO: a JPEG with a second view behind it, as many telephones write.
        form = "JPEG" if image.format == "MPO" else str(image.format)
        if form != "JPEG" and getattr(image, "is_animated", False):
            width, height, out = _encode_moving(image, form)
        else:
            width, height, out = _encode(image, form)
    return CleanPicture(out, form, width, height, hashlib.sha256(data).hexdigest())


def _encode(image: Image.Image, form: str) -> tuple[int, int, bytes]:
    out = BytesIO()
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    image.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    image.save(out, form, icc_profile=profile, **_quality(form))
    return image.width, image.height, out.getvalue()


def _encode_moving(image: Image.Image, form: str) -> tuple[int, int, bytes]:
    out = BytesIO()
    durations = _durations(image)
    image.seek(0)
    # GIF and PNG have each frame's duration from the frame itself.
    timed = {"duration": durations} if form == "WEBP" else {}
    image.save(out, form, save_all=True, exif=b"", xmp=b"", comment=b"", **timed, **_quality(form))
    return image.width, image.height, out.getvalue()


def _durations(image: Image.Image) -> list[int]:
    """Return how long each frame shows, in ms. Raises Refused.

    Frame by frame up to the limit: to count those of a hostile file takes seconds.
    """
    most = min(MAX_FRAMES, MAX_MOVING // (image.width * image.height))
    durations: list[int] = []
    while True:
        try:
            image.seek(len(durations))
        except EOFError:
            return durations
        if len(durations) >= most:
            limits = f"{MAX_FRAMES}コマ、全部で{MAX_MOVING // 10_000}万画素まで"
            raise Refused(f"動く画像が大きすぎます（{limits}）。")
        image.load()
        durations.append(int(image.info.get("duration", 0)))


def _quality(form: str) -> dict[str, int | bool]:
    return {"JPEG": {"quality": 90}, "WEBP": {"quality": 88}}.get(form, {})

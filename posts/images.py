"""Pictures that people upload: checked, turned upright, without hidden data.

Everything that comes in is decoded and written again, so that what the site serves is a
picture and nothing else: no script in a tail, no camera's place and owner (EXIF, XMP).
"""

import hashlib
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
            # Pillow only warns up to twice its limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _rewrite(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(f"画像が大きすぎます（{MAX_PIXELS // 10_000}万画素まで）。") from error
    except UnidentifiedImageError as error:
        raise Refused("JPEG・PNG・GIF・WebP のどれでもないファイルです。") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # What Pillow's decoders raise on broken files.
        raise Refused("画像が壊れていて開けません。") from error


def _rewrite(data: bytes) -> CleanPicture:
    with Image.open(BytesIO(data), formats=list(EXTENSIONS)) as image:
        form = str(image.format)
        if getattr(image, "n_frames", 1) > MAX_FRAMES:
            raise Refused(f"動く画像のコマが多すぎます（{MAX_FRAMES}まで）。")
        width, height, out = _encode(image, form)
    return CleanPicture(out, form, width, height, hashlib.sha256(data).hexdigest())


def _encode(image: Image.Image, form: str) -> tuple[int, int, bytes]:
    out = BytesIO()
    profile = image.info.get("icc_profile")
    if getattr(image, "is_animated", False):
        image.save(out, form, save_all=True, exif=b"", xmp=b"")
    else:
        image = ImageOps.exif_transpose(image)
        image.info.clear()
        image.save(out, form, icc_profile=profile, **_quality(form))
    return image.width, image.height, out.getvalue()


def _quality(form: str) -> dict[str, int | bool]:
    return {"JPEG": {"quality": 90}, "WEBP": {"quality": 88}}.get(form, {})

"""Images are made anew: only their pixels are taken over."""

from __future__ import annotations

import struct
import threading
import zlib
from io import BytesIO
from typing import IO, Any, NamedTuple

from PIL import Image, ImageOps

from tickets.exceptions import FileUnlikeError, ImageTooLargeError

MEGAPIXELS = 25
PIXELS = MEGAPIXELS * 1_000_000
SIDE = 16_383
#: Twice of what is shown, for screens with fine pixels.
THUMBNAIL = (480, 360)
#: What Pillow raises for images that are none, besides its own.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError,
    OverflowError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
#: Good, and quick: the most pixels that are taken cost some seconds at worst.
HOW: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "WEBP": {"quality": 90, "method": 2},
    "PNG": {"compress_level": 4},
    "GIF": {},
}
#: A large image takes half a gigabyte while it is made anew: one at a time in a process.
DECODING = threading.BoundedSemaphore(1)
Image.MAX_IMAGE_PIXELS = PIXELS


class Made(NamedTuple):
    """An image made anew, its thumbnail (WebP) and its size in pixels."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def make_anew(stream: IO[bytes], form: str, extension: str) -> Made:
    """The first picture in the stream, by its pixels alone: no metadata, no frames, nothing after.

    Too many pixels are refused before the first of them is decoded.
    """
    _check_webp(stream)
    try:
        with Image.open(stream, formats=[form]) as image:
            _check(*image.size)
            with DECODING:
                return _made(image, form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLargeError(MEGAPIXELS) from error
    except BROKEN as error:
        raise FileUnlikeError(extension) from error


def _check(width: int, height: int) -> None:
    if width * height > PIXELS or max(width, height) > SIDE:
        raise ImageTooLargeError(MEGAPIXELS)


def _check_webp(stream: IO[bytes]) -> None:
    """Pillow makes room for a whole WebP canvas when it opens one, so its header is read here."""
    head = stream.read(30)
    stream.seek(0)
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return
    if head[12:16] == b"VP8X":
        _check(int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1)
    elif head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        _check((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


def _made(image: Image.Image, form: str) -> Made:
    pixels = _pixels(image)
    content, small = BytesIO(), BytesIO()
    if form == "JPEG":
        pixels = pixels.convert("RGB")
    pixels.save(content, form, **HOW[form])
    pixels.thumbnail(THUMBNAIL)
    pixels.save(small, "WEBP", quality=80)
    with Image.open(BytesIO(content.getvalue()), formats=[form]) as made:
        return Made(content.getvalue(), small.getvalue(), *made.size)


def _pixels(image: Image.Image) -> Image.Image:
    """Turned as a camera meant it, and without all that was said beside it."""
    ImageOps.exif_transpose(image, in_place=True)
    pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    pixels.info = {}
    return pixels

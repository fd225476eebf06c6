"""The gate for a photographed identity card: what is no whole, still picture of a sensible size is refused.

Sizes are read from the header before anything is decoded. What leaves here is a new JPEG: upright, no larger
than a comparison needs, and without EXIF, place, thumbnail or any other word about where it came from.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps

RefusalCode = Literal[
    "card_empty", "card_too_large", "card_type", "card_dimensions", "card_animated", "card_corrupt"
]

MAX_BYTES = 2 * 1024 * 1024
SHORTEST_PX, LONGEST_PX = 200, 8000
MOST_PIXELS = 16_000_000
# Cameras write a dozen; forty bytes make one more, for which the decoder walks through all pixels again.
MOST_SCANS = 64
KEPT_LONGEST_PX = 1600
QUALITY = 90
FORMATS = ("JPEG", "PNG", "WEBP")
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    TypeError,
    IndexError,
    struct.error,
    zlib.error,
)


class CardRefused(ValueError):
    """A picture that is not taken: `code` for programs, `message` says what to do."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code
        self.message = message


@dataclass(frozen=True, slots=True)
class CardPicture:
    """A plain JPEG, at most 1600 pixels on its longer side, as it is to be looked at."""

    jpeg: bytes
    width_px: int
    height_px: int


def open_card(data: bytes) -> CardPicture:
    """Check, decode and write anew one picture that a person sent.

    Args:
        data: JPEG, PNG or WebP, at most 2 MiB, 200 to 8000 pixels a side, 16 megapixels, not moving.

    Raises:
        CardRefused: with the code of the first check that failed.
    """
    _check_bytes(data)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_header(picture)
            # A JPEG is decoded at a fraction of its size where that is enough.
            picture.draft("RGB", (KEPT_LONGEST_PX, KEPT_LONGEST_PX))
            picture.load()
            return _plain(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except CardRefused:
        raise
    except BROKEN as reason:
        raise CardRefused("card_corrupt", "This picture is damaged. Take or choose another one.") from reason


def _check_bytes(data: bytes) -> None:
    if not data:
        raise CardRefused("card_empty", "The picture is empty. Take or choose another one.")
    jpeg, png = data.startswith(b"\xff\xd8\xff"), data.startswith(b"\x89PNG\r\n\x1a\n")
    if not (jpeg or png or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")):
        raise CardRefused("card_type", "This is no JPEG, PNG or WebP picture. Take or choose another one.")
    if len(data) > MAX_BYTES:
        size_mib = len(data) / 1024 / 1024
        raise CardRefused("card_too_large", f"This picture has {size_mib:.1f} MB; up to 2 MB are taken.")
    # Between a scan's bytes 0xFF is followed by nothing but zero or a restart, so none is missed.
    if jpeg and data.count(b"\xff\xda") > MOST_SCANS:
        raise CardRefused("card_corrupt", "This picture is packed strangely. Take or choose another one.")


def _check_header(picture: Image.Image) -> None:
    width, height = picture.size
    if min(width, height) < SHORTEST_PX:
        raise CardRefused(
            "card_dimensions", f"This picture is only {width} x {height} pixels. Take one from nearer by."
        )
    if max(width, height) > LONGEST_PX or width * height > MOST_PIXELS:
        raise _too_many_pixels()
    # Some telephones put a second, smaller picture behind the first in a JPEG; that is no film.
    if picture.format in ("PNG", "WEBP") and getattr(picture, "n_frames", 1) > 1:
        raise CardRefused("card_animated", "This picture moves. Take or choose one that stands still.")


def _too_many_pixels() -> CardRefused:
    return CardRefused("card_dimensions", "This picture has too many pixels. Choose a smaller one.")


def _plain(picture: Image.Image) -> CardPicture:
    upright = _upright(picture)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    plain = upright.convert("RGB")
    plain.thumbnail((KEPT_LONGEST_PX, KEPT_LONGEST_PX), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    # A new picture from the pixels alone: nothing that came along is written.
    Image.frombytes("RGB", plain.size, plain.tobytes()).save(target, "JPEG", quality=QUALITY)
    return CardPicture(target.getvalue(), plain.width, plain.height)


def _upright(picture: Image.Image) -> Image.Image:
    """As its camera held it; a note about that which cannot be read turns nothing."""
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN:
        return picture

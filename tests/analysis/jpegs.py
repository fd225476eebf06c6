"""JPEG bytes for tests of the frame gate, made here and changed in known ways."""

import io

import numpy as np
from PIL import Image


def scene(width: int = 320, height: int = 240) -> Image.Image:
    """A picture with edges, slopes and grain, the same every time."""
    noise = np.random.default_rng(7).integers(0, 40, (height, width, 3))
    rows, columns = np.mgrid[0:height, 0:width]
    base = 40 + 120 * columns / width + 40 * np.sin(rows / 9.0)
    return Image.fromarray((base[..., None] + noise).clip(0, 255).astype(np.uint8))


def jpeg(picture: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (picture or scene()).save(out, "JPEG", **{"quality": 80, **options})
    return out.getvalue()


def scan_start(data: bytes) -> int:
    """Where the compressed picture of a baseline JPEG begins."""
    at = data.index(b"\xff\xda")
    return at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def with_size(data: bytes, width: int, height: int) -> bytes:
    """The same bytes with another size in the header."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


def with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    """The same picture with one more segment after the start mark."""
    return data[:2] + bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body + data[2:]

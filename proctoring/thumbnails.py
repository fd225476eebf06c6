"""Small pictures for tiles, from the frame that waits in memory; a web process has no computer vision."""

import io
import uuid

from PIL import Image, UnidentifiedImageError

from proctoring import parking

WIDTH_PX = 320
QUALITY = 70

PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="320" height="240" role="img" '
    b'aria-label="No picture"><rect width="320" height="240" fill="#8592a3" fill-opacity=".18"/>'
    b'<g fill="none" stroke="#8592a3" stroke-width="6" stroke-linecap="round">'
    b'<circle cx="160" cy="98" r="34"/><path d="M100 190c8-38 32-54 60-54s52 16 60 54"/></g></svg>'
)


def latest(session_id: uuid.UUID, seq: int, width_px: int = WIDTH_PX) -> bytes | None:
    """The session's frame `seq` as a small JPEG, or None when it is no longer in memory."""
    jpeg = parking.find(session_id, seq) if seq else None
    return shrink(jpeg, width_px) if jpeg else None


def shrink(jpeg: bytes, width_px: int) -> bytes | None:
    """A JPEG of at most that width without metadata; None for bytes that are no picture."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            image.draft("RGB", (width_px, width_px))
            small = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    small.thumbnail((width_px, width_px * 2))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()

"""A film for Chromium's fake camera: the real clip as motion JPEG at the 30 frames/s that Chromium plays."""

import math
from pathlib import Path

import av
import cv2

CHROMIUM_FPS = 30


def write_mjpeg(clip: Path, target: Path, *, quality: int = 85, to_s: float = math.inf) -> Path:
    """Concatenated JPEGs up to a time; each of the clip's frames is shown as long as it lasts in the clip."""
    with av.open(str(clip)) as container, target.open("wb") as film:
        stream = container.streams.video[0]
        shown = 0
        for frame in container.decode(stream):
            if frame.time >= to_s:
                break
            image = frame.to_ndarray(format="bgr24")
            encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            until = round((frame.time + 1 / float(stream.average_rate)) * CHROMIUM_FPS)
            for _ in range(until - shown):
                film.write(encoded.tobytes())
            shown = until
    return target

"""Pictures of a recorded video at a steady rate, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
MAX_PIXELS = 4096 * 2304
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,ogg,flv"
"""Single files only: playlists could name other files of this machine."""


class VideoRefused(ValueError):
    """A file that cannot be read as a video; the message is for people."""


def video_duration_ms(path: Path) -> int:
    """Length of a video in milliseconds, as its container says; 0 where it does not say.

    Raises:
        VideoRefused: for a file that is missing, no video, or has no picture track.
    """
    with _open(path) as container:
        stream = container.streams.video[0]
        if stream.duration is not None and stream.time_base is not None:
            return round(stream.duration * stream.time_base * 1000)
        return round((container.duration or 0) / 1000)


def sample_video(path: Path, fps: float) -> Iterator[tuple[int, Image]]:
    """Yield (t_ms, BGR uint8 picture) at most `fps` times a second; t counts from the first picture.

    Raises:
        VideoRefused: for a file that cannot be read; damage further on is told when that place is reached.
        ValueError: for a rate that is not above zero.
    """
    if not fps > 0:
        raise ValueError(f"frames per second must be above zero, not {fps}")
    return _samples(path, 1000.0 / fps)


def _samples(path: Path, every_ms: float) -> Iterator[tuple[int, Image]]:
    with _open(path) as container:
        stream = container.streams.video[0]
        if stream.width * stream.height > MAX_PIXELS:
            raise VideoRefused(f"{path.name}: {stream.width}x{stream.height} is more than this reads")
        first_ms: float | None = None
        taken = 0
        try:
            for picture in container.decode(stream):
                if picture.time is None:
                    continue
                first_ms = picture.time * 1000 if first_ms is None else first_ms
                t_ms = picture.time * 1000 - first_ms
                # Half a millisecond of grace: time bases rarely divide a second.
                if t_ms + 0.5 >= taken * every_ms:
                    taken = int((t_ms + 0.5) // every_ms) + 1
                    yield round(t_ms), np.asarray(picture.to_ndarray(format="bgr24"), dtype=np.uint8)
        except av.error.FFmpegError as reason:
            raise VideoRefused(f"{path.name}: the video is damaged ({reason.strerror})") from reason
    if taken == 0:
        raise VideoRefused(f"{path.name}: there is no picture in this video")


def _open(path: Path) -> av.container.InputContainer:
    if not path.is_file():
        raise VideoRefused(f"{path}: there is no such file")
    try:
        container = av.open(str(path), options={"protocol_whitelist": "file", "format_whitelist": CONTAINERS})
    except (av.error.FFmpegError, ValueError) as reason:
        raise VideoRefused(f"{path.name}: this is not a video that can be read") from reason
    if not container.streams.video:
        container.close()
        raise VideoRefused(f"{path.name}: there is no picture track in this file")
    return container

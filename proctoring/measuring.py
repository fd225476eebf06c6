"""Pictures and videos from files through the same analysis, for people who want the numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from analysis.frames import Frame, FrameRefused, open_frame
from analysis.observations import Camera, Face, Observation
from analysis.video import VideoRefused, sample_video
from proctoring.analysing import Observer

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
VIDEOS = frozenset({".mp4", ".mkv", ".webm", ".mov", ".avi", ".mjpeg", ".m4v"})
FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
MAX_PIXELS = 50_000_000
# A camera frame has to be this small; a picture that somebody names on a command line has not.
LIMITS_FOR_CAMERAS = frozenset({"frame_too_large", "frame_dimensions"})


class FileRefused(Exception):
    """A file that cannot be measured; the message is one line for people."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One picture and what was seen in it; `t_ms` is None for a still."""

    file: str
    t_ms: int | None
    seen: Observation

    def to_json(self) -> dict[str, Any]:
        return {"file": self.file, "t": self.t_ms, **seen_json(self.seen)}


def seen_json(seen: Observation) -> dict[str, Any]:
    """What one picture told, as programs read it; None is unknown."""
    return {
        "width": seen.width_px,
        "height": seen.height_px,
        "face_count": seen.face_count,
        "faces": [_face(face) for face in seen.faces],
        "camera": _camera(seen.camera),
        "unavailable": list(seen.unavailable),
    }


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, by name."""
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in IMAGES | VIDEOS)
            if not inside:
                raise FileRefused(f"{path}: there is no picture and no video in this folder")
            yield from inside
        else:
            yield path


def measure(path: Path, *, fps: float, observer: Observer) -> Iterator[Measured]:
    """What is seen in a picture, or in a video's pictures at a steady rate; there is no baseline."""
    if not path.is_file():
        raise FileRefused(f"{path}: there is no such file")
    if path.suffix.lower() in IMAGES:
        yield Measured(str(path), None, observer.observe(_still(path), None))
        return
    try:
        for t_ms, image in sample_video(path, fps):
            yield Measured(str(path), t_ms, observer.observe(Frame.of(image), None))
    except (VideoRefused, ValueError) as error:
        raise FileRefused(_named(path, str(error))) from error


def _still(path: Path) -> Frame:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return open_frame(data)
    except FrameRefused as refused:
        if refused.code == "frame_type" or refused.code in LIMITS_FOR_CAMERAS:
            return _other_still(path)
        raise FileRefused(f"{path}: {refused.message} ({refused.code})") from refused


def _other_still(path: Path) -> Frame:
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefused(f"{path}: {picture.width}x{picture.height} is more than this reads")
            rgb = np.asarray(picture.convert("RGB"), dtype=np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise FileRefused(f"{path}: this is not a picture that can be read") from error
    return Frame.of(np.ascontiguousarray(rgb[:, :, ::-1]))


def _named(path: Path, words: str) -> str:
    return words if words.startswith((str(path), path.name)) else f"{path}: {words}"


def _face(face: Face) -> dict[str, Any]:
    box = face.box_px
    return {
        "box": [_tenth(side) for side in (box.x_px, box.y_px, box.width_px, box.height_px)],
        "score": round(face.score, 3),
        "yaw": _tenth(face.yaw_deg),
        "pitch": _tenth(face.pitch_deg),
        "roll": _tenth(face.roll_deg),
        "ear": None if face.ear is None else round(face.ear, 3),
        "quality": round(face.quality, 3),
    }


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "state": camera.state,
        "luma": _tenth(camera.luma),
        "contrast": _tenth(camera.contrast),
        "sharpness": _tenth(camera.sharpness),
        "quality": round(camera.quality, 3),
    }


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1) + 0.0

"""Hints that a camera is a program, from what the browser tells of it: for a person, never a penalty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Whole words: OBSBOT and Snapdragon are makers of real cameras.
_PRODUCTS = {
    "OBS": r"\bobs\b|obs[- ]?camera|obs virtual",
    "ManyCam": r"manycam",
    "Snap Camera": r"\bsnap ?camera\b",
    "XSplit": r"xsplit",
    "DroidCam": r"droidcam",
    "Iriun": r"iriun",
    "EpocCam": r"epoccam",
    "NDI": r"\bndi\b|newtek",
    "v4l2loopback": r"v4l2loopback|dummy video device",
    "mmhmm": r"\bmmhmm\b",
    "Camo": r"reincubate camo|\bcamo\b",
    "CamTwist": r"camtwist",
    "a virtual camera": r"virtual",
}
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PRODUCTS.items())
LONGEST_LABEL = 300


def virtual_camera(label: str) -> str | None:
    """The program that a camera's name points to, or `None`.

    A phone used as a camera and a background tool are named too, and whoever means to deceive renames the
    device: it is worth knowing, and proves nothing.

    Args:
        label: `MediaStreamTrack.label`; empty where the browser does not tell.
    """
    label = label[:LONGEST_LABEL]
    return next((name for name, pattern in _PATTERNS if pattern.search(label)), None)


REGULAR_US = 100
"""The steps in which browsers tell the time. Pictures that come as evenly as that are more even than the
exposures and cables of cameras let them be: an assumption, since no cameras were measured."""
FASTER_THAN_TOLD = 1.2
"""Cameras slow down in the dark, but do not send more pictures than they say."""


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """What the browser tells of a camera, whole numbers; `None` where it does not tell.

    `capabilities` is how many settings could be chosen; `told_*` are the settings as told, the others as
    measured; 19 of 20 pictures come within `jitter_us` of the usual interval, both in microseconds.
    """

    capabilities: int | None = None
    told_width_px: int | None = None
    told_height_px: int | None = None
    told_fps_milli: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    interval_us: int | None = None
    jitter_us: int | None = None

    @classmethod
    def of(cls, detail: Mapping[str, object]) -> CameraFacts:
        """From the detail of an event; what is no whole number is not known."""
        return cls(**{key: value for key in cls.__slots__ if isinstance(value := detail.get(key), int)})


def camera_hints(facts: CameraFacts) -> tuple[str, ...]:
    """What is unlike a plain webcam, each in words; none of it proves a program.

    Source: research section 1.1. None of these was measured on cameras and programs: they are for a person
    who looks for another reason anyway.
    """
    hints = {
        "it offers no settings to choose from": facts.capabilities == 0,
        "its picture has another size than it says": _another_size(facts),
        "it sends more pictures than it says": _faster_than_told(facts),
        "its pictures come more evenly than a camera's": facts.jitter_us is not None
        and facts.jitter_us <= REGULAR_US,
    }
    return tuple(words for words, holds in hints.items() if holds)


def _another_size(facts: CameraFacts) -> bool:
    told, found = {facts.told_width_px, facts.told_height_px}, {facts.width_px, facts.height_px}
    # As sets: a phone that is held upright turns its picture.
    return None not in told | found and told != found


def _faster_than_told(facts: CameraFacts) -> bool:
    if not facts.interval_us or not facts.told_fps_milli:
        return False
    return 1e9 / facts.interval_us > FASTER_THAN_TOLD * facts.told_fps_milli

"""Hints that a camera is a program, from what the browser calls it: for a person to know, never a penalty."""

from __future__ import annotations

import re

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

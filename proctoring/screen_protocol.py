"""A picture of the candidate's screen on the wire."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenMessage:
    """A JPEG of the whole screen; numbered apart from those of the camera."""

    seq: int
    t_ms: int
    payload: bytes

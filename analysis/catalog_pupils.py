"""Where the pupils are: measured only for policies that judge how far they move."""

from __future__ import annotations

from analysis.signal_entry import Signal

_EXPLANATION = "Where the middle of your {} pupil is in the picture. Only some policies ask for it."
_CAN = "Tells how far the pupils went from one picture to the next, in shares of the picture."
_CANNOT = "Is no direction of gaze: a swaying head moves pupils as far as a glance does."

PUPILS: tuple[Signal, ...] = tuple(
    Signal(
        f"pupil_{side}_{axis}",
        f"Place of the {side} pupil, {across}",
        unit,
        _EXPLANATION.format(side),
        _CAN,
        _CANNOT,
    )
    for side in ("right", "left")
    for axis, across, unit in (("x", "across", "0 left to 1 right"), ("y", "down", "0 top to 1 bottom"))
)

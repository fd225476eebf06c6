"""How much the candidate moves, against their own manner, and whether they lean in or out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.observations import Box, Face, Point

Leaning = Literal["no", "in", "out"]

LONGEST_STEP_MS = 3000
"""Between pictures further apart nothing is known about how the face moved."""
SMOOTHED_STEPS = 3
NORMAL_STEPS = 120
LEAST_NORMAL_STEPS = 20
SPREAD_FLOOR = 0.02
"""Face widths a second, the detector's own jitter: who sits like a statue is not flagged for breathing."""
UNUSUAL_Z = 6.0
FAST_WIDTHS_PER_S = 0.4
WINDOW_MS = 10_000
EXCESSIVE_MS = 5000
LEANING_OUT, LEANING_IN = 0.7, 1.5
TURNED_DEG = 30.0
"""A face turned further looks narrower without being further away."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A stretch of time that ended at `t_ms` and was spent moving unusually."""

    t_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class MovementState:
    """What is kept from picture to picture. Speeds are face widths a second, the newest last."""

    t_ms: int | None = None
    centre_px: Point = (0.0, 0.0)
    width_px: float = 0.0
    steps: tuple[float, ...] = ()
    normal: tuple[float, ...] = ()
    unusual: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """`speed` in face widths a second, median of three steps; `None` is unknown."""

    speed: float | None = None
    excessive: bool | None = None


def watch_movement(state: MovementState, face: Face | None, t_ms: int) -> tuple[MovementState, Movement]:
    """Take the candidate's face of one more picture, `None` where there is none or nobody knows which.

    A step is unusual when its smoothed speed is above 0.4 face widths a second and more than six robust
    standard deviations above this person's own last two minutes of usual steps. Movement is excessive while
    unusual steps fill five of the last ten seconds. Both are unknown until twenty steps were seen.

    Raises:
        ValueError: if time does not go on.
    """
    if state.t_ms is not None and t_ms <= state.t_ms:
        raise ValueError(f"time must go on: {t_ms} ms after {state.t_ms} ms")
    if face is None or face.box_px.width_px <= 0:
        return MovementState(normal=state.normal, unusual=_recent(state.unusual, t_ms)), Movement()
    box = face.box_px
    raw = _speed(state, box, t_ms)
    if raw is None:
        return _placed(state, box, t_ms, steps=()), Movement()
    steps = (*state.steps, raw)[-SMOOTHED_STEPS:]
    speed = float(np.median(steps))
    return _judged(_placed(state, box, t_ms, steps), speed, t_ms - (state.t_ms or 0))


def leaning(face: Face | None, baseline_width_px: float | None) -> Leaning | None:
    """Whether the face is far nearer or further than at the camera check; `None` when it cannot be told.

    In from 1.5 times the face's width at the check, out from 0.7.
    """
    if face is None or not baseline_width_px or face.yaw_deg is None or abs(face.yaw_deg) > TURNED_DEG:
        return None
    share = face.box_px.width_px / baseline_width_px
    if share > LEANING_IN:
        return "in"
    return "out" if share < LEANING_OUT else "no"


def _speed(state: MovementState, box: Box, t_ms: int) -> float | None:
    if state.t_ms is None or t_ms - state.t_ms > LONGEST_STEP_MS:
        return None
    moved_px = math.dist(box.centre_px, state.centre_px)
    width_px = (box.width_px + state.width_px) / 2
    return moved_px / width_px / ((t_ms - state.t_ms) / 1000)


def _placed(state: MovementState, box: Box, t_ms: int, steps: tuple[float, ...]) -> MovementState:
    return MovementState(t_ms, box.centre_px, box.width_px, steps, state.normal, _recent(state.unusual, t_ms))


def _judged(state: MovementState, speed: float, step_ms: int) -> tuple[MovementState, Movement]:
    t_ms = state.t_ms or 0
    if len(state.normal) < LEAST_NORMAL_STEPS:
        return _with(state, (*state.normal, speed), state.unusual), Movement(speed)
    unusual, normal = state.unusual, state.normal
    if speed > FAST_WIDTHS_PER_S and _robust_z(speed, normal) > UNUSUAL_Z:
        unusual = (*unusual, Moved(t_ms, step_ms))
    else:
        normal = (*normal, speed)[-NORMAL_STEPS:]
    excessive = sum(moved.duration_ms for moved in unusual) >= EXCESSIVE_MS
    return _with(state, normal, unusual), Movement(speed, excessive)


def _with(state: MovementState, normal: tuple[float, ...], unusual: tuple[Moved, ...]) -> MovementState:
    return MovementState(state.t_ms, state.centre_px, state.width_px, state.steps, normal, unusual)


def _robust_z(speed: float, normal: tuple[float, ...]) -> float:
    middle = float(np.median(normal))
    spread = 1.4826 * float(np.median(np.abs(np.asarray(normal) - middle)))
    return (speed - middle) / max(spread, SPREAD_FLOOR)


def _recent(unusual: tuple[Moved, ...], t_ms: int) -> tuple[Moved, ...]:
    return tuple(moved for moved in unusual if t_ms - moved.t_ms < WINDOW_MS)

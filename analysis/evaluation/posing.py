"""Head pose in degrees, and whether a head is turned away, on pictures whose pose is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.attention import attention
from analysis.evaluation.counting import Observer
from analysis.evaluation.findings import NOTHING, UNKNOWN, Section, Table, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.matlab import MatlabRefused, read_matrix
from analysis.evaluation.statistics import Confusion, Rate, mean_absolute_error, percentile
from analysis.frames import Frame
from analysis.observations import AWAY_DOWN_DEG, AWAY_UP_DEG, AWAY_YAW_DEG, Face, looking_away

AXES = ("yaw", "pitch", "roll")
WIDE_YAW_DEG = 45.0
"""The mesh was made for faces turned less than this; errors beyond it are told apart."""
EXTREME_YAW_DEG = 60.0
"""Past this the mesh may collapse while the face is still found."""
AWAY, FACING = "away", "facing"
CLASSES = (FACING, AWAY, UNKNOWN)
SIDES = ("screen", "left", "right", "up", "down", "far", UNKNOWN)
TIME = "how angles change over time: the poses are of single pictures"
Errors = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees: yaw > 0 to the person's left, pitch > 0 up, roll > 0 to the person's left shoulder."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float

    @property
    def away(self) -> bool:
        turned = abs(self.yaw_deg) > AWAY_YAW_DEG
        return turned or self.pitch_deg > AWAY_UP_DEG or self.pitch_deg < -AWAY_DOWN_DEG

    @property
    def side(self) -> str:
        """The direction that `attention` should tell."""
        past = {
            "left": self.yaw_deg / AWAY_YAW_DEG,
            "right": -self.yaw_deg / AWAY_YAW_DEG,
            "up": self.pitch_deg / AWAY_UP_DEG,
            "down": -self.pitch_deg / AWAY_DOWN_DEG,
        }
        furthest = max(past, key=lambda side: past[side])
        return furthest if past[furthest] > 1 else "screen"


@dataclass(frozen=True, slots=True)
class Posed:
    """One picture: its true pose, the candidate's face or none, its width, and whether it held nobody."""

    file: Labelled
    truth: Pose
    face: Face | None
    width_px: int
    nobody: bool

    @property
    def errors(self) -> Errors | None:
        """Answer minus truth by axis, or `None` where the pose is unknown."""
        face, truth = self.face, self.truth
        if face is None or face.yaw_deg is None or face.pitch_deg is None or face.roll_deg is None:
            return None
        return (
            face.yaw_deg - truth.yaw_deg,
            face.pitch_deg - truth.pitch_deg,
            face.roll_deg - truth.roll_deg,
        )

    @property
    def classes(self) -> tuple[str, str]:
        answer = looking_away(self.face, self.width_px) if self.face else None
        answered = UNKNOWN if answer is None else AWAY if answer else FACING
        return (AWAY if self.truth.away else FACING), answered

    @property
    def sides(self) -> tuple[str, str]:
        return self.truth.side, attention(None, self.face, self.width_px) or UNKNOWN


def true_pose(file: Labelled) -> Pose:
    """The pose from AFLW2000's `Pose_Para` beside the picture (radians, yaw to the right), or its label.

    Raises:
        ManifestRefused: where neither says it.
    """
    beside = file.beside(".mat")
    if beside is not None:
        try:
            pitch, yaw, roll = np.degrees(read_matrix(beside, "Pose_Para").ravel()[:3])
        except (MatlabRefused, ValueError) as reason:
            raise ManifestRefused(f"{file.name}: its pose cannot be read ({reason})") from reason
        return Pose(-float(yaw), float(pitch), float(roll))
    yaw_deg, pitch_deg, roll_deg = (file.number(axis) for axis in AXES)
    if yaw_deg is None or pitch_deg is None or roll_deg is None:
        raise ManifestRefused(f"{file.name}: no pose is written beside it or in its label")
    return Pose(-yaw_deg, pitch_deg, roll_deg)


def measure_poses(manifest: Manifest, observer: Observer) -> Section | None:
    """Errors by axis and answers to "turned away"; `None` where no pose is known."""
    posed, unread = [], []
    for file in manifest.of_kind("headpose"):
        try:
            posed.append(look(file, observer))
        except ManifestRefused as reason:
            unread.append(str(reason))
    if not posed:
        return None
    confusion = Confusion(tuple(one.classes for one in posed))
    answers = Table(
        "Turned away: truth (rows) and answer (columns)", ("truth", *CLASSES), confusion.rows(CLASSES)
    )
    sides = Confusion(tuple(one.sides for one in posed))
    directions = Table("Direction: truth (rows) and answer (columns)", ("truth", *SIDES), sides.rows(SIDES))
    return Section(
        kind="headpose",
        title="Head pose and looking away",
        detector="mesh (weighted Procrustes fit of 33 landmarks)",
        tables=(_errors(posed), answers, directions, *_extreme(posed)),
        notes=(
            f"Turned away: right {rate(confusion.right)}, wrong {rate(confusion.wrong(UNKNOWN))}, "
            f"unknown {rate(confusion.unknown(UNKNOWN))}. The truth is the labelled pose against the limits "
            f"{AWAY_YAW_DEG:g} degrees to a side, {AWAY_UP_DEG:g} up, {AWAY_DOWN_DEG:g} down. These people "
            "had no camera check, so angles are against the camera; in an exam the candidate's own neutral "
            "is taken off.",
            f"Direction: right {rate(sides.right)}. Left and right are the person's own; where a head is "
            "turned and raised or lowered, the one that is further past its limit counts.",
        ),
        wrong=tuple(_wrong(one) for one in posed if one.classes[0] != one.classes[1]),
        unmeasured=(*unread, *_never_collapsed(posed), TIME),
    )


def _extreme(posed: Sequence[Posed]) -> tuple[Table, ...]:
    """Heads turned so far that landmarks may collapse: turned away, never nobody."""
    far = [one for one in posed if abs(one.truth.yaw_deg) > EXTREME_YAW_DEG]
    if not far:
        return ()
    columns = ("pictures", "told as turned away", "taken for nobody", "landmarks placed")
    row = (
        f"yaw beyond {EXTREME_YAW_DEG:g} ({len(far)})",
        rate(Rate.among(one.classes[1] == AWAY for one in far)),
        rate(Rate.among(one.nobody for one in far)),
        rate(Rate.among(one.errors is not None for one in far)),
    )
    return (Table("Extreme poses", columns, (row,)),)


def _never_collapsed(posed: Sequence[Posed]) -> tuple[str, ...]:
    if any(one.face is not None and one.errors is None for one in posed):
        return ()
    return ("a face whose landmarks collapse: they were placed on every face here",)


def look(file: Labelled, observer: Observer) -> Posed:
    image = file.picture()
    seen = observer.observe(Frame.of(image))
    return Posed(file, true_pose(file), seen.candidate, image.shape[1], seen.face_count == 0)


def _errors(posed: Sequence[Posed]) -> Table:
    columns = ("pictures", "with a pose", *(f"{axis} MAE (worst), degrees" for axis in AXES))
    near = [one for one in posed if abs(one.truth.yaw_deg) < WIDE_YAW_DEG]
    far = [one for one in posed if abs(one.truth.yaw_deg) >= WIDE_YAW_DEG]
    rows = [
        _error_row(f"yaw below {WIDE_YAW_DEG:g}", near),
        _error_row(f"yaw {WIDE_YAW_DEG:g} and more", far),
    ]
    return Table("Errors of the angles", columns, tuple(rows))


def _error_row(name: str, posed: Sequence[Posed]) -> tuple[str, ...]:
    known = [one.errors for one in posed if one.errors is not None]
    axes = (_axis([errors[axis] for errors in known]) for axis in range(len(AXES)))
    return f"{name} ({len(posed)})", str(len(known)), *axes


def _axis(errors: Sequence[float]) -> str:
    if not errors:
        return NOTHING
    return f"{mean_absolute_error(errors):.1f} ({percentile([abs(error) for error in errors], 1.0):.1f})"


def _wrong(one: Posed) -> str:
    truth, answer = one.classes
    shown: Callable[[float], str] = "{:.0f}".format
    angles = ", ".join(shown(angle) for angle in (one.truth.yaw_deg, one.truth.pitch_deg, one.truth.roll_deg))
    return f"{one.file.name}: {truth} (yaw, pitch, roll {angles}), answered {answer}"

"""The value types that leave the vision half of `analysis`, and the signals the risk fold reads from them.

Unknown is `None` everywhere. A picture that cannot be judged (dark, covered, detector missing) never says
"no face": its `face_count` is `None`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

CameraState = Literal["ok", "dark", "blown", "covered", "low_contrast"]
Scalar = bool | int | float | str | None
Rotation = tuple[float, float, float, float, float, float, float, float, float]
Point = tuple[float, float]

BLOCKED_STATES: frozenset[str] = frozenset({"dark", "covered"})
"""Camera states in which nobody could be seen, so that counting faces would be guessing."""

AWAY_YAW_DEG = 25.0
AWAY_UP_DEG = 18.0
AWAY_DOWN_DEG = 20.0
CLOSED_EYES = 0.7
LOW_QUALITY = 0.3
"""Below this picture quality a count of zero is unknown, not zero."""
CLEARLY_LARGER = 2.0
"""Among several faces the candidate's has at least this many times the area of the next."""
EXTREME_POSE_MIN_SCORE = 0.7
EXTREME_POSE_MIN_WIDTH = 0.09
"""A face without landmarks counts as turned away only from this score and this share of the frame's width."""


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle in pixels of the frame, origin top left; it may reach over the border."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float

    @property
    def area_px(self) -> float:
        return self.width_px * self.height_px

    @property
    def centre_px(self) -> Point:
        return self.x_px + self.width_px / 2, self.y_px + self.height_px / 2

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        across = min(self.x_px + self.width_px, other.x_px + other.width_px) - max(self.x_px, other.x_px)
        down = min(self.y_px + self.height_px, other.y_px + other.height_px) - max(self.y_px, other.y_px)
        shared = max(0.0, across) * max(0.0, down)
        union = self.area_px + other.area_px - shared
        return shared / union if union > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Face:
    """One face. Angles are relative to the baseline's neutral pose where there is one, else to the camera.

    yaw > 0: turned to the person's own left; pitch > 0: up; roll > 0: head leans to the person's own left
    shoulder. `static` is a face that never moves, as on a poster, which only a row of pictures tells.
    Angles and `rotation` are `None` where no landmarks were found (beyond about 60 degrees) or
    looked for (only the two largest faces get them). `ear` is the eye aspect ratio as the eyelid network
    reads it, `mesh_ear` as the plain mesh does; both are the candidate's alone. `eye_closure` is 0 (as open
    as in the baseline) to 1 and needs one. `rotation` is row-major 3x3, head to camera: x right, y up, z
    towards it. `mouth_open` is the distance of the lips as a share of the mouth's width.
    """

    box_px: Box
    score: float
    quality: float
    yaw_deg: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    ear: float | None = None
    mesh_ear: float | None = None
    eye_closure: float | None = None
    rotation: Rotation | None = None
    static: bool = False
    mouth_open: float | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """Health of the picture: luma and contrast in grey levels, sharpness as Laplacian variance at 80x60."""

    state: CameraState
    luma: float
    contrast: float
    sharpness: float
    quality: float

    @property
    def blocked(self) -> bool:
        return self.state in BLOCKED_STATES


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Checksum of a picture and luma of its 16x12 cells, made by `analysis.footage_health.fingerprint`."""

    checksum: int
    luma: bytes


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each stage; the decode of the JPEG is the caller's frame gate."""

    camera_ms: float = 0.0
    faces_ms: float = 0.0
    mesh_ms: float = 0.0
    pose_ms: float = 0.0
    eyes_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        return self.camera_ms + self.faces_ms + self.mesh_ms + self.pose_ms + self.eyes_ms


@dataclass(frozen=True, slots=True)
class Observation:
    """All that one frame told: equal for equal bytes and baseline (`timings_ms` is left out of comparison).

    `faces` is ordered by size, the candidate first. `face_count` is `None` when it could not be judged.
    `unavailable` names the detectors that were missing or failed on this frame.
    """

    width_px: int
    height_px: int
    camera: Camera
    faces: tuple[Face, ...] = ()
    face_count: int | None = None
    against_baseline: bool = False
    unavailable: tuple[str, ...] = ()
    fingerprint: Fingerprint | None = None
    timings_ms: Timings = field(default_factory=Timings, compare=False)

    @property
    def candidate(self) -> Face | None:
        """The only face, or the one clearly nearest to the camera; `None` where that is anybody's guess."""
        if len(self.faces) < 2:
            return self.faces[0] if self.faces else None
        first, second = self.faces[:2]
        return first if first.box_px.area_px >= CLEARLY_LARGER * second.box_px.area_px else None

    @property
    def living(self) -> Observation:
        """The same picture without its faces that never move; itself where there are none."""
        left = tuple(face for face in self.faces if not face.static)
        if self.face_count is None or len(left) == len(self.faces):
            return self
        return replace(self, faces=left, face_count=len(left))


def looking_away(face: Face, frame_width_px: int) -> bool | None:
    """Whether the head is turned away from the neutral pose; `None` when it cannot be told.

    Beyond about 60 degrees the landmarks collapse while the face detector still sees the face. That is an
    extreme pose, but only for a face that is large and sure enough: a small or doubtful one stays unknown.
    Else the thresholds against the candidate's own neutral are 25 degrees to a side, 18 up and 20 down.
    """
    if face.yaw_deg is None or face.pitch_deg is None:
        large = face.box_px.width_px >= EXTREME_POSE_MIN_WIDTH * frame_width_px
        return True if large and face.score >= EXTREME_POSE_MIN_SCORE else None
    turned = abs(face.yaw_deg) > AWAY_YAW_DEG
    return turned or face.pitch_deg > AWAY_UP_DEG or face.pitch_deg < -AWAY_DOWN_DEG


def signals(observation: Observation) -> dict[str, Scalar]:
    """The `v` of one video record in the risk log: JSON scalars, `None` for unknown, angles to 0.1 degree.

    Score, pose and eyes are the candidate's; unknown where several faces are about as near as each other.
    """
    face = observation.candidate if observation.face_count else None
    away = (
        looking_away(face, observation.width_px) if face and "mesh" not in observation.unavailable else None
    )
    closure = face.eye_closure if face else None
    return {
        "face_count": observation.face_count,
        "face_score": round(face.score, 3) if face else None,
        "yaw": _tenth(face.yaw_deg) if face else None,
        "pitch": _tenth(face.pitch_deg) if face else None,
        "roll": _tenth(face.roll_deg) if face else None,
        "looking_away": away,
        "eye_closure": round(closure, 3) if closure is not None else None,
        "eyes_closed": closure > CLOSED_EYES if closure is not None else None,
        "camera_blocked": observation.camera.blocked,
        "camera_state": observation.camera.state,
        "quality": round(observation.camera.quality, 3),
        "ear": round(face.mesh_ear, 4) if face and face.mesh_ear is not None else None,
        **_place(face, observation),
    }


def _place(face: Face | None, observation: Observation) -> dict[str, Scalar]:
    """The middle of the candidate's face as shares of the picture's width and height."""
    if face is None:
        return {"face_x": None, "face_y": None}
    x_px, y_px = face.box_px.centre_px
    return {
        "face_x": round(x_px / observation.width_px, 4),
        "face_y": round(y_px / observation.height_px, 4),
    }


def _tenth(angle_deg: float | None) -> float | None:
    return None if angle_deg is None else round(angle_deg, 1) + 0.0

"""This candidate's own normal, from about ten good frames of the camera check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict

import numpy as np

from analysis import geometry
from analysis.observations import Face, Observation, Rotation

Guidance = Literal["ok", "no_face", "several_faces", "too_dark", "covered", "too_far", "turned", "unknown"]

GOOD_FRAMES = 10
MIN_FACE_SHARE = 0.12
"""A face narrower than this share of the frame leaves the eyes too few pixels."""
MIN_SCORE = 0.7
MAX_YAW_DEG, MAX_PITCH_DEG, MAX_ROLL_DEG = 25.0, 30.0, 25.0
MIN_OPEN_EAR, MAX_OPEN_EAR = 0.12, 0.6


class BaselineJson(TypedDict):
    """A baseline as plain JSON types."""

    version: int
    frames: int
    neutral: list[float]
    open_ear: float
    open_mesh_ear: float
    sharpness: float
    luma: float
    face_width_px: float
    face_score: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """Medians over good frames: neutral rotation, open eye by both measures, and how the picture looked."""

    neutral: Rotation
    open_ear: float
    open_mesh_ear: float
    sharpness: float
    luma: float
    face_width_px: float
    face_score: float
    frames: int = GOOD_FRAMES

    def to_json(self) -> BaselineJson:
        return BaselineJson(
            version=1,
            frames=self.frames,
            neutral=[round(value, 6) for value in self.neutral],
            open_ear=round(self.open_ear, 4),
            open_mesh_ear=round(self.open_mesh_ear, 4),
            sharpness=round(self.sharpness, 2),
            luma=round(self.luma, 2),
            face_width_px=round(self.face_width_px, 1),
            face_score=round(self.face_score, 3),
        )

    @classmethod
    def from_json(cls, stored: BaselineJson) -> Baseline:
        """Read what `to_json` wrote.

        Raises:
            ValueError: for a missing or impossible value, named in the message.
        """
        try:
            a, b, c, d, e, f, g, h, i = (float(value) for value in stored["neutral"])
            baseline = cls(
                neutral=(a, b, c, d, e, f, g, h, i),
                open_ear=float(stored["open_ear"]),
                open_mesh_ear=float(stored["open_mesh_ear"]),
                sharpness=float(stored["sharpness"]),
                luma=float(stored["luma"]),
                face_width_px=float(stored["face_width_px"]),
                face_score=float(stored["face_score"]),
                frames=int(stored["frames"]),
            )
        except (KeyError, TypeError, ValueError) as reason:
            raise ValueError(f"this is no baseline: {reason!r}") from reason
        baseline._check()
        return baseline

    def _check(self) -> None:
        measures = (
            self.open_ear,
            self.open_mesh_ear,
            self.sharpness,
            self.luma,
            self.face_width_px,
            self.face_score,
        )
        if not np.isfinite(measures).all() or min(measures) < 0 or min(measures[:2]) == 0:
            raise ValueError("a baseline's measures must be finite and its open eye above zero")
        turned = np.array(self.neutral).reshape(3, 3)
        if not np.allclose(turned @ turned.T, np.eye(3), atol=1e-3):
            raise ValueError("a baseline's neutral pose must be a rotation")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the camera check is, and what the candidate should change (`ok`: nothing)."""

    guidance: Guidance
    good_frames: int
    needed_frames: int

    @property
    def complete(self) -> bool:
        return self.good_frames >= self.needed_frames


@dataclass(slots=True)
class BaselineBuilder:
    """Collects good frames, observed without a baseline, until there are enough for the medians."""

    needed_frames: int = GOOD_FRAMES
    _good: list[Observation] = field(default_factory=list)

    def add(self, observation: Observation) -> Progress:
        """Take one frame of the camera check; one that is no good is named and left out.

        Raises:
            ValueError: for an observation that was already made against a baseline.
        """
        if observation.against_baseline:
            raise ValueError("a baseline is built from observations made without one")
        verdict = guidance(observation)
        if verdict == "ok":
            self._good.append(observation)
        return Progress(verdict, len(self._good), self.needed_frames)

    def build(self) -> Baseline:
        """The medians so far.

        Raises:
            ValueError: before enough good frames were seen.
        """
        if len(self._good) < self.needed_frames:
            raise ValueError(f"{len(self._good)} good frames of {self.needed_frames}")
        faces = [observation.faces[0] for observation in self._good]
        return Baseline(
            neutral=geometry.mean_rotation([face.rotation for face in faces if face.rotation is not None]),
            open_ear=_open([face.ear for face in faces]),
            open_mesh_ear=_open([face.mesh_ear for face in faces]),
            sharpness=float(np.median([observation.camera.sharpness for observation in self._good])),
            luma=float(np.median([observation.camera.luma for observation in self._good])),
            face_width_px=float(np.median([face.box_px.width_px for face in faces])),
            face_score=float(np.median([face.score for face in faces])),
            frames=len(self._good),
        )


def _open(ratios: list[float | None]) -> float:
    # A blink during the check must not pass for this person's open eye.
    return float(np.percentile([ratio for ratio in ratios if ratio is not None], 70))


def guidance(observation: Observation) -> Guidance:
    """What keeps one frame from being a good one for the baseline, the most basic reason first."""
    if observation.camera.state == "covered":
        return "covered"
    if observation.camera.state == "dark":
        return "too_dark"
    if observation.face_count is None:
        return "unknown"
    if observation.face_count != 1:
        return "several_faces" if observation.face_count else "no_face"
    return _face_guidance(observation.faces[0], observation)


def _face_guidance(face: Face, observation: Observation) -> Guidance:
    if face.box_px.width_px < MIN_FACE_SHARE * observation.width_px:
        return "too_far"
    if "mesh" in observation.unavailable:
        return "unknown"
    if face.yaw_deg is None or face.pitch_deg is None or face.roll_deg is None:
        return "turned"
    if (
        abs(face.yaw_deg) > MAX_YAW_DEG
        or abs(face.pitch_deg) > MAX_PITCH_DEG
        or abs(face.roll_deg) > MAX_ROLL_DEG
    ):
        return "turned"
    seen = face.ear is not None and MIN_OPEN_EAR <= face.ear <= MAX_OPEN_EAR and face.score >= MIN_SCORE
    return "ok" if seen else "unknown"

"""Whether the person in front of the camera is still the one who was enrolled at the camera check.

Measured on 46 press photos of 11 people (one network, one machine): 97 pairs of one person scored 0.53 and
more, 938 pairs of two people 0.40 and less. So any threshold between gives no error there, which with so few
pairs means at most 3.7 % wrong refusals and 0.4 % wrong matches (95 %, pairs taken as independent, which they
are not), and says nothing of twins, siblings or groups of people that those photos do not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

import numpy as np
import numpy.typing as npt

from analysis.detectors.embedding import DETECTOR, DIMENSIONS, VERSION, Embedding
from analysis.face_limits import PHOTO_DIFFERENT, SURELY_DIFFERENT, THRESHOLD
from analysis.observations import Observation
from analysis.reading import KNOWN_QUALITY, Reading

Vector = npt.NDArray[np.float32]
PhotoVerdict = Literal["same", "different", "unclear"]

NEEDED_FRAMES = 5
ENROL_EYES_PX = 35.0
"""Between the eyes' centres; about 50 px between their outer corners."""
ENROL_YAW_DEG = 25.0
EYES_PX, GOOD_EYES_PX = 30.0, 60.0
YAW_DEG = 30.0
TURNED_YAW_DEG = 45.0
"""As far as a turned head was still told from another person's: 0.54 and more against 0.15 and less."""
PITCH_DEG = 30.0
SHARPNESS, GOOD_SHARPNESS = 11.0, 40.0
"""Laplacian variance of the aligned face: blurred below it, genuine pairs fall under the threshold."""

SCORES = 3
SCORES_WITHIN_MS = 60_000
PATIENCE = 3
"""So many unknown looks in a row are followed soon by another; then it is left to the usual pace."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look at the only face of a picture; `quality` 0..1 says how far a comparison can be trusted.

    `frontal` also meets the stricter gates of enrolment; `turned` is good but for its yaw, up to 45 degrees.
    """

    embedding: Embedding | None
    quality: float
    frontal: bool = False
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """The mean of a person's embeddings, 256 numbers of length one. Biometric: to be encrypted at rest."""

    vector: tuple[float, ...]
    frames: int = NEEDED_FRAMES
    detector: str = DETECTOR
    version: str = VERSION

    def to_json(self) -> TemplateJson:
        return TemplateJson(
            detector=self.detector, version=self.version, frames=self.frames, vector=list(self.vector)
        )

    @classmethod
    def from_json(cls, stored: TemplateJson) -> Template:
        """Read what `to_json` wrote.

        Raises:
            ValueError: for a template that is incomplete, or of another network and so not comparable.
        """
        try:
            template = cls(
                tuple(float(value) for value in stored["vector"]),
                int(stored["frames"]),
                str(stored["detector"]),
                str(stored["version"]),
            )
        except (KeyError, TypeError, ValueError) as reason:
            raise ValueError(f"this is no face template: {reason!r}") from reason
        if (template.detector, template.version) != (DETECTOR, VERSION):
            raise ValueError(f"a template of {template.detector} {template.version} cannot be compared here")
        length = float(np.linalg.norm(template.vector))
        if len(template.vector) != DIMENSIONS or not abs(length - 1.0) < 1e-3:
            raise ValueError(f"a face template holds {DIMENSIONS} numbers of length one")
        return template


class TemplateJson(TypedDict):
    """A template as plain JSON types."""

    detector: str
    version: str
    frames: int
    vector: list[float]


@dataclass(slots=True)
class Enrolment:
    """Collects good frames of one person until there are enough for a template."""

    needed_frames: int = NEEDED_FRAMES
    vectors: list[Vector] = field(default_factory=list)

    @classmethod
    def from_json(cls, stored: list[list[float]]) -> Enrolment:
        """Go on with what `to_json` gave."""
        return cls(vectors=[np.asarray(vector, dtype=np.float32) for vector in stored])

    def to_json(self) -> list[list[float]]:
        """The embeddings so far, six digits each. Biometric: to be encrypted at rest."""
        return [[round(float(value), 6) for value in vector] for vector in self.vectors]

    def add(self, look: Look) -> int:
        """Take one frame and return how many good ones there are; another person's begins anew."""
        if look.embedding is None or not look.frontal or self.complete:
            return len(self.vectors)
        vector = look.embedding.vector
        if self.vectors and float(np.dot(_mean(self.vectors), vector)) < THRESHOLD:
            self.vectors.clear()
        self.vectors.append(vector)
        return len(self.vectors)

    @property
    def complete(self) -> bool:
        return len(self.vectors) >= self.needed_frames

    def build(self) -> Template:
        """The template.

        Raises:
            ValueError: before enough good frames were seen.
        """
        if not self.complete:
            raise ValueError(f"{len(self.vectors)} good frames of {self.needed_frames}")
        return Template(tuple(round(float(value), 6) for value in _mean(self.vectors)), len(self.vectors))


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the last known scores say, as (t_ms, score), the newest last; none is older than a minute."""

    scores: tuple[tuple[int, float], ...] = ()
    unknown_in_row: int = 0

    def after(self, t_ms: int, reading: Reading[float]) -> Recognition:
        """The state with one more look."""
        recent = self.at(t_ms)
        if reading.known is None:
            return Recognition(recent.scores, self.unknown_in_row + 1)
        return Recognition((*recent.scores, (t_ms, reading.known))[-SCORES:])

    def at(self, t_ms: int) -> Recognition:
        """The state at a later time without a look."""
        recent = tuple(kept for kept in self.scores if 0 <= t_ms - kept[0] <= SCORES_WITHIN_MS)
        return Recognition(recent, self.unknown_in_row)

    @property
    def score(self) -> float | None:
        """The best of the last three: one bad picture of the right person changes nothing."""
        return max((score for _, score in self.scores), default=None)

    @property
    def mismatch(self) -> bool | None:
        """True from three scores in a row within a minute that are surely another person's."""
        if self.score is None:
            return None
        if len(self.scores) == SCORES:
            return self.score < SURELY_DIFFERENT
        return False if self.score >= THRESHOLD else None

    @property
    def unlike(self) -> bool | None:
        """Whether the newest look was surely another person's; `None` where it is unclear after such a one.

        Only what a minute holds is a row: without a clear look in it there is nothing left to be unlike.
        """
        last_unlike = bool(self.scores) and self.scores[-1][1] < SURELY_DIFFERENT
        return None if last_unlike and self.unknown_in_row else last_unlike

    @property
    def pursuing(self) -> bool:
        """Whether the next look should come soon: the newest says something that is not settled yet."""
        if self.unknown_in_row:
            return self.unknown_in_row <= PATIENCE
        return bool(self.scores) and self.scores[-1][1] < THRESHOLD


def look(observation: Observation, embedding: Embedding | None) -> Look:
    """Judge how far the embedding of an observation's only face can be trusted; of several, not at all."""
    if embedding is None or observation.face_count != 1:
        return Look(embedding, 0.0)
    face = observation.faces[0]
    if face.yaw_deg is None or face.pitch_deg is None:
        return Look(embedding, 0.0)
    picture = min(
        _ramp(embedding.eyes_px, EYES_PX, GOOD_EYES_PX),
        _ramp(embedding.sharpness, SHARPNESS, GOOD_SHARPNESS),
        _ramp(-abs(face.pitch_deg), -PITCH_DEG, 0.0),
    )
    quality = min(picture, _ramp(-abs(face.yaw_deg), -YAW_DEG, 0.0))
    good = quality >= KNOWN_QUALITY
    return Look(
        embedding,
        round(quality, 3),
        frontal=good and abs(face.yaw_deg) <= ENROL_YAW_DEG and embedding.eyes_px >= ENROL_EYES_PX,
        turned=_ramp(embedding.sharpness, SHARPNESS, GOOD_SHARPNESS) >= KNOWN_QUALITY
        and abs(face.pitch_deg) <= PITCH_DEG
        and abs(face.yaw_deg) <= TURNED_YAW_DEG,
    )


def compare(template: Template, seen: Look) -> Reading[float]:
    """Cosine of the template and one look, -1..1, rounded to 0.001."""
    return _reading(template, seen.embedding, seen.quality)


def compare_photo(template: Template, photo: Embedding | None) -> Reading[float]:
    """Cosine of the template and the face on an identity document's photo."""
    if photo is None:
        return _reading(template, None, 0.0)
    eyes = _ramp(photo.eyes_px, EYES_PX, GOOD_EYES_PX)
    return _reading(template, photo, min(eyes, _ramp(photo.sharpness, SHARPNESS, GOOD_SHARPNESS)))


def photo_verdict(reading: Reading[float]) -> PhotoVerdict:
    """What to tell the person who checks; `unclear` wherever a machine had better not say."""
    if reading.known is None or PHOTO_DIFFERENT <= reading.known < THRESHOLD:
        return "unclear"
    return "same" if reading.known >= THRESHOLD else "different"


def _reading(template: Template, embedding: Embedding | None, quality: float) -> Reading[float]:
    if embedding is None:
        return Reading(None, 0.0, DETECTOR, VERSION)
    score = float(np.dot(np.asarray(template.vector, dtype=np.float32), embedding.vector))
    return Reading(round(score, 3), round(quality, 3), DETECTOR, VERSION)


def _mean(vectors: Sequence[Vector]) -> Vector:
    middle = np.mean(vectors, axis=0)
    return np.asarray(middle / np.linalg.norm(middle), dtype=np.float32)


def _ramp(value: float, gate: float, good: float) -> float:
    """0.5 at the gate and 1 from `good` on, on one line down to 0."""
    return float(np.clip(0.5 + 0.5 * (value - gate) / (good - gate), 0.0, 1.0))

"""The face on a photographed identity card against the face of the camera check: evidence for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from analysis.detectors.embedding import Embedding
from analysis.frames import Frame
from analysis.identity import EYES_PX, SHARPNESS, PhotoVerdict, Template, compare_photo, photo_verdict
from analysis.observations import Box, Observation

Problem = Literal["no_face", "several_faces", "too_dark", "too_small", "blurred", "no_template"]


@dataclass(frozen=True, slots=True)
class CardLook:
    """`score` is the cosine where it can be trusted; `problem` says why not, and none is anybody's fault."""

    verdict: PhotoVerdict
    score: float | None = None
    problem: Problem | None = None


def open_kept(jpeg: bytes) -> Frame:
    """Decode a card's picture that `analysis.card_picture` wrote; sizes and kinds were checked there.

    Raises:
        ValueError: for bytes that are no such picture.
    """
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
    if image is None:
        raise ValueError("these bytes are no picture of a card")
    return Frame.of(np.asarray(image, dtype=np.uint8))


def look_at_card(
    seen: Observation, embed: Callable[[Box], Embedding | None], template: Template | None
) -> CardLook:
    """Compare the only face of a picture with the enrolled one.

    Args:
        seen: what the face detectors tell of the picture.
        embed: the face in a box of the same picture.
        template: the face of the camera check; `None` where none was enrolled.

    Several faces are not compared: the larger may be that of the person who holds the card.
    """
    problem = _unseen(seen)
    if problem is not None:
        return CardLook("unclear", problem=problem)
    embedding = embed(seen.faces[0].box_px)
    if embedding is None:
        return CardLook("unclear", problem="too_dark" if _is_dark(seen) else "no_face")
    problem = _unclear(embedding, seen)
    if problem is not None:
        return CardLook("unclear", problem=problem)
    if template is None:
        return CardLook("unclear", problem="no_template")
    reading = compare_photo(template, embedding)
    return CardLook(photo_verdict(reading), reading.known)


def _unseen(seen: Observation) -> Problem | None:
    if len(seen.faces) > 1:
        return "several_faces"
    if seen.faces:
        return None
    return "too_dark" if _is_dark(seen) else "no_face"


def _unclear(embedding: Embedding, seen: Observation) -> Problem | None:
    if embedding.eyes_px < EYES_PX:
        return "too_small"
    if embedding.sharpness < SHARPNESS:
        return "too_dark" if _is_dark(seen) else "blurred"
    return None


def _is_dark(seen: Observation) -> bool:
    return seen.camera.state == "dark"

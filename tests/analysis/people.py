"""Made-up faces: vectors with a known cosine to a template, and looks at them."""

import numpy as np

from analysis.detectors.embedding import DIMENSIONS, Embedding
from analysis.identity import Look, Template


def vector(score: float) -> np.ndarray:
    """A vector of length one whose cosine with `vector(1.0)` is `score`."""
    made = np.zeros(DIMENSIONS, dtype=np.float32)
    made[0], made[1] = score, np.sqrt(1.0 - score**2)
    return made


def embedding(score: float = 1.0, *, eyes_px: float = 60.0, sharpness: float = 40.0) -> Embedding:
    return Embedding(vector(score), eyes_px, sharpness)


def glance(score: float = 1.0, *, quality: float = 0.9, frontal: bool = True) -> Look:
    return Look(embedding(score), quality, frontal=frontal, turned=True)


def template() -> Template:
    return Template(tuple(float(value) for value in vector(1.0)))

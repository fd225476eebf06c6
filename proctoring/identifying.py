"""What embeds faces in this process, and one look at a candidate's face through it."""

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from analysis.detectors.base import Image
    from analysis.detectors.embedding import Embedding
    from analysis.frames import Frame
    from analysis.identity import Look
    from analysis.observations import Box, Observation

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """What turns faces into numbers: `analysis.detectors.embedding.FaceEmbeddings`."""

    def embed(self, image: "Image", box: "Box") -> "Embedding | None": ...


def shared_embeddings() -> Embedder | None:
    """Loaded once in a process; None, said once in the log, where the model files are missing."""
    return _loaded(Path(settings.MODELS_DIR))


@cache
def _loaded(models_dir: Path) -> Embedder | None:
    from analysis.detectors.base import DetectorMissing
    from analysis.detectors.embedding import FaceEmbeddings

    embeddings = FaceEmbeddings()
    try:
        embeddings.load(models_dir if models_dir.is_dir() else None, threads=1)
    except DetectorMissing as reason:
        logger.warning("who sits there cannot be told: %s", reason)
        return None
    return embeddings


def configured_embedder() -> Embedder | None:
    embedder: Embedder | None = import_string(settings.FACE_EMBEDDER)()
    return embedder


def look_at(frame: "Frame", seen: "Observation", embedder: Embedder) -> "Look":
    """The only face of a frame; of several, or none, nothing is embedded."""
    from analysis.identity import look

    if seen.face_count != 1 or not seen.faces:
        return look(seen, None)
    return look(seen, embedder.embed(frame.image, seen.faces[0].box_px))

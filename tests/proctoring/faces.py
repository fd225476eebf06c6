"""The edge of identity tests: a stand-in that embeds every face with the likeness that the test staged."""

from analysis.detectors.base import Image
from analysis.detectors.embedding import Embedding
from analysis.observations import Box
from tests.analysis.people import embedding

EMBEDDER = "tests.proctoring.faces.staged_embedder"


class StagedEmbedder:
    """Every face has this cosine to `tests.analysis.people.template()`; None finds no points on it."""

    likeness: float | None = 1.0

    def embed(self, _image: Image, _box: Box) -> Embedding | None:
        return None if self.likeness is None else embedding(self.likeness)


STAGED = StagedEmbedder()


def staged_embedder() -> StagedEmbedder:
    return STAGED


def no_embedder() -> None:
    return None

"""A face to 256 numbers and a likeness, one 640x480 frame at a time, on one core."""

import time
from dataclasses import dataclass
from pathlib import Path

from analysis.detectors.embedding import FaceEmbeddings
from analysis.frames import Frame, open_frame
from analysis.identity import Enrolment, Template, compare, look
from analysis.observations import Observation
from analysis.pipeline import Pipeline
from tests.bench.frame_path import WARM_UP_FRAMES, Spread, clip_jpegs, one_core, spread

MEASURED_FRAMES = 200


@dataclass(frozen=True, slots=True)
class IdentityPath:
    """What one look at a known face takes on top of the frame path: alignment, network, comparison."""

    looks: int
    look: Spread


def measure_identity(clip: Path, models_dir: Path) -> IdentityPath:
    with one_core():
        pipeline, embeddings = Pipeline(models_dir, threads=1), FaceEmbeddings()
        embeddings.load(models_dir, 1)
        frames = [open_frame(data) for data in clip_jpegs(clip, MEASURED_FRAMES)]
        alone = [(frame, seen) for frame, seen in _observed(pipeline, frames) if seen.face_count == 1]
        template = _enrolled(embeddings, alone)
        spent_ms = [_time_one(embeddings, frame, seen, template) for frame, seen in alone]
    return IdentityPath(len(alone), spread(spent_ms[WARM_UP_FRAMES:]))


def _observed(pipeline: Pipeline, frames: list[Frame]) -> list[tuple[Frame, Observation]]:
    return [(frame, pipeline.observe(frame)) for frame in frames]


def _enrolled(embeddings: FaceEmbeddings, alone: list[tuple[Frame, Observation]]) -> Template:
    enrolment = Enrolment()
    for frame, seen in alone:
        enrolment.add(look(seen, embeddings.embed(frame.image, seen.faces[0].box_px)))
    return enrolment.build()


def _time_one(embeddings: FaceEmbeddings, frame: Frame, seen: Observation, template: Template) -> float:
    start = time.perf_counter()
    compare(template, look(seen, embeddings.embed(frame.image, seen.faces[0].box_px)))
    return 1000 * (time.perf_counter() - start)

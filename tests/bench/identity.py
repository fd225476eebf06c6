"""A face to 256 numbers and a likeness, one 640x480 frame at a time, on one core."""

from pathlib import Path

from analysis.detectors.embedding import FaceEmbeddings
from analysis.frames import Frame, open_frame
from analysis.identity import Enrolment, Template, compare, look
from analysis.observations import Observation
from analysis.pipeline import Pipeline
from tests.bench.costs import Cost, Meter, one_core
from tests.bench.frame_path import WARM_UP_FRAMES, clip_jpegs

MEASURED_FRAMES = 200


def measure_identity(clip: Path, models_dir: Path) -> Cost:
    """What one look at a known face takes on top of the frame path: alignment, network, comparison."""
    with one_core():
        pipeline, embeddings = Pipeline(models_dir, threads=1), FaceEmbeddings()
        embeddings.load(models_dir, 1)
        frames = [open_frame(data) for data in clip_jpegs(clip, MEASURED_FRAMES)]
        alone = [(frame, seen) for frame, seen in _observed(pipeline, frames) if seen.face_count == 1]
        template = _enrolled(embeddings, alone)
        meter = Meter()
        for frame, seen in alone:
            box = seen.faces[0].box_px
            meter.time(
                lambda frame=frame, seen=seen, box=box: compare(
                    template, look(seen, embeddings.embed(frame.image, box))
                )
            )
    return meter.cost(warm_up=WARM_UP_FRAMES)


def _observed(pipeline: Pipeline, frames: list[Frame]) -> list[tuple[Frame, Observation]]:
    return [(frame, pipeline.observe(frame)) for frame in frames]


def _enrolled(embeddings: FaceEmbeddings, alone: list[tuple[Frame, Observation]]) -> Template:
    enrolment = Enrolment()
    for frame, seen in alone:
        enrolment.add(look(seen, embeddings.embed(frame.image, seen.faces[0].box_px)))
    return enrolment.build()

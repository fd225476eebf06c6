"""JPEG bytes to observation, one 640x480 frame at a time, on one core."""

from itertools import islice
from pathlib import Path

from analysis.baseline import Baseline, BaselineBuilder
from analysis.frames import encode_jpeg, open_frame
from analysis.pipeline import Pipeline
from analysis.video import sample_video
from tests.bench.costs import Cost, Meter, one_core

WARM_UP_FRAMES = 20
MEASURED_FRAMES = 200
SAMPLES_PER_S = 4.0


def measure_frame_path(clip: Path, models_dir: Path | None) -> Cost:
    jpegs = clip_jpegs(clip, MEASURED_FRAMES)
    meter = Meter()
    with one_core():
        pipeline = Pipeline(models_dir, threads=1)
        baseline = camera_check(pipeline, jpegs)
        for data in [*jpegs[:WARM_UP_FRAMES], *jpegs]:
            meter.time(lambda data=data: pipeline.observe(open_frame(data), baseline))
    return meter.cost(warm_up=WARM_UP_FRAMES)


def clip_jpegs(clip: Path, count: int, samples_per_s: float = SAMPLES_PER_S) -> list[bytes]:
    """As a browser sends them: 640x480, JPEG of quality 75."""
    return [encode_jpeg(image, 75) for _, image in islice(sample_video(clip, samples_per_s), count)]


def camera_check(pipeline: Pipeline, jpegs: list[bytes]) -> Baseline:
    """The candidate's own normal from the first good frames, as an exam has it."""
    builder = BaselineBuilder()
    for data in jpegs:
        if builder.add(pipeline.observe(open_frame(data))).complete:
            break
    return builder.build()

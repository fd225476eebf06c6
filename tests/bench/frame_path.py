"""JPEG bytes to observation, one 640x480 frame at a time, on one core."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from analysis.baseline import Baseline, BaselineBuilder
from analysis.frames import encode_jpeg, open_frame
from analysis.pipeline import Pipeline
from analysis.video import sample_video

WARM_UP_FRAMES = 20
MEASURED_FRAMES = 200
SAMPLES_PER_S = 4.0


@dataclass(frozen=True, slots=True)
class Spread:
    median_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class FramePath:
    """The whole way and its stages: open is the frame gate with its decode, the others are the pipeline's."""

    frames: int
    median_ms: float
    p95_ms: float
    stages: dict[str, Spread]


def measure_frame_path(clip: Path, models_dir: Path | None) -> FramePath:
    jpegs = clip_jpegs(clip, MEASURED_FRAMES)
    with one_core():
        pipeline = Pipeline(models_dir, threads=1)
        baseline = camera_check(pipeline, jpegs)
        for data in jpegs[:WARM_UP_FRAMES]:
            pipeline.observe(open_frame(data), baseline)
        spent = [_time_one(pipeline, data, baseline) for data in jpegs]
    whole = spread([frame["whole"] for frame in spent])
    stages = {name: spread([frame[name] for frame in spent]) for name in spent[0] if name != "whole"}
    return FramePath(len(spent), whole.median_ms, whole.p95_ms, stages)


def spread(spent_ms: list[float]) -> Spread:
    ordered = sorted(spent_ms)
    return Spread(round(median(ordered), 2), round(ordered[int(0.95 * (len(ordered) - 1))], 2))


def clip_jpegs(clip: Path, count: int) -> list[bytes]:
    """As a browser sends them: 640x480, JPEG of quality 75."""
    return [encode_jpeg(image, 75) for _, image in islice(sample_video(clip, SAMPLES_PER_S), count)]


def camera_check(pipeline: Pipeline, jpegs: list[bytes]) -> Baseline:
    """The candidate's own normal from the first good frames, as an exam has it."""
    builder = BaselineBuilder()
    for data in jpegs:
        if builder.add(pipeline.observe(open_frame(data))).complete:
            break
    return builder.build()


def _time_one(pipeline: Pipeline, data: bytes, baseline: Baseline) -> dict[str, float]:
    """Milliseconds by stage."""
    start = time.perf_counter()
    frame = open_frame(data)
    opened = time.perf_counter()
    observation = pipeline.observe(frame, baseline)
    whole_ms = 1000 * (time.perf_counter() - start)
    stages = {name.removesuffix("_ms"): value for name, value in asdict(observation.timings_ms).items()}
    return {"whole": whole_ms, "open": 1000 * (opened - start), **stages}


@contextmanager
def one_core() -> Iterator[None]:
    """Threads that the detectors start inside inherit the one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)

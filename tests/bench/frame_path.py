"""JPEG bytes to observation, one 640x480 frame at a time, on one core."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from analysis.frames import encode_jpeg, open_frame
from analysis.pipeline import Pipeline
from analysis.video import sample_video

WARM_UP_FRAMES = 20
MEASURED_FRAMES = 200
SAMPLES_PER_S = 4.0


@dataclass(frozen=True, slots=True)
class FramePath:
    frames: int
    median_ms: float
    p95_ms: float
    open_median_ms: float
    observe_median_ms: float


def measure_frame_path(clip: Path, models_dir: Path | None) -> FramePath:
    jpegs = clip_jpegs(clip, MEASURED_FRAMES)
    with one_core():
        pipeline = Pipeline(models_dir, threads=1)
        for data in jpegs[:WARM_UP_FRAMES]:
            pipeline.observe(open_frame(data))
        spent = [_time_one(pipeline, data) for data in jpegs]
    whole = sorted(opened + observed for opened, observed in spent)
    return FramePath(
        frames=len(spent),
        median_ms=round(median(whole), 2),
        p95_ms=round(whole[int(0.95 * (len(whole) - 1))], 2),
        open_median_ms=round(median(opened for opened, _ in spent), 2),
        observe_median_ms=round(median(observed for _, observed in spent), 2),
    )


def clip_jpegs(clip: Path, count: int) -> list[bytes]:
    """As a browser sends them: 640x480, JPEG of quality 75."""
    return [encode_jpeg(image, 75) for _, image in islice(sample_video(clip, SAMPLES_PER_S), count)]


def _time_one(pipeline: Pipeline, data: bytes) -> tuple[float, float]:
    start = time.perf_counter()
    frame = open_frame(data)
    opened = time.perf_counter()
    pipeline.observe(frame)
    return 1000 * (opened - start), 1000 * (time.perf_counter() - opened)


@contextmanager
def one_core() -> Iterator[None]:
    """Threads that the detectors start inside inherit the one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)

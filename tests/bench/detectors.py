"""Each detector by itself on the frames of the recording, one after the other, on one core."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from analysis.baseline import Baseline
from analysis.camera import camera_health
from analysis.detectors.base import FoundFace, Mesh
from analysis.detectors.eyelids import Eyelids
from analysis.detectors.faces import FullRangeFaces
from analysis.detectors.iris import Irises
from analysis.detectors.mesh import FaceMeshes
from analysis.faces import posed
from analysis.footage_health import fingerprint
from analysis.frames import Frame, open_frame
from analysis.half_size import half_size
from analysis.observations import Observation
from analysis.pipeline import Pipeline
from analysis.track import Follower
from tests.bench.costs import Cost, Meter, one_core
from tests.bench.frame_path import MEASURED_FRAMES, WARM_UP_FRAMES, camera_check, clip_jpegs

INTERVAL_MS = 250
Input = TypeVar("Input")


def measure_detectors(clip: Path, models_dir: Path | None) -> dict[str, Cost]:
    """By name: what is asked of every frame, and then what is asked only where it can change the answer."""
    jpegs = clip_jpegs(clip, MEASURED_FRAMES)
    with one_core():
        frames = [open_frame(data) for data in jpegs]
        faces, meshes, lids, irises = FullRangeFaces(), FaceMeshes(), Eyelids(), Irises()
        for detector in (faces, meshes, lids, irises):
            detector.load(models_dir, 1)
        found = [faces.detect(frame.image) for frame in frames]
        placed = [meshes.landmarks(frame.image, seen[:1]) for frame, seen in zip(frames, found, strict=True)]
        one = [
            (frame, seen[0], mesh[0])
            for frame, seen, mesh in zip(frames, found, placed, strict=True)
            if seen and mesh[0] is not None
        ]
        halves = [(frame, half_size(frame.image)) for frame in frames]
        pipeline = Pipeline(models_dir, threads=1)
        baseline = camera_check(pipeline, jpegs)
        return {
            "open": cost_of(open_frame, jpegs),
            "half_size": cost_of(lambda frame: half_size(frame.image), frames),
            "camera": cost_of(lambda pair: camera_health(pair[0].image, None, pair[1]), halves),
            "footage_health": cost_of(lambda pair: fingerprint(pair[0].image, pair[1]), halves),
            "faces": cost_of(lambda pair: faces.detect(pair[0].image, pair[1]), halves),
            "mesh": cost_of(lambda face: meshes.landmarks(face[0].image, (face[1],)), one),
            "pose": cost_of(_posed(baseline), one),
            "eyes": cost_of(lambda face: lids.place(face[0].image, face[2]), one),
            "iris": cost_of(lambda face: irises.find(face[0].image, face[2]), one),
            "movement": _following(baseline, [pipeline.observe(frame, baseline) for frame in frames]),
        }


def cost_of(work: Callable[[Input], object], inputs: list[Input]) -> Cost:
    meter = Meter()
    for one in [*inputs[:WARM_UP_FRAMES], *inputs]:
        meter.time(partial(work, one))
    return meter.cost(warm_up=WARM_UP_FRAMES)


def _posed(baseline: Baseline) -> Callable[[tuple[Frame, FoundFace, Mesh]], object]:
    return lambda face: posed(face[1], face[2], 1.0, baseline)


def _following(baseline: Baseline, seen: list[Observation]) -> Cost:
    """What only a row of pictures tells: movement, standing pictures, ways out, eyes over a minute."""
    follower, meter = Follower(baseline), Meter()
    for seq, one in enumerate(seen, start=1):
        meter.time(partial(follower.take, one, seq=seq, t_ms=INTERVAL_MS * seq))
    return meter.cost(warm_up=WARM_UP_FRAMES)

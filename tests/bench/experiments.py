"""What would make frames cheaper, and what it would cost: `python -m tests.bench.experiments`, as JSON.

Fewer runs of the face detector: between two of them the landmarks before are the next crop. Batches: several
candidates' pictures, or seconds of sound, in one run of a network.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from analysis.audio.vad import CHUNK, CONTEXT, MEMORY_SHAPE, RATE_HZ
from analysis.detectors.base import FoundFace, Image, Mesh
from analysis.detectors.eyelids import LEFT_CONTOUR, RIGHT_CONTOUR
from analysis.detectors.faces import MODEL as FACES
from analysis.detectors.faces import FullRangeFaces
from analysis.detectors.mesh import MODEL as MESH
from analysis.detectors.mesh import FaceMeshes
from analysis.detectors.networks import SIGNED, UNIT, Network, PixelRange, mediapipe_model
from analysis.detectors.voice import compiled
from analysis.frames import open_frame
from analysis.observations import Box, Observation
from analysis.pipeline import Pipeline
from tests.bench.costs import Cost, Meter, one_core
from tests.bench.frame_path import clip_jpegs
from tests.bench.machine import recording, this_machine

EVERY = (1, 2, 3)
RATES_PER_S = (1.0, 2.0)
FRAMES = 120
SIDE_PX = 192
PICTURE_BATCHES, SOUND_BATCHES = (1, 4, 8), (1, 8, 32)
RUNS, WARM_UP_RUNS = 60, 5
CHUNKS_A_SECOND = RATE_HZ / CHUNK


@dataclass(frozen=True, slots=True)
class FewerRuns:
    """Against a run for every frame: yaw errors, faces lost, counts that differ."""

    every: int
    frames_per_s: float
    frames: int
    observe: Cost
    yaw_off_p95_deg: float
    yaw_off_most_deg: float
    faces_lost: int
    counts_differ: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one picture, or one second of sound, costs in a batch of this size."""

    network: str
    size: int
    each: Cost


class EveryNth:
    """A face detector that looks at every nth frame; in between it is where the landmarks were before."""

    key = "faces"

    def __init__(self, every: int) -> None:
        self._every, self._asked = every, 0
        self._faces, self._last = FullRangeFaces(), RememberedMeshes()

    @property
    def meshes(self) -> RememberedMeshes:
        return self._last

    def load(self, models_dir: Path | None, threads: int) -> None:
        self._faces.load(models_dir, threads)

    def detect(self, image: Image, half: Image | None = None) -> tuple[FoundFace, ...]:
        self._asked += 1
        mesh = self._last.mesh
        if mesh is None or (self._asked - 1) % self._every == 0:
            return self._faces.detect(image, half)
        return (_face_of(mesh),)


class RememberedMeshes:
    """The landmarks as usual, and the first face's kept for the next frame."""

    key = "mesh"

    def __init__(self) -> None:
        self._meshes = FaceMeshes()
        self.mesh: Mesh | None = None

    def load(self, models_dir: Path | None, threads: int) -> None:
        self._meshes.load(models_dir, threads)

    def landmarks(self, image: Image, faces: tuple[FoundFace, ...]) -> tuple[Mesh | None, ...]:
        found = self._meshes.landmarks(image, faces)
        self.mesh = found[0] if found else None
        return found


def _face_of(mesh: Mesh) -> FoundFace:
    points = mesh.landmarks_px[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    eyes = [points[list(contour)].mean(axis=0) for contour in (RIGHT_CONTOUR, LEFT_CONTOUR)]
    (x0, y0), (x1, y1) = sorted((float(x), float(y)) for x, y in eyes)
    width, height = (float(value) for value in high - low)
    return FoundFace(Box(float(low[0]), float(low[1]), width, height), mesh.score, ((x0, y0), (x1, y1)))


def measure_fewer_runs(clip: Path, models_dir: Path) -> list[FewerRuns]:
    told = []
    with one_core():
        for per_s in RATES_PER_S:
            jpegs = clip_jpegs(clip, FRAMES, per_s)
            usual, _ = _observed(jpegs, models_dir, 1)
            for every in EVERY:
                seen, meter = _observed(jpegs, models_dir, every)
                told.append(_compared(every, per_s, usual, seen, meter.cost(warm_up=WARM_UP_RUNS)))
    return told


def _observed(jpegs: list[bytes], models_dir: Path, every: int) -> tuple[list[Observation], Meter]:
    faces = EveryNth(every)
    pipeline, meter = Pipeline(models_dir, 1, full_range=faces, mesh=faces.meshes), Meter()
    return [meter.time(partial(pipeline.observe, open_frame(data))) for data in jpegs], meter


def _compared(
    every: int, per_s: float, usual: list[Observation], seen: list[Observation], cost: Cost
) -> FewerRuns:
    pairs = [
        (one.candidate, other.candidate)
        for one, other in zip(usual, seen, strict=True)
        if one.face_count == 1 and one.candidate is not None and one.candidate.yaw_deg is not None
    ]
    off_deg = sorted(
        abs((one.yaw_deg or 0.0) - other.yaw_deg)
        for one, other in pairs
        if other is not None and other.yaw_deg is not None
    )
    return FewerRuns(
        every=every,
        frames_per_s=per_s,
        frames=len(usual),
        observe=cost,
        yaw_off_p95_deg=round(off_deg[int(0.95 * (len(off_deg) - 1))], 1),
        yaw_off_most_deg=round(off_deg[-1], 1),
        faces_lost=sum(other is None or other.yaw_deg is None for _, other in pairs),
        counts_differ=sum(one.face_count != other.face_count for one, other in zip(usual, seen, strict=True)),
    )


def measure_batches(models_dir: Path) -> list[Batch]:
    with one_core():
        pictures = [
            _picture_batch(name, model, pixels, size)
            for name, model, pixels in (("faces", FACES, SIGNED), ("mesh", MESH, UNIT))
            for size in PICTURE_BATCHES
        ]
        return [*pictures, *(_sound_batch(models_dir, size) for size in SOUND_BATCHES)]


def _picture_batch(name: str, model: tuple[str, ...], pixels: PixelRange, size: int) -> Batch:
    def as_batch(network: Any) -> Any:
        network.reshape([size, SIDE_PX, SIDE_PX, 3])
        return network

    network = Network(mediapipe_model(*model), 1, pixels, outputs=2, prepare=as_batch)
    pictures = np.random.default_rng(1).integers(0, 255, (size, SIDE_PX, SIDE_PX, 3)).astype(np.uint8)

    def run() -> None:
        np.copyto(network._picture.data, pictures)
        network._request.infer()

    return Batch(name, size, _cost(run, size))


def _sound_batch(models_dir: Path, size: int) -> Batch:
    """A second of `size` streams: the network takes 32 ms of each at a time, and hands their memories on."""
    request = compiled(models_dir, 1, streams=size)
    sound = np.zeros((size, CONTEXT + CHUNK), np.float32)
    memory = np.zeros((MEMORY_SHAPE[0], size, MEMORY_SHAPE[2]), np.float32)

    def run() -> None:
        for _ in range(round(CHUNKS_A_SECOND)):
            request.infer({"input": sound, "state": memory}, share_inputs=True)

    return Batch("voice", size, _cost(run, size))


def _cost(run: Callable[[], None], parts: int) -> Cost:
    meter = Meter(parts)
    for _ in range(WARM_UP_RUNS + RUNS):
        meter.time(run)
    return meter.cost(warm_up=WARM_UP_RUNS)


def main() -> int:
    clip, models_dir = recording()
    figures = {
        "machine": asdict(this_machine()),
        "fewer_runs": [asdict(one) for one in measure_fewer_runs(clip, models_dir)],
        "batches": [asdict(one) for one in measure_batches(models_dir)],
    }
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

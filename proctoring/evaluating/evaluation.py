"""Every kind of measurement by its name, over one folder of labelled files."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from analysis.audio.hearing import Ears
from analysis.detectors.base import DetectorMissing
from analysis.detectors.embedding import FaceEmbeddings
from analysis.detectors.iris import Irises
from analysis.detectors.objects import OpenVinoObjects
from analysis.detectors.voice import shared_vad
from analysis.detectors.voices import shared_voices
from analysis.evaluation import (
    counting,
    lids,
    looking,
    posing,
    posters,
    recognising,
    speakers,
    stress,
    things,
    voices,
)
from analysis.evaluation.findings import Section
from analysis.evaluation.manifest import MANIFEST, Labelled, Manifest, read_manifest
from analysis.pipeline import Pipeline
from analysis.risk.policy import Policy
from proctoring import footage
from proctoring.evaluating import clips, naive, scenarios
from proctoring.frame_measuring import shared_irises
from proctoring.hearing import configured_ears

FPS = 2.0
THREADS = 1
TITLE = "Accuracy"


@dataclass(frozen=True, slots=True)
class Bench:
    """What the measurements work with."""

    manifest: Manifest
    pipeline: Pipeline
    models_dir: Path
    policy: Policy

    def watch(self, video: Path) -> footage.Footage:
        return footage.watch(
            video,
            self.policy,
            fps=FPS,
            session_id="evaluation",
            pipeline=self.pipeline,
            ears=configured_ears(),
        )

    def watch_file(self, file: Labelled) -> footage.Footage:
        return self.watch(file.existing())


Measure = Callable[[Bench], Section | None]
Detector = TypeVar("Detector", FaceEmbeddings, OpenVinoObjects, Irises)


def loaded(detector: Detector, bench: Bench) -> Detector:
    detector.load(bench.models_dir, THREADS)
    return detector


KINDS: Mapping[str, Measure] = {
    "face_count": lambda bench: counting.measure_counts(bench.manifest, bench.pipeline),
    "posters": lambda bench: posters.measure_posters(bench.manifest, bench.pipeline),
    "headpose": lambda bench: posing.measure_poses(bench.manifest, bench.pipeline),
    "eyes": lambda bench: lids.measure_lids(bench.manifest, bench.pipeline),
    "camera": lambda bench: stress.measure_camera(bench.manifest, bench.pipeline),
    "objects": lambda bench: things.measure_things(bench.manifest, loaded(OpenVinoObjects(), bench)),
    "identity": lambda bench: recognising.measure_identity(
        bench.manifest, bench.pipeline, loaded(FaceEmbeddings(), bench)
    ),
    "audio": lambda bench: voices.measure_voices(bench.manifest, shared_vad(bench.models_dir)),
    "speakers": lambda bench: speakers.measure_speakers(
        bench.manifest, Ears(shared_vad(bench.models_dir), shared_voices())
    ),
    "gaze": lambda bench: looking.measure_gaze(bench.manifest, bench.pipeline, loaded(Irises(), bench)),
    "clips": lambda bench: clips.measure_clips(bench.manifest, bench.policy, bench.watch_file),
    "naive": lambda bench: naive.measure_naive(
        bench.manifest, naive.NaiveLook(bench.pipeline, shared_irises()), bench.watch_file
    ),
    "scenarios": lambda bench: scenarios.measure_scenarios(bench.manifest.folder, bench.policy, bench.watch),
    "stress": lambda bench: stress.measure_stress(bench.manifest, bench.pipeline),
}


def open_bench(folder: Path, models_dir: Path, policy: Policy) -> Bench:
    """The folder's list and the detectors.

    Raises:
        ManifestRefused: for a folder without a usable list.
    """
    return Bench(read_manifest(folder), Pipeline.shared(models_dir), models_dir, policy)


def evaluate(bench: Bench, only: Collection[str] = ()) -> Iterator[Section]:
    """The chosen kinds, or all, in their order; a kind without labelled files says that it has none."""
    for kind, measure in KINDS.items():
        if only and kind not in only:
            continue
        try:
            section = measure(bench)
        except DetectorMissing as reason:
            yield _unmeasured(kind, f"the detector is off: {reason}")
        else:
            yield section or _unmeasured(kind, "no file is labelled for it")


def _unmeasured(kind: str, reason: str) -> Section:
    return Section(kind, f"Not measured: {kind}", "none ran", unmeasured=(reason,))


def opening(bench: Bench) -> tuple[str, ...]:
    """What was measured, on which files, and with which detectors."""
    listed = hashlib.sha256((bench.manifest.folder / MANIFEST).read_bytes()).hexdigest()
    states = (f"{one.key} {'on' if one.on else f'off ({one.reason})'}" for one in bench.pipeline.status)
    return (
        f"Written by `manage.py evaluate` from {len(bench.manifest.files)} labelled files "
        f"({MANIFEST} sha256 {listed[:16]}), policy {bench.policy.name}. Detectors: {', '.join(states)}.",
        "Figures in brackets are 95 % intervals: Wilson's for shares, Byar's for events an hour. The sets "
        "are small and were not drawn from exams: read the intervals, not the middle. Nobody's group, origin "
        "or health can be concluded from them.",
        "Thresholds for phones, identity and speech were chosen on the development set that the figures in "
        "docs/accuracy.md come from, so those flatter; files that nobody has seen before tell the truth.",
    )

"""What each piece of evidence is worth: looks at labelled files, and their table as JSON."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from analysis.detectors.base import DetectorMissing
from analysis.detectors.embedding import FaceEmbeddings
from analysis.detectors.objects import OpenVinoObjects
from analysis.detectors.voice import shared_vad
from analysis.evaluation import counting, posing, recognising, stress, things, voices
from analysis.evaluation.evidence import Measured, Sample, measure, told
from analysis.evaluation.manifest import MANIFEST, Labelled
from analysis.evaluation.variants import BLOCKED, UNCHANGED
from analysis.observations import looking_away
from analysis.risk.log import Record
from proctoring.evaluating.clips import TURNS_AWAY
from proctoring.evaluating.evaluation import Bench, loaded
from proctoring.evaluating.scenarios import SCENARIOS, Script, read_script

Looks = Iterator[Sample]


def evidence(bench: Bench) -> dict[str, Any]:
    """Every detector of the bench's policy, measured or said to be assumed, with where that comes from."""
    looks = {name: of(bench) for name, of in _LOOKS.items()}
    measured: dict[str, Measured] = {}
    missing: list[str] = []
    for detector in bench.policy.detect:
        if detector.name not in looks:
            continue
        try:
            measured[detector.name] = measure(detector, looks[detector.name])
        except DetectorMissing as reason:
            missing.append(f"{detector.name}: {reason}")
    listed = hashlib.sha256((bench.manifest.folder / MANIFEST).read_bytes()).hexdigest()
    return {
        "made_by": "manage.py evidence",
        "policy": bench.policy.name,
        "files": len(bench.manifest.files),
        "manifest_sha256": listed,
        "off": missing,
        "detectors": told(bench.policy.detect, measured),
    }


def _counts(bench: Bench, happens: Callable[[int], bool]) -> Looks:
    """Frames of clips with a count of faces, and of recorded exams by their script."""
    for file in bench.manifest.of_kind(*sorted(counting.VIDEO_KINDS)):
        faces = file.number("faces")
        if faces is not None:
            yield from (Sample(happens(int(faces)), values) for values in _frames(bench, file))
    for script in _scripts(bench):
        for record in _video(bench.watch(script.video).records):
            rules = {one.rule for one in script.expected if one.from_ms <= record.t_ms < one.to_ms}
            faces_then = 0 if "NO_FACE" in rules else 2 if "MULTIPLE_FACES" in rules else 1
            yield Sample(happens(faces_then), record.values or {})


def _turned(bench: Bench) -> Looks:
    """Heads of known pose, a clip of a head that turns, and people who face their camera."""
    for file in bench.manifest.of_kind("headpose"):
        posed = posing.look(file, bench.pipeline)
        if posed.face is not None:
            away = looking_away(posed.face, posed.width_px)
            yield Sample(posed.truth.away, {"looking_away": away, "yaw": posed.face.yaw_deg})
    for file in bench.manifest.of_kind(*sorted(counting.VIDEO_KINDS)):
        if file.number("faces") == 1:
            yield from (Sample(TURNS_AWAY in file.label, values) for values in _frames(bench, file))
    for script in _scripts(bench):
        told_ms = [(one.from_ms, one.to_ms) for one in script.expected if one.rule != "SPEECH"]
        for record in _video(bench.watch(script.video).records):
            if not any(start <= record.t_ms < end for start, end in told_ms):
                yield Sample(False, record.values or {})


def _covered(bench: Bench) -> Looks:
    """Pictures as they are, and the same made dark or covered."""
    for one in stress.stress(bench.manifest, bench.pipeline, (UNCHANGED, *BLOCKED)):
        yield Sample(one.variant.keeps == "blocked", {"camera_blocked": one.seen.blocked})


def _speaking(bench: Bench) -> Looks:
    """Seconds of recordings that are marked as speech or silence, and of recordings without any speech."""
    detector = shared_vad(bench.models_dir)
    for file in bench.manifest.of_kind(*voices.MARKED_KINDS, *voices.SILENT_KINDS):
        for second in voices.hear(file, detector).seconds:
            marked = 0.0 if file.kind in voices.SILENT_KINDS else second.marked
            if marked is not None and (marked >= voices.SPOKEN_SHARE or marked == 0.0):
                yield Sample(marked > 0.0, {"speech": second.speaks, "speech_share": second.share})


def _phones(bench: Bench) -> Looks:
    detector = loaded(OpenVinoObjects(), bench)
    for file in bench.manifest.of_kind(*things.PICTURE_KINDS, *things.CLIP_KINDS):
        for one in things.search(file, detector):
            yield Sample(one.phones > 0, {"phone": one.phone_from(things.SCORES[0])})


def _others(bench: Bench) -> Looks:
    """Pairs of pictures that an exam would trust: another person happens, the same one does not."""
    embedder = loaded(FaceEmbeddings(), bench)
    portraits = [
        recognising.portrait(file, bench.pipeline, embedder)
        for file in bench.manifest.of_kind(*recognising.KINDS)
    ]
    for pair in recognising.pairs(portraits):
        if pair.known:
            yield Sample(not pair.same, {"identity_distance": round(1.0 - pair.score, 3)})


_LOOKS: Mapping[str, Callable[[Bench], Looks]] = {
    "nobody": lambda bench: _counts(bench, lambda faces: faces == 0),
    "several": lambda bench: _counts(bench, lambda faces: faces > 1),
    "turned_away": _turned,
    "covered": _covered,
    "speaking": _speaking,
    "phone_seen": _phones,
    "somebody_else": _others,
}
"""Detectors of the default policy that labelled files can speak of."""


def _scripts(bench: Bench) -> list[Script]:
    return [read_script(path) for path in sorted((bench.manifest.folder / SCENARIOS).glob("*.json"))]


def _frames(bench: Bench, file: Labelled) -> Iterator[Mapping[str, Any]]:
    return (record.values or {} for record in _video(bench.watch_file(file).records))


def _video(records: tuple[Record, ...]) -> Iterator[Record]:
    return (record for record in records if record.stream == "video" and record.values)

"""What the rules of earlier open systems would have said about honest people, on the same pictures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.close_look import IrisDetector, find_irises, iris_place
from analysis.detectors.base import Mesh
from analysis.evaluation.counting import VIDEO_KINDS
from analysis.evaluation.findings import NOTHING, Section, Table, per_hour, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.six_points import six_point_yaw
from analysis.evaluation.statistics import PerHour, Rate
from analysis.frames import Frame
from analysis.observations import signals
from analysis.pipeline import Pipeline
from analysis.risk.aliases import events_of, named, names_of
from analysis.risk.conditions import Scalar, evaluate
from analysis.risk.log import Record
from analysis.risk.policy import Rule, parse_policy
from analysis.risk.result import Result, replay
from analysis.video import VideoRefused, sample_video
from proctoring.evaluating.clips import TURNS_AWAY, WORD_OF
from proctoring.footage import Footage, FootageRefused
from proctoring.results import FlagResult

Watch = Callable[[Labelled], Footage]
FPS = 2.0
WARNING = frozenset({"warning", "critical"})


def _sustained(rule: str, label: str, signal: str, op: str, value: object, for_ms: int) -> dict[str, object]:
    when = {"signal": signal, "op": op, "value": value}
    return {"id": rule, "label": label, "when": when, "for_ms": for_ms, "cmp": ">", "repeat": "restart"}


def _sampled(
    rule: str, label: str, signal: str, op: str, value: object, every_ms: int = 0
) -> dict[str, object]:
    when = {"signal": signal, "op": op, "value": value}
    every = {"every_ms": every_ms} if every_ms else {}
    return {"id": rule, "label": label, "when": when, "mode": "sample", **every}


NAIVE = parse_policy(
    {
        "name": "naive",
        "ledgers": {"points": {}},
        "rules": [
            _sampled("S1_GAZE", "seed1: gaze away, every 10 s", "gaze", "==", "distracted", 10_000),
            _sampled("S1_SEVERAL", "seed1: several faces, every 10 s", "face_count", ">", 1, 10_000),
            _sampled("S1_NOBODY", "seed1: no face, every 10 s", "face_count", "==", 0, 10_000),
            {"id": "S2_NOBODY", "label": "seed2: no face, at once", "on": "no_face_detected"},
            {"id": "S2_SEVERAL", "label": "seed2: several faces, at once", "on": "multiple_faces_detected"},
            _sustained("S3_YAW", "seed3: yaw past 15 degrees for 3 s", "yaw", "abs>", 15, 3000),
            _sustained("S3_NOBODY", "seed3: no face for 2 s", "face_count", "==", 0, 2000),
            _sustained("S3_SEVERAL", "seed3: several faces for 2 s", "face_count", ">", 1, 2000),
            _sampled("S4_EYES", "seed4: eye aspect ratio below 0.18", "ear", "<", 0.18),
            _sampled("S4_PUPILS", "seed4: pupils moved by more than 0.008", "pupil_move", ">", 0.008),
            _sampled("S4_FACE", "seed4: face moved by more than 0.05", "face_move", ">", 0.05),
            _sampled("S4_SEVERAL", "seed4: several faces", "face_count", ">", 1),
        ],
    }
)
"""The published limits."""


@dataclass(frozen=True, slots=True)
class NaiveLook:
    """Looks at each picture alone, as those systems do."""

    pipeline: Pipeline
    irises: IrisDetector | None

    def records(self, video: Path) -> Iterator[Record]:
        for seq, (t_ms, image) in enumerate(sample_video(video, FPS), start=1):
            frame = Frame.of(image)
            landmarked = self.pipeline.observe_landmarks(frame)
            mesh = landmarked.mesh
            yaw_deg = six_point_yaw(mesh.landmarks_px, frame.width_px, frame.height_px) if mesh else None
            values = {**signals(landmarked.seen), "yaw": yaw_deg, **self._pupils(frame, mesh)}
            yield Record("video", seq, t_ms, values=values)

    def _pupils(self, frame: Frame, mesh: Mesh | None) -> dict[str, Scalar]:
        eyes = find_irises(frame, mesh, self.irises) if mesh else None
        places = [iris_place(eye, frame) for eye in eyes] if eyes else [(None, None)] * 2
        return {
            f"pupil_{side}_{axis}": share
            for side, place in zip(("right", "left"), places, strict=True)
            for axis, share in zip("xy", place, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Honest:
    """One clip of one person who does nothing wrong: what the naive rules read and say, and what ours do."""

    file: Labelled
    records: tuple[Record, ...]
    duration_ms: int
    naive: Result
    ours: tuple[FlagResult, ...]


def measure_naive(manifest: Manifest, look: NaiveLook, watch: Watch) -> Section | None:
    """False alarms an hour on honest clips, rule by rule; `None` where there is no such clip."""
    clips: list[Honest] = []
    unread: list[str] = []
    for file in _honest(manifest):
        try:
            clips.append(_judged(file, look, watch(file)))
        except (FootageRefused, ManifestRefused, VideoRefused) as reason:
            unread.append(str(reason))
    if not clips:
        return None
    watched_ms = sum(clip.duration_ms for clip in clips)
    columns = ("rule", "pictures that it marks", "flags", "an hour (95 %)")
    return Section(
        kind="naive",
        title="What the naive rules would have said",
        detector="faces and landmarks as ours, six-point pose, at 2 frames a second",
        tables=(
            Table(
                f"{len(clips)} clips of one honest person each, {watched_ms / 1000:.0f} seconds",
                columns,
                (*(_row(rule, clips, watched_ms) for rule in NAIVE.rules), *_own_rows(clips, watched_ms)),
            ),
        ),
        notes=(
            "Every flag here is false. The limits are those of four earlier open systems. The yaw is read by "
            "the six-point recipe as they do; faces, eyes and pupils by our detectors, which flatters them. "
            "How far something moves between two pictures depends on the rate, and theirs was higher. The "
            "last rows are our own policy on the same clips.",
        ),
        unmeasured=(*unread, "copying, tabs, voices and phones: these clips hold none"),
    )


def _judged(file: Labelled, look: NaiveLook, ours: Footage) -> Honest:
    lasted_ms = ours.result.duration_ms
    records = tuple(look.records(file.existing()))
    naive = replay(records, NAIVE, "evaluation", lasted_ms)
    return Honest(file, records, lasted_ms, naive, ours.result.flags)


def _honest(manifest: Manifest) -> Iterator[Labelled]:
    for file in manifest.of_kind(*sorted(VIDEO_KINDS)):
        if file.number("faces") == 1 and TURNS_AWAY not in file.label:
            yield file


def _row(rule: Rule, clips: Sequence[Honest], watched_ms: int) -> tuple[str, ...]:
    marks = [mark for clip in clips for mark in _marks(rule, clip.records)]
    flags = sum(flag.rule == rule.id for clip in clips for flag in clip.naive.flags)
    return rule.label, rate(Rate.among(marks)), str(flags), per_hour(PerHour(flags, watched_ms))


def _marks(rule: Rule, records: Sequence[Record]) -> Iterator[bool]:
    """Of each picture in which the rule's signal was known, whether the rule holds in it."""
    names, held = names_of(NAIVE), dict[str, Scalar]()
    for record in records:
        if record.stream != "video" or record.values is None:
            continue
        values = named(record, names, held).values or {}
        if rule.when is None:
            yield rule.on in events_of(record, held, names)
        elif (holds := evaluate(rule.when, values)) is not None:
            yield holds
        held = dict(record.values)


def _own_rows(clips: Sequence[Honest], watched_ms: int) -> Iterator[tuple[str, ...]]:
    """Ours, without what the clips' labels do not speak of."""
    denied = [flag for clip in clips for flag in clip.ours if _speaks_of(clip.file, flag.rule)]
    for words, severities in (
        ("warnings and worse", WARNING),
        ("with what is only info", WARNING | {"info"}),
    ):
        flags = sum(flag.severity in severities for flag in denied)
        yield f"ours, {words}", NOTHING, str(flags), per_hour(PerHour(flags, watched_ms))


def _speaks_of(file: Labelled, rule: str) -> bool:
    return rule not in WORD_OF or file.word(WORD_OF[rule]) is not None

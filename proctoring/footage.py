"""A recorded exam through the same road as a live one, without a browser and without a database."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.audio.hearing import Ears
from analysis.audio.track import sound_windows
from analysis.baseline import Baseline, BaselineBuilder
from analysis.close_look import IrisDetector
from analysis.frames import Frame, encode_jpeg
from analysis.gaze_look import look_into_eyes, pupil_signals
from analysis.inspecting import Watch, due
from analysis.observations import Observation, Scalar, signals
from analysis.pipeline import Pipeline
from analysis.risk.aliases import asks_for_pupils
from analysis.risk.library import load_policy
from analysis.risk.log import Record, canonical_json
from analysis.risk.policy import Policy, PolicyError
from analysis.risk.result import replay
from analysis.track import Follower
from analysis.video import VideoRefused, sample_video, video_duration_ms
from proctoring.frame_measuring import shared_irises
from proctoring.hearing import records_of
from proctoring.inspecting import Inspection, Inspector, Memory, all_inspectors, look
from proctoring.results import SessionResult, read_result

LEAST_FPS, MOST_FPS = 0.1, 30.0
BASELINE_WITHIN_MS = 30_000


class FootageRefused(Exception):
    """A video, policy or rate that cannot be used; the message is one line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """What a video gave: its log, the candidate's normal if one was found, and the result."""

    records: tuple[Record, ...]
    baseline: Baseline | None
    result: SessionResult

    def log_lines(self) -> Iterator[str]:
        return (canonical_json(record) for record in self.records)


def find_policy(name_or_path: str, presets_dir: Path | None) -> Policy:
    try:
        return load_policy(name_or_path, presets_dir=presets_dir)
    except PolicyError as error:
        raise FootageRefused(f"policy {name_or_path}: {error}") from error


def load_pipeline(models_dir: Path) -> Pipeline:
    return Pipeline.shared(models_dir)


def count_frames(video: Path, fps: float) -> int:
    """About how many frames `watch` will look at; also refuses what it would refuse."""
    if not (math.isfinite(fps) and LEAST_FPS <= fps <= MOST_FPS):
        raise FootageRefused(f"frames per second must lie between {LEAST_FPS} and {MOST_FPS:g}, not {fps}")
    try:
        return max(1, math.ceil(video_duration_ms(video) / 1000 * fps))
    except VideoRefused as error:
        raise FootageRefused(str(error)) from error


def watch(
    video: Path,
    policy: Policy,
    *,
    fps: float,
    session_id: str,
    pipeline: Pipeline,
    ears: Ears | None = None,
    on_frame: Callable[[], Any] = lambda: None,
) -> Footage:
    """Hear a whole video, and look at it: for the person's own normal, then from the start against it."""
    try:
        baseline = _baseline(video, fps, pipeline)
        look = _Look(pipeline, baseline, shared_irises() if asks_for_pupils(policy) else None)
        seen = _records(video, fps, look, on_frame)
        heard = records_of(sound_windows(video), ears or Ears(None))
        records = tuple(sorted((*seen, *heard), key=lambda record: record.t_ms))
        duration_ms = max(video_duration_ms(video), records[-1].t_ms)
    except VideoRefused as error:
        raise FootageRefused(str(error)) from error
    final = replay(records, policy, session_id)
    result = read_result(
        final.to_json(), policy=policy, policy_name=policy.name, records=records, duration_ms=duration_ms
    )
    return Footage(records=records, baseline=baseline, result=result)


def pictures(video: Path, *, fps: float, wanted: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """(seq, JPEG) of the wanted frames: a second pass, so that a long video is never held in memory."""
    left = set(wanted)
    for seq, (_t_ms, image) in enumerate(sample_video(video, fps), start=1):
        if not left:
            return
        if seq in left:
            left.discard(seq)
            yield seq, encode_jpeg(image)


def _baseline(video: Path, fps: float, pipeline: Pipeline) -> Baseline | None:
    builder = BaselineBuilder()
    for t_ms, image in sample_video(video, fps):
        if t_ms > BASELINE_WITHIN_MS:
            return None
        if builder.add(pipeline.observe(Frame.of(image))).complete:
            return builder.build()
    return None


@dataclass(frozen=True, slots=True)
class _Look:
    """How each picture is looked at: with irises only where the policy judges pupils."""

    pipeline: Pipeline
    baseline: Baseline | None
    irises: IrisDetector | None

    def at(self, frame: Frame) -> tuple[Observation, dict[str, Scalar]]:
        if self.irises is None:
            seen = self.pipeline.observe(frame, self.baseline)
            return seen, signals(seen)
        landmarked = self.pipeline.observe_landmarks(frame, self.baseline)
        pupils = pupil_signals(look_into_eyes(frame, landmarked, self.irises))
        return landmarked.seen, {**signals(landmarked.seen), **pupils}


def _records(video: Path, fps: float, looking: _Look, on_frame: Callable[[], Any]) -> Iterator[Record]:
    slow_look = _SlowLook(all_inspectors())
    follower = Follower(looking.baseline)
    for seq, (t_ms, image) in enumerate(sample_video(video, fps), start=1):
        frame = Frame.of(image)
        observation, alone = looking.at(frame)
        told = {**alone, **follower.take(observation, seq=seq, t_ms=t_ms)}
        yield Record("video", seq, t_ms, values=told)
        seen = follower.marked(observation)
        inspection = Inspection(session_id=None, seq=seq, t_ms=t_ms, frame=frame, seen=seen)
        inspected = slow_look.at(inspection, told)
        if inspected:
            yield Record("objects", seq, t_ms, values=inspected)
        on_frame()


class _SlowLook:
    """Looks closely at those frames of a recording that a live session would have had inspected."""

    def __init__(self, inspectors: Mapping[str, Inspector]) -> None:
        self._inspectors = inspectors
        self._watch, self._memory = Watch(), Memory()

    def at(self, inspection: Inspection, told: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        """What the inspectors say about this frame; nothing where it is not due."""
        decision = due(self._watch, inspection.t_ms, told, pursuing=self._memory.pursuing)
        self._watch = decision.watch_inspected if decision.due else decision.watch
        if not decision.due:
            return {}
        looked = look(self._inspectors, inspection, self._memory)
        self._memory = looked.memory
        return looked.signals

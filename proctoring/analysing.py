"""One frame on its way through the analysis: what is done with it depends on the session's state."""

import logging
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.errors import DomainError
from exams.models import Session
from exams.states import SessionState
from proctoring import gazing, inspecting, parking
from proctoring.protocol import Outcome
from proctoring.services import following, gaze, late_frames, recording
from proctoring.services.checking import Guidance, check_frame, normal_of

if TYPE_CHECKING:
    from analysis.baseline import Baseline
    from analysis.frames import Frame
    from analysis.gaze_look import EyeLook
    from analysis.observations import Observation

logger = logging.getLogger(__name__)


class Observer(Protocol):
    """What looks at frames: `analysis.pipeline.Pipeline`."""

    def observe(self, frame: "Frame", baseline: "Baseline | None" = None) -> "Observation": ...


@dataclass(frozen=True, slots=True)
class Analysed:
    """What became of a frame; `inspect_at_ms` is its time where it is to be looked at closely as well."""

    outcome: Outcome
    guidance: Guidance | None = None
    inspect_at_ms: int | None = None


class FrameLost(Exception):
    """The bytes were gone before anybody looked at them: too much waited in front of them."""


@cache
def shared_pipeline() -> Observer:
    from analysis.pipeline import Pipeline

    models_dir = Path(settings.MODELS_DIR)
    return Pipeline.shared(models_dir if models_dir.is_dir() else None)


def configured_observer() -> Observer:
    observer: Observer = import_string(settings.FRAME_OBSERVER)()
    return observer


def analyse(*, session_id: uuid.UUID, seq: int, t_ms: int, observer: Observer) -> Analysed:
    """Look at a parked frame and hand on what was seen; a refused one is counted, never "no face"."""
    with parking.looked_at(session_id, seq) as bearable:
        if bearable:
            return _analyse(session_id, seq, t_ms, observer)
    return _quarantine(session_id, seq)


def _analyse(session_id: uuid.UUID, seq: int, t_ms: int, observer: Observer) -> Analysed:
    from analysis.frames import FrameRefused, open_frame

    jpeg = parking.find(session_id, seq)
    if jpeg is None:
        raise FrameLost(f"frame {seq} of session {session_id}")
    try:
        frame = open_frame(jpeg)
    except FrameRefused:
        return _refuse(session_id, seq)
    session = Session.objects.select_related("exam", "baseline").get(id=session_id)
    if session.state in (SessionState.CHECKING, SessionState.READY):
        seen, look = gazing.observe(session.watched, frame, None, observer)
        return _check(session, seq, frame, seen, look)
    if session.state != SessionState.RUNNING:
        return _refuse(session_id, seq)
    baseline = normal_of(session)
    seen, look = gazing.observe(session.watched, frame, baseline, observer)
    return _record(session, seq, t_ms, seen, look, baseline)


def analyse_late(*, session_id: uuid.UUID, seq: int, t_ms: int, observer: Observer) -> Outcome:
    """Look at a parked picture that was kept without a line, and record it at the time it was taken."""
    with parking.looked_at(session_id, seq) as bearable:
        if bearable:
            return _analyse_late(session_id, seq, t_ms, observer)
    return _quarantine(session_id, seq).outcome


def _analyse_late(session_id: uuid.UUID, seq: int, t_ms: int, observer: Observer) -> Outcome:
    from analysis.frames import FrameRefused, open_frame

    jpeg = parking.find(session_id, seq)
    if jpeg is None:
        raise FrameLost(f"late frame {seq} of session {session_id}")
    try:
        frame = open_frame(jpeg)
    except FrameRefused:
        return _refuse(session_id, seq).outcome
    session = Session.objects.select_related("exam", "baseline").get(id=session_id)
    exam = session.watched
    seen, look = gazing.observe(exam, frame, normal_of(session), observer)
    try:
        late_frames.record_late(
            session_id=session_id,
            seq=seq,
            t_ms=t_ms,
            seen=seen,
            gaze=gazing.signals_of(exam, session_id, look),
        )
    except DomainError:
        return _refuse(session_id, seq).outcome
    return Outcome.RECORDED


def _check(
    session: Session, seq: int, frame: "Frame", seen: "Observation", look: "EyeLook | None"
) -> Analysed:
    guidance = check_frame(session=session, frame=frame, seen=seen)
    if look is not None and guidance.code == "ok":
        gaze.note_rest(session=session, look=look)
    if inspecting.claim_check(session):
        return Analysed(Outcome.CHECKED, guidance, inspect_at_ms=0)
    parking.drop(session.id, seq)
    return Analysed(Outcome.CHECKED, guidance)


def _record(
    session: Session,
    seq: int,
    t_ms: int,
    seen: "Observation",
    look: "EyeLook | None",
    baseline: "Baseline | None",
) -> Analysed:
    from analysis.observations import signals

    try:
        recorded = following.record_seen(
            session_id=session.id,
            seq=seq,
            t_ms=t_ms,
            seen=seen,
            gaze=gazing.signals_of(session.watched, session.id, look),
            baseline=baseline,
        )
    except DomainError:
        # The session ended while the frame was being looked at, or its number makes no sense.
        return _refuse(session.id, seq)
    at_ms = recorded.observation.t_ms
    due = recorded.new and inspecting.claim(session, at_ms, signals(seen))
    if due:
        parking.park_seen(session.id, seq, following.marked(session_id=session.id, seen=seen))
    return Analysed(Outcome.RECORDED, inspect_at_ms=at_ms if due else None)


def _quarantine(session_id: uuid.UUID, seq: int) -> Analysed:
    logger.error("frame %s of session %s took its workers down and is looked at no more", seq, session_id)
    return _refuse(session_id, seq)


def _refuse(session_id: uuid.UUID, seq: int) -> Analysed:
    parking.drop(session_id, seq)
    recording.count_frame(session_id=session_id, refused=True)
    return Analysed(Outcome.REFUSED)

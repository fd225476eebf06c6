"""Where the eyes look, on a frame's way: only where the exam follows eyes, for it costs a network more."""

import uuid
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from analysis.risk.aliases import asks_for_pupils
from exams.models import Exam
from proctoring.models import RiskState
from proctoring.services.risk import policy_of

if TYPE_CHECKING:
    from analysis.baseline import Baseline
    from analysis.close_look import IrisDetector
    from analysis.frames import Frame
    from analysis.gaze_look import EyeLook
    from analysis.observations import Observation, Scalar
    from analysis.pipeline import Landmarked
    from proctoring.analysing import Observer

KEPT_S = 3600


@runtime_checkable
class LandmarkObserver(Protocol):
    """What looks at frames and hands on the landmarks: `analysis.pipeline.Pipeline`."""

    def observe_landmarks(self, frame: "Frame", baseline: "Baseline | None" = None) -> "Landmarked": ...


def configured_irises() -> "IrisDetector | None":
    irises: IrisDetector | None = import_string(settings.IRIS_DETECTOR)()
    return irises


def follows_eyes(exam: Exam) -> bool:
    return exam.watch_webcam and exam.watch_gaze


def observe(
    exam: Exam, frame: "Frame", baseline: "Baseline | None", observer: "Observer"
) -> "tuple[Observation, EyeLook | None]":
    """What a frame shows, and the look of its eyes; an observer without landmarks tells nothing of them."""
    from analysis.gaze_look import look_into_eyes

    if not follows_eyes(exam) or not isinstance(observer, LandmarkObserver):
        return observer.observe(frame, baseline), None
    landmarked = observer.observe_landmarks(frame, baseline)
    return landmarked.seen, look_into_eyes(frame, landmarked, configured_irises())


def signals_of(exam: Exam, session_id: uuid.UUID, look: "EyeLook | None") -> "dict[str, Scalar]":
    """The gaze part of a record; nothing at all where the exam does not follow eyes."""
    from analysis.gaze_look import gaze_signals, pupil_signals
    from proctoring.services.gaze import fit_of

    if not follows_eyes(exam):
        return {}
    pupils = pupil_signals(look) if _judges_pupils(session_id) else {}
    return {**gaze_signals(look, fit_of(session_id)), **pupils}


def _judges_pupils(session_id: uuid.UUID) -> bool:
    """Whether the sitting's policy reads how far pupils move; it does not change before the end."""
    key = f"gaze:pupils:{session_id}"
    known: bool | None = cache.get(key)
    if known is None:
        known = asks_for_pupils(policy_of(RiskState.objects.get(session_id=session_id)))
        cache.set(key, known, timeout=KEPT_S)
    return known

"""Where the eyes look, on a frame's way: only where the exam follows eyes, for it costs a network more."""

import uuid
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string

from exams.models import Exam

if TYPE_CHECKING:
    from analysis.baseline import Baseline
    from analysis.close_look import IrisDetector
    from analysis.frames import Frame
    from analysis.gaze_look import EyeLook
    from analysis.observations import Observation, Scalar
    from analysis.pipeline import Landmarked
    from proctoring.analysing import Observer


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
    from analysis.gaze_look import gaze_signals
    from proctoring.services.gaze import fit_of

    return gaze_signals(look, fit_of(session_id)) if follows_eyes(exam) else {}

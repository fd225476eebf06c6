"""The camera check: frames become guidance and then the candidate's own normal. No frame is kept."""

import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction

from exams import services as exams
from exams.models import Session
from exams.states import SessionState
from proctoring import hints
from proctoring.models import Baseline

if TYPE_CHECKING:
    from analysis import baseline as analysis_baseline
    from analysis.observations import Observation as Seen

KEPT_S = 600

WORDS = {
    "ok": "We can see you clearly. Hold still for a moment.",
    "no_face": "We cannot see your face. Sit in front of the camera.",
    "several_faces": "We see more than one person. You should be alone in the picture.",
    "too_dark": "It is too dark. Switch a light on or turn towards the window.",
    "covered": "Something covers the camera. Open its shutter or take away what is in front of it.",
    "too_far": "You are far away. Come a little closer.",
    "turned": "Look straight at the screen.",
    "unknown": "The picture is not clear enough. More light or a cleaner lens usually helps.",
}
DONE = "We can see you clearly. You are ready."


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the candidate is told after a frame; `progress` 1 means that the check is done."""

    ok: bool
    code: str
    text: str
    progress: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check_frame(*, session: Session, seen: "Seen") -> Guidance:
    """Judge one frame of the check; when enough were good, store the baseline and make the session ready."""
    from analysis.baseline import BaselineBuilder

    if session.state == SessionState.READY:
        return _after_the_check(seen)
    builder = cache.get(_key(session.id)) or BaselineBuilder()
    progress = builder.add(seen)
    if progress.complete:
        finish_check(session=session, baseline=builder.build())
        cache.delete(_key(session.id))
        return Guidance(True, "ok", DONE, 1.0)
    cache.set(_key(session.id), builder, timeout=KEPT_S)
    share = round(progress.good_frames / progress.needed_frames, 2)
    return Guidance(progress.guidance == "ok", progress.guidance, WORDS[progress.guidance], share)


@transaction.atomic
def finish_check(*, session: Session, baseline: "analysis_baseline.Baseline") -> Session:
    session = exams.lock(session)
    if session.state != SessionState.CHECKING:
        return session
    Baseline.objects.update_or_create(session=session, defaults={"measurements": baseline.to_json()})
    exams.transition(session=session, to=SessionState.READY)
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    return session


def baseline_of(session_id: uuid.UUID) -> "analysis_baseline.Baseline | None":
    from analysis.baseline import Baseline as Measured

    stored = Baseline.objects.filter(session_id=session_id).first()
    return Measured.from_json(stored.measurements) if stored else None


def _after_the_check(seen: "Seen") -> Guidance:
    from analysis.baseline import guidance

    code = guidance(seen)
    return Guidance(code == "ok", code, DONE if code == "ok" else WORDS[code], 1.0)


def _key(session_id: uuid.UUID) -> str:
    return f"camera-check:{session_id}"

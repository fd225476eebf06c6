"""The camera check: frames become guidance and then the candidate's own normal. No frame is kept."""

import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy

from exams import services as exams
from exams.models import Session
from exams.states import SessionState
from proctoring import hints
from proctoring.models import Baseline
from proctoring.services.enrolling import (
    NO_MODEL,
    FaceProgress,
    a_person_checks,
    keep_face,
    note_unchecked,
    take_face,
)

if TYPE_CHECKING:
    from analysis import baseline as analysis_baseline
    from analysis.frames import Frame
    from analysis.liveness import Challenge
    from analysis.observations import Observation as Seen

KEPT_S = 600

WORDS = {
    "ok": gettext_lazy("We can see you clearly. Hold still for a moment."),
    "no_face": gettext_lazy("We cannot see your face. Sit in front of the camera."),
    "several_faces": gettext_lazy("We see more than one person. You should be alone in the picture."),
    "too_dark": gettext_lazy("It is too dark. Switch a light on or turn towards the window."),
    "covered": gettext_lazy(
        "Something covers the camera. Open its shutter or take away what is in front of it."
    ),
    "too_far": gettext_lazy("You are far away. Come a little closer."),
    "turned": gettext_lazy("Look straight at the screen."),
    "unknown": gettext_lazy("The picture is not clear enough. More light or a cleaner lens usually helps."),
}
DONE = gettext_lazy("We can see you clearly. You are ready.")
FACE_WORDS = {
    "too_far": gettext_lazy("Come a little closer and look straight at the screen, in good light."),
    "face_forward": gettext_lazy("Look straight at the screen."),
    "turn_left": gettext_lazy("Turn your head slowly to your left."),
    "turn_right": gettext_lazy("Turn your head slowly to your right."),
}
MISSED_WORDS = {
    "too_slow": gettext_lazy("That took too long, so once more."),
    "other_side": gettext_lazy("That was the other side, so once more."),
    "somebody_else": gettext_lazy("We could not see that it was you, so once more, in good light and alone."),
}
"""Said while the head comes back to the middle; then new sides are asked for."""
PERSON_CHECKS = gettext_lazy("The check of your face did not work. You can start: a person will look at it.")
# The share of the whole check that the pictures looking straight ahead are, where turns follow.
STRAIGHT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the candidate is told after a frame; `progress` 1 means that the check is done."""

    ok: bool
    code: str
    text: str
    progress: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Check:
    """What a camera check has so far; `baseline` once there were enough good frames."""

    builder: "analysis_baseline.BaselineBuilder"
    baseline: "analysis_baseline.Baseline | None" = None
    face: FaceProgress | None = None


def check_frame(*, session: Session, frame: "Frame", seen: "Seen") -> Guidance:
    """Judge one frame of the check; when enough were good, store the baseline and make the session ready."""
    from analysis.baseline import BaselineBuilder

    if session.state == SessionState.READY:
        return _after_the_check(session, seen)
    check: _Check = cache.get(_key(session.id)) or _Check(BaselineBuilder(), face=FaceProgress())
    check, guidance = _straight(check, seen)
    if check.face is not None:
        face = take_face(session=session, before=check.face, frame=frame, seen=seen, baseline=check.baseline)
        check = replace(check, face=face)
    if check.baseline is not None and (check.face is None or check.face.outcome() is not None):
        finish_check(session=session, baseline=check.baseline, face=check.face)
        cache.delete(_key(session.id))
        return _done(session)
    cache.set(_key(session.id), check, timeout=KEPT_S)
    if check.face is None:
        return guidance
    return (
        _turning(check.face)
        if check.baseline
        else replace(guidance, progress=round(guidance.progress * STRAIGHT_SHARE, 2))
    )


@transaction.atomic
def finish_check(
    *, session: Session, baseline: "analysis_baseline.Baseline", face: FaceProgress | None = None
) -> Session:
    session = exams.lock(session)
    if session.state != SessionState.CHECKING:
        return session
    Baseline.objects.update_or_create(session=session, defaults={"measurements": baseline.to_json()})
    if face is not None:
        keep_face(session=session, progress=face)
    else:
        note_unchecked(session=session, reason=NO_MODEL)
    exams.transition(session=session, to=SessionState.READY)
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    return session


def baseline_of(session_id: uuid.UUID) -> "analysis_baseline.Baseline | None":
    return _measured(Baseline.objects.filter(session_id=session_id).first())


def normal_of(session: Session) -> "analysis_baseline.Baseline | None":
    """`baseline_of` a session that was loaded with select_related("baseline")."""
    return _measured(getattr(session, "baseline", None))


def _measured(stored: Baseline | None) -> "analysis_baseline.Baseline | None":
    from analysis.baseline import Baseline as Measured

    return Measured.from_json(stored.measurements) if stored else None


def _straight(check: _Check, seen: "Seen") -> tuple[_Check, Guidance]:
    """One picture for the candidate's own normal; when there are enough, the rest is for the face."""
    if check.baseline is not None:
        return check, Guidance(True, "ok", str(WORDS["ok"]), 1.0)
    progress = check.builder.add(seen)
    share = round(progress.good_frames / progress.needed_frames, 2)
    guidance = Guidance(progress.guidance == "ok", progress.guidance, str(WORDS[progress.guidance]), share)
    return (replace(check, baseline=check.builder.build()) if progress.complete else check), guidance


def _turning(face: FaceProgress) -> Guidance:
    challenge = face.challenge
    code = "too_far" if challenge is None else challenge.ask
    done = challenge.done / len(challenge.sides) if challenge else 0.0
    share = round(STRAIGHT_SHARE + (1.0 - STRAIGHT_SHARE) * done, 2)
    return Guidance(challenge is not None, code, _turn_words(challenge, code), share)


def _turn_words(challenge: "Challenge | None", code: str) -> str:
    begun = challenge is not None and (challenge.centred or challenge.done > 0)
    missed = "" if challenge is None or begun else MISSED_WORDS.get(challenge.reason, "")
    return f"{missed} {FACE_WORDS[code]}".strip()


def _done(session: Session) -> Guidance:
    if a_person_checks(session.id):
        return Guidance(True, "person_checks", str(PERSON_CHECKS), 1.0)
    return Guidance(True, "ok", str(DONE), 1.0)


def _after_the_check(session: Session, seen: "Seen") -> Guidance:
    from analysis.baseline import guidance

    code = guidance(seen)
    return _done(session) if code == "ok" else Guidance(False, code, str(WORDS[code]), 1.0)


def _key(session_id: uuid.UUID) -> str:
    return f"camera-check:{session_id}"

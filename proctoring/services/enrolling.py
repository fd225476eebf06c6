"""The face at the camera check: five good pictures become the template, then two turns of the head are asked.

Nobody is locked out: after three misses, or where no template can be made, the exam can start all the same,
and the log says so to the person who reviews it.
"""

import json
import logging
import time
import uuid
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from analysis.risk.log import Record
from exams.models import Session
from proctoring import identifying
from proctoring.models import FaceCheck, FaceOutcome, Observation
from proctoring.sealing import SealBroken, Sealed, seal, unseal
from proctoring.services.id_cards import keep_check_picture
from proctoring.services.templates import keep_template

if TYPE_CHECKING:
    from analysis.baseline import Baseline
    from analysis.frames import Frame
    from analysis.identity import Enrolment, Look, Template
    from analysis.liveness import Challenge
    from analysis.observations import Observation as Seen

logger = logging.getLogger(__name__)

PATIENCE = 40
"""So many pictures after the rest of the check is done; then the exam goes on without a template."""
REMARKS = {FaceOutcome.FAILED: "face_check_failed", FaceOutcome.UNAVAILABLE: "face_check_unavailable"}
NO_TEMPLATE, NO_MODEL, SKIPPED = "no_template", "no_model", "skipped"
"""Why no face is compared: no good pictures, no network on this installation, or no camera check."""

_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class FaceProgress:
    """Where the check of one face stands; what was collected is encrypted, for it rests in a cache."""

    collected: Sealed | None = None
    picture: Sealed | None = None
    challenge: "Challenge | None" = None
    waited: int = 0

    def outcome(self) -> FaceOutcome | None:
        if self.challenge is not None and self.challenge.state != "asked":
            return FaceOutcome(self.challenge.state)
        return FaceOutcome.UNAVAILABLE if self.waited > PATIENCE else None


def take_face(
    *, session: Session, before: FaceProgress, frame: "Frame", seen: "Seen", baseline: "Baseline | None"
) -> FaceProgress | None:
    """One picture more; `baseline` once the rest of the check is done. None where no face is compared."""
    embedder = identifying.configured_embedder() if compares_faces(session) else None
    if embedder is None:
        return None
    look = identifying.look_at(frame, seen, embedder)
    enrolment = _collected(before, session.id)
    if not enrolment.complete:
        enrolment.add(look)
        after = replace(
            before,
            collected=seal(json.dumps(enrolment.to_json()).encode(), session.id),
            waited=before.waited + (baseline is not None),
        )
        return _pictured(after, session, frame, enrolment)
    if baseline is None:
        return before
    return replace(before, challenge=_turned(before.challenge, look, seen, enrolment.build(), baseline))


def _pictured(
    progress: FaceProgress, session: Session, frame: "Frame", enrolment: "Enrolment"
) -> FaceProgress:
    """With the picture that completed the enrolment, where the exam wants one."""
    return replace(progress, picture=_picture(session, frame) if enrolment.complete else None)


@transaction.atomic
def keep_face(*, session: Session, progress: FaceProgress) -> FaceCheck | None:
    """Store how the check of the face ended, and the template if there is one."""
    outcome = progress.outcome()
    if outcome is None:
        return None
    enrolment = _collected(progress, session.id)
    if enrolment.complete:
        keep_template(session=session, template=enrolment.build())
        if progress.picture is not None:
            keep_check_picture(session=session, jpeg=unseal(progress.picture, session.id))
    challenge = progress.challenge
    values = {
        "outcome": outcome,
        "reason": challenge.reason if challenge else NO_TEMPLATE,
        "tries": challenge.tries if challenge else 0,
    }
    kept, _created = FaceCheck.objects.update_or_create(session=session, defaults=values)
    return kept


@transaction.atomic
def note_unchecked(*, session: Session, reason: str) -> FaceCheck | None:
    """That no face is compared, and why; what a check found out already stands. None where none is wanted."""
    if not compares_faces(session):
        return None
    values = {"outcome": FaceOutcome.UNAVAILABLE, "reason": reason}
    return FaceCheck.objects.get_or_create(session=session, defaults=values)[0]


def compares_faces(session: Session) -> bool:
    return session.watched.watch_webcam and session.watched.watch_identity


@transaction.atomic
def remark_on_face(*, session: Session) -> Observation | None:
    """At the start of the exam: a check that was not passed becomes the server's first word in the log."""
    check = note_unchecked(session=session, reason=SKIPPED)
    if check is None or check.outcome not in REMARKS:
        return None
    newest = Observation.objects.filter(session=session, stream="server").aggregate(newest=Max("seq"))
    seq = (newest["newest"] or 0) + 1
    event = REMARKS[FaceOutcome(check.outcome)]
    record = Record("server", seq, 0, event=event, detail={"reason": check.reason, "tries": check.tries})
    return Observation.objects.create(
        session=session, stream="server", seq=seq, t_ms=0, record=record.to_json()
    )


def a_person_checks(session_id: uuid.UUID) -> bool:
    """Whether the candidate is told so: of a network that is missing here they need not know."""
    found = FaceCheck.objects.filter(session_id=session_id, outcome__in=REMARKS)
    return found.exclude(reason=NO_MODEL).exists()


def _turned(
    challenge: "Challenge | None", look: "Look", seen: "Seen", template: "Template", baseline: "Baseline"
) -> "Challenge":
    from analysis.geometry import angles, relative_to
    from analysis.identity import compare
    from analysis.liveness import Challenge

    face = seen.candidate
    yaw_deg = None
    if face is not None and face.rotation is not None:
        yaw_deg = angles(relative_to(face.rotation, baseline.neutral)).yaw_deg
    score = compare(template, look).value if look.turned else None
    asked = challenge or Challenge.new(_random)
    return asked.after(round(time.time() * 1000), yaw_deg, score, _random)


def _picture(session: Session, frame: "Frame") -> Sealed | None:
    """The last of the good pictures, where a person is to hold it beside an identity card."""
    from analysis.frames import encode_jpeg

    return seal(encode_jpeg(frame.image), session.id) if session.watched.wants_id_card else None


def _collected(progress: FaceProgress, session_id: uuid.UUID) -> "Enrolment":
    from analysis.identity import Enrolment

    if progress.collected is None:
        return Enrolment()
    try:
        return Enrolment.from_json(json.loads(unseal(progress.collected, session_id)))
    except SealBroken as reason:
        # A key that was replaced meanwhile: five more pictures cost less than a check that never ends.
        logger.warning("the check of a face in session %s begins anew: %s", session_id, reason)
        return Enrolment()

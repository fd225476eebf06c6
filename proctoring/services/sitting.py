"""A sitting's start and end: the exam's change of state and the risk log's, in one transaction."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from exams import services as exams
from exams import timekeeping
from exams.models import Session
from exams.states import SessionState
from jobs import services as jobs
from proctoring import acts, hints, voice_memory
from proctoring.services import joining, tidying
from proctoring.services.cameras import note_camera
from proctoring.services.enrolling import remark_on_face
from proctoring.services.folding import fold_to_the_end
from proctoring.services.id_cards import forget_old_card, remark_on_card
from proctoring.services.pictures import forget_pictures
from proctoring.services.risk import begin_risk, lock_or_make_risk
from proctoring.services.tallies import begin_tally
from proctoring.services.templates import forget_template

# The browser submits at zero; a slow line must not turn that into "time ran out".
GRACE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=8)


@transaction.atomic
def start_session(
    *, session: Session, device_info: dict[str, Any], without_baseline: bool = False
) -> Session:
    """The clock starts; starting again changes nothing."""
    lock_or_make_risk(session)
    session = exams.lock(session)
    if session.state == SessionState.RUNNING:
        return session
    session = exams.start(
        session=session,
        device_info={**session.device_info, **device_info},
        without_baseline=without_baseline,
    )
    begin_risk(session)
    begin_tally(session)
    remark_on_face(session=session)
    remark_on_card(session=session)
    note_camera(session=session)
    if session.deadline_at is not None:
        jobs.enqueue("proctoring.expire", due_at=session.deadline_at + GRACE, session=str(session.id))
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    return session


@transaction.atomic
def end_session(
    *, session: Session, to: SessionState, reason: str = "", actor: str = "system", ip: str = ""
) -> Session:
    """Submit, expire or terminate: everything recorded is folded, and the final replay is ordered."""
    risk = lock_or_make_risk(session)
    session = exams.lock(session)
    if session.state == to:
        return session
    timekeeping.settle_pause(session=session, at=timezone.now())
    session = exams.end(session=session, to=to, reason=reason, actor=actor, ip=ip)
    if session.deadline_at and session.ended_at and session.ended_at > session.deadline_at:
        # However late it is noticed (a server that was down), the sitting was over at its deadline.
        session.ended_at = session.deadline_at
        session.save(update_fields=["ended_at"])
    end_ms = session.elapsed_ms(session.ended_at or timezone.now()) or 0
    fold_to_the_end(risk=risk, session=session, end_ms=end_ms)
    forget_pictures(session=session)
    forget_template(session=session, reason="session_ended")
    forget_old_card(session=session)
    voice_memory.forget(session.id)
    jobs.enqueue("proctoring.finalise", session=str(session.id))
    joining.order(session=session)
    tidying.order(session=session)
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    transaction.on_commit(
        lambda: acts.acted(session=session, action=f"session.{to.value}", actor=actor), robust=True
    )
    return session


@transaction.atomic
def expire_session(*, session: Session) -> Session:
    """Time ran out, if it really did; a later deadline orders its own expiry."""
    lock_or_make_risk(session)
    session = exams.lock(session)
    if session.state not in (SessionState.RUNNING, SessionState.PAUSED) or session.deadline_at is None:
        return session
    due_at, reason = _over_at(session)
    if timezone.now() < due_at:
        jobs.enqueue("proctoring.expire", due_at=due_at, session=str(session.id))
        return session
    return end_session(session=session, to=SessionState.EXPIRED, reason=reason)


def _over_at(session: Session) -> tuple[datetime, str]:
    """While a session is paused its deadline moves; one that nobody lets go on is over some day."""
    assert session.deadline_at is not None
    if session.paused_at is not None:
        return session.paused_at + LONGEST_PAUSE, "It was paused, and nobody let it go on."
    return session.deadline_at + GRACE, "The time of the exam was over."

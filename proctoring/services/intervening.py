"""What a proctor does while a sitting runs: pauses it, lets it go on, gives time, speaks a word of warning.

Each is a remark in the log, so that the report tells of it and a pause is no gap.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.errors import Conflict
from accounts.models import User
from analysis.risk.log import PAUSED, RESUMED
from exams import timekeeping
from exams.models import Session
from exams.states import UNDER_WAY, SessionState
from proctoring import acts, hints, live
from proctoring.breaks import running_break
from proctoring.models import Observation, RiskState
from proctoring.reasons import stated_reason
from proctoring.services.remarks import remark_now
from proctoring.services.risk import lock_sitting
from proctoring.told import EXCUSED, EXTENDED, WARNED, told_of

NO_WORDS = gettext_lazy("Write what the candidate should read.")
LONGEST_WARNING = 500
NOTED = "note"


@transaction.atomic
def pause_session(*, session: Session, actor: User | None, ip: str = "") -> Session:
    """Nothing is seen or heard until the session goes on, and no time is lost; it outlasts a break."""
    risk, session = lock_sitting(session)
    broken = running_break(session)
    if session.state == SessionState.PAUSED and broken is None:
        return session
    session = timekeeping.pause(session=session)
    if broken is not None:
        # Its own end would otherwise let go on what a proctor has paused meanwhile.
        remark_now(risk, session, RESUMED, {"break": broken})
    _note(risk, session, PAUSED, actor, ip, {})
    return session


@transaction.atomic
def resume_session(*, session: Session, actor: User | None, ip: str = "") -> Session:
    risk, session = lock_sitting(session)
    if session.state == SessionState.RUNNING:
        return session
    session = timekeeping.resume(session=session)
    _note(risk, session, RESUMED, actor, ip, {})
    return session


@transaction.atomic
def extend_session(*, session: Session, minutes: int, actor: User | None, ip: str = "") -> Session:
    risk, session = lock_sitting(session)
    session = timekeeping.extend(session=session, minutes=minutes)
    tell_candidate(session, _note(risk, session, EXTENDED, actor, ip, {"minutes": minutes}))
    return session


@transaction.atomic
def warn_session(*, session: Session, message: str, actor: User | None, ip: str = "") -> Observation:
    """The candidate reads it at once, or on coming back."""
    message = stated_reason(message, missing=str(NO_WORDS), what="message", longest=LONGEST_WARNING)
    risk, session = lock_sitting(session)
    if session.state not in UNDER_WAY:
        raise Conflict("not_under_way", _("Only in a session that is under way somebody can be warned."))
    said = _note(risk, session, WARNED, actor, ip, {"message": message})
    tell_candidate(session, said)
    return said


@transaction.atomic
def excuse_screen(*, session: Session, actor: User | None, ip: str = "") -> Session:
    """The candidate may go on without sharing the screen; excusing again changes nothing."""
    risk, session = lock_sitting(session)
    if not session.watched.watch_screen:
        raise Conflict("screen_not_watched", _("This exam does not watch the screen."))
    if session.state not in UNDER_WAY:
        raise Conflict("not_under_way", _("Only in a session that is under way somebody can be excused."))
    if not is_screen_excused(session):
        tell_candidate(session, _note(risk, session, EXCUSED, actor, ip, {}))
    return session


def is_screen_excused(session: Session) -> bool:
    return Observation.objects.filter(session=session, stream="server", record__ev=EXCUSED).exists()


@transaction.atomic
def note_by_hand(*, session: Session, text: str, actor: User | None, ip: str = "") -> Observation:
    """A person's or another system's own line in the log; no rule looks at it."""
    text = stated_reason(text, missing=_("Write what you noticed."), what="text", longest=LONGEST_WARNING)
    risk, session = lock_sitting(session)
    if session.state not in UNDER_WAY:
        raise Conflict(
            "not_under_way", _("Only while a session is under way something can be noted in its log.")
        )
    return _note(risk, session, NOTED, actor, ip, {"message": text})


def tell_candidate(session: Session, said: Observation) -> None:
    """To the candidate's page at once; one that is away reads it in its welcome."""
    transaction.on_commit(
        lambda: live.tell_room(session_id=session.id, kind="told", told=told_of(said).to_json()), robust=True
    )


def _note(
    risk: RiskState,
    session: Session,
    event: str,
    actor: User | None,
    ip: str,
    detail: dict[str, str | int],
) -> Observation:
    # The number makes two alike two: a remark is made once.
    number = Observation.objects.filter(session=session, stream="server", record__ev=event).count() + 1
    said = remark_now(risk, session, event, {**detail, "number": number})
    assert said is not None
    by, action = audit.actor_of(actor), f"session.{event.removeprefix('session_')}"
    audit.record(actor=by, action=action, subject=f"session:{session.id}", ip=ip, detail=dict(detail))
    given = detail.get("minutes")
    transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    transaction.on_commit(
        lambda: acts.acted(
            session=session, action=action, actor=by, minutes=given if isinstance(given, int) else None
        ),
        robust=True,
    )
    return said

"""Sittings that have ended and wait for a person, as rows."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from analysis.risk.library import load_policy
from exams.models import Exam, Session
from exams.states import SessionState
from proctoring.models import Flag, RiskState
from tests.factories import make_exam, make_running_session
from tests.proctoring.session_rows import make_flag, make_risk

MINUTES = 10


def make_ended(
    exam: Exam | None = None, *, name: str = "Dana Candidate", recommends: str = "REVIEW_REQUIRED"
) -> Session:
    """Ten minutes, submitted, with the final result of a replay that knows no flag yet."""
    session = make_running_session(exam or make_exam(), name=name)
    ended_at = timezone.now()
    Session.objects.filter(id=session.id).update(
        state=SessionState.SUBMITTED,
        started_at=ended_at - timedelta(minutes=MINUTES),
        ended_at=ended_at,
    )
    RiskState.objects.filter(session=session).delete()
    make_risk(session, final={"report": {"recommendation": recommends}}, covered_seconds=60 * MINUTES)
    return Session.objects.select_related("exam", "candidate").get(id=session.id)


def make_flag_at(session: Session, at_s: float, lasts_s: float = 5.0, **changes: Any) -> Flag:
    since_ms, end_ms = round(at_s * 1000), round((at_s + lasts_s) * 1000)
    times = {"since_ms": since_ms, "t_ms": since_ms, "start_ms": since_ms, "end_ms": end_ms}
    return make_flag(session, **{**times, "is_open": False, "in_final": True, **changes})


def default_policy() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(load_policy("default", presets_dir=None).source)
    return document

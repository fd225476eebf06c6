"""The shapes of what the console is told while it happens; a reload reads the same from the tables."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from exams.models import Session
from proctoring import live
from proctoring.coverage import share_covered
from proctoring.models import Flag, RiskState
from proctoring.room_session import view_of


def thumbnail_path(session_id: uuid.UUID, seq: int) -> str:
    return f"{reverse('proctoring:thumbnail', args=[session_id])}?seq={seq}"


def evidence_path(flag_id: uuid.UUID | str) -> str:
    return reverse("proctoring:evidence", args=[flag_id])


def frame_analyzed(
    *, session: Session, risk: RiskState, seq: int, t_ms: int, signals: Mapping[str, Any], flagged: bool
) -> None:
    count = signals.get("face_count")
    data = {
        "face_detected": None if count is None else count > 0,
        "face_count": count,
        "gaze_direction": signals.get("gaze_zone"),
        "anomaly_score": None,
        "flagged": flagged,
        "score": risk.score_milli / 1000,
        "integrity_score": risk.integrity_milli / 1000,
        "t": t_ms,
        "thumbnail": thumbnail_path(session.id, seq),
        "coverage": share_covered(
            risk.covered_seconds, (session.elapsed_ms(timezone.now()) or 0) - session.paused_ms
        ),
        **{name: signals.get(name) for name in ("yaw", "pitch", "looking_away", "camera_state")},
    }
    _tell(session, "frame_analyzed", timestamp=timezone.now().isoformat(), data=data)


def screen_seen(*, session: Session, seq: int, t_ms: int) -> None:
    _tell(session, "screen", t=t_ms, picture=f"{reverse('proctoring:screen', args=[session.id])}?seq={seq}")


def flag_opened(*, session: Session, flag: Flag, has_evidence: bool = False) -> None:
    shape = {
        "id": str(flag.id),
        "rule": flag.rule,
        "label": flag.label,
        "severity": flag.severity,
        "since_ms": flag.since_ms,
        "t_ms": flag.t_ms,
        "evidence_url": evidence_path(flag.id) if has_evidence else None,
    }
    _tell(session, "flag.opened", flag=shape)


def flag_closed(*, session: Session, flag: Flag) -> None:
    shape = {"id": str(flag.id), "rule": flag.rule, "start_ms": flag.start_ms, "end_ms": flag.end_ms}
    _tell(session, "flag.closed", flag=shape)


def state_changed(session: Session) -> None:
    """To the console and to the candidate's own page."""
    _tell(session, "state", state=session.state)
    live.tell_room(session_id=session.id, kind="state", session=view_of(session))


def _tell(session: Session, kind: str, **content: Any) -> None:
    live.tell_console(exam_id=session.exam_id, session_id=session.id, kind=kind, **content)

"""Everything that is held about one person, across all exams, as JSON that says what it is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import AuditEntry
from exams.models import AcceptedNotice, Candidate, Session
from privacy.models import SubjectRequest
from proctoring.models import Evidence, Flag, Message, Observation, Recording, ScreenPicture
from reports.models import Report

# What is told in words of its own, what stays a file, and what is our own way of finding a row.
LEFT_OUT = frozenset(
    {"institution", "sealed", "card_sealed", "face_sealed", "luma", "device_key", "token_sha256"}
)
ONE_TO_ONE = ("baseline", "face_check", "id_card", "signal_state", "unusualness", "review")


def person_json(candidate: Candidate) -> dict[str, Any]:
    """The candidate, their allowances with the reasons, their sittings, and what they asked for before."""
    return {
        "candidate": row_json(candidate),
        "allowances": [row_json(one) for one in candidate.allowances.all()],
        "sittings": [sitting_json(session) for session in sittings_of(candidate)],
        "requests": [request_json(one) for one in SubjectRequest.objects.filter(candidate=candidate)],
    }


def sittings_of(candidate: Candidate) -> list[Session]:
    found = Session.objects.filter(candidate=candidate).select_related("exam", "candidate")
    return list(found.order_by("created_at", "id"))


def sitting_json(session: Session) -> dict[str, Any]:
    """One sitting, without its measurements, which are a file of their own."""
    told = {
        "exam": {"id": str(session.exam_id), "title": session.exam.title},
        "sitting": row_json(session),
        "consent": consent_json(session),
        "links": [row_json(one) for one in session.invitations.all()],
        "risk": _risk_json(session),
        "flags": [flag_json(flag) for flag in _flags(session)],
        "messages": [row_json(one) for one in Message.objects.filter(session=session)],
        "recordings": [row_json(one) for one in Recording.objects.filter(session=session)],
        "reports": [row_json(one) for one in Report.objects.filter(session=session)],
        "log": list(log_of(session)),
    }
    for name in ONE_TO_ONE:
        row = getattr(session, name, None)
        told[name] = row_json(row) if row is not None else None
    return told


def consent_json(session: Session) -> dict[str, Any] | None:
    """What was agreed to, with the very words that were shown."""
    consent = getattr(session, "consent", None)
    if consent is None:
        return None
    shown = AcceptedNotice.objects.filter(sha256=consent.notice_sha256).first()
    return {**row_json(consent), "notice": row_json(shown) if shown else None}


def flag_json(flag: Flag) -> dict[str, Any]:
    verdict = getattr(flag, "verdict", None)
    evidence: Evidence | None = getattr(flag, "evidence", None)
    screen: ScreenPicture | None = getattr(flag, "screen", None)
    return {
        **row_json(flag),
        "verdict": row_json(verdict) if verdict else None,
        "earlier_verdicts": [row_json(one) for one in flag.past_verdicts.all()],
        "picture": row_json(evidence) if evidence else None,
        "screen": row_json(screen) if screen else None,
    }


def records_of(session: Session) -> Iterator[dict[str, Any]]:
    """Measurements and events in the order of their time."""
    rows = Observation.objects.filter(session=session).order_by("t_ms", "stream", "seq")
    for record, received_at in rows.values_list("record", "received_at").iterator():
        yield {**record, "received_at": received_at.isoformat()}


def log_of(session: Session) -> Iterator[dict[str, Any]]:
    """What people and programs did with the sitting."""
    for entry in AuditEntry.objects.filter(subject=f"session:{session.id}").order_by("number"):
        yield {
            "at": entry.at.isoformat(),
            "actor": entry.actor,
            "action": entry.action,
            "detail": entry.detail,
        }


def request_json(request: SubjectRequest) -> dict[str, Any]:
    told = ("kind", "state", "words", "asked_at", "due_at", "result", "refused_reason", "closed_at")
    return {name: _plain(getattr(request, name)) for name in told}


def row_json(row: models.Model) -> dict[str, Any]:
    """Every column of a row that tells of the person."""
    columns = [field for field in row._meta.concrete_fields if field.name not in LEFT_OUT]
    return {field.name: _plain(field.value_from_object(row)) for field in columns}


def _risk_json(session: Session) -> dict[str, Any] | None:
    risk = getattr(session, "risk", None)
    return row_json(risk) if risk is not None else None


def _flags(session: Session) -> Any:
    found = Flag.objects.filter(session=session).order_by("t_ms", "rule", "id")
    return found.select_related("verdict", "evidence", "screen").prefetch_related("past_verdicts")


def _plain(value: Any) -> Any:
    """As JSON can say it."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)

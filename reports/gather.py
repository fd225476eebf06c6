"""A session's report from the database."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit as audit_log
from accounts.errors import Conflict, DomainError
from exams.models import Consent, Session
from exams.states import SessionState
from proctoring.adjusted import adjusted_words
from proctoring.cards_told import card_note
from proctoring.comparing import identity_words
from proctoring.intervals import session_intervals
from proctoring.models import Evidence, Flag, RiskState, Verdict
from proctoring.network_words import network_notes
from proctoring.recording_shown import recording_note
from proctoring.results import SessionResult, result_of_session
from proctoring.services.keeping import read_picture
from reports import assembly
from reports.content import AuditHead, ReportContent, Ruling, Snapshot
from reports.standing import standing_of


def content_of(session: Session, version: int, audit: AuditHead | None = None) -> ReportContent:
    """What the report says now; a Conflict when the session has not ended or is not finalised."""
    if not session.has_ended or session.started_at is None:
        raise Conflict("report_not_yet", _("The report is made when the sitting has ended."))
    result = _with_confidence(result_of_session(session), session)
    rulings = _rulings(session)
    institution = session.exam.institution
    zone = _zone(institution.timezone)
    return ReportContent(
        session_id=str(session.id),
        candidate_id=session.candidate.external_id,
        candidate_name=session.candidate.name,
        exam_title=session.exam.title,
        institution=institution.name,
        zone=zone,
        started_at=session.started_at,
        ended_at=session.ended_at,
        ending=_ending(session),
        version=version,
        summary=assembly.summary(result),
        curve=result.curve,
        timeline=assembly.timeline(
            result, started_at=session.started_at, snapshots=_snapshots(session), rulings=rulings
        ),
        policy_name=result.policy_name,
        policy_sha256=result.policy_sha256,
        digests=assembly.digests(result),
        adjusted=adjusted_words(session),
        notes=_notes(session, zone, decided=len(rulings), flags=result.total_events),
        intervals=session_intervals(session, session.ended_at or session.started_at),
        standing=standing_of(session),
        audit=audit,
    )


def audit_head_of(session: Session) -> AuditHead | None:
    """None where nothing was ever recorded."""
    head = audit_log.head()
    if head.at is None:
        return None
    slug = session.exam.institution.slug
    return AuditHead(institution=slug, number=head.number, sha256=head.entry_hash, at=head.at)


def _with_confidence(result: SessionResult, session: Session) -> SessionResult:
    """The flags with the confidence that people's verdicts give them; the digest knows nothing of it."""
    known = dict(
        Flag.objects.filter(session=session, confidence__isnull=False).values_list("id", "confidence")
    )
    return replace(
        result,
        flags=tuple(
            replace(flag, confidence=known.get(uuid.UUID(flag.id), flag.confidence)) for flag in result.flags
        ),
    )


def _snapshots(session: Session) -> dict[str, Snapshot]:
    return {
        str(evidence.flag_id): Snapshot(
            url=settings.PUBLIC_URL + reverse("proctoring:evidence", args=[evidence.flag_id]),
            sha256=evidence.sha256,
            jpeg=_stored(evidence),
        )
        for evidence in Evidence.objects.filter(flag__session=session).select_related("flag")
    }


def _stored(evidence: Evidence) -> bytes | None:
    """The picture, unless it was deleted or erased, or is not the one that was recorded."""
    try:
        return read_picture(evidence)
    except DomainError:
        return None


def _rulings(session: Session) -> dict[str, Ruling]:
    verdicts = Verdict.objects.filter(flag__session=session).select_related("decided_by")
    return {
        str(verdict.flag_id): Ruling(
            code=verdict.decision,
            decision=verdict.get_decision_display(),
            reason=verdict.reason,
            person=str(verdict.decided_by) if verdict.decided_by else "a person who has left",
            decided_at=verdict.decided_at,
        )
        for verdict in verdicts
    }


def _ending(session: Session) -> str:
    words = SessionState(session.state).label.lower()
    return f"{words}: {session.end_reason}" if session.end_reason else words


def _notes(session: Session, zone: tzinfo, *, decided: int, flags: int) -> tuple[str, ...]:
    notes = [_reviewed(decided, flags)] if flags else []
    if RiskState.objects.filter(session=session, changed_after_late_data=True).exists():
        notes.append("Changed after late data: some records arrived after the live result was shown.")
    consent = Consent.objects.filter(session=session).first()
    if consent:
        notes.append(
            f"The candidate accepted notice {consent.notice_version} on {_day(consent.given_at, zone)}."
        )
    if session.without_baseline:
        notes.append("The camera check was not finished, so it was not judged where the head was turned.")
    notes.extend(network_notes(session))
    if adjusted := adjusted_words(session):
        notes.append(adjusted)
    if identity := identity_words(session):
        notes.append(identity)
    if card := card_note(session):
        notes.append(card)
    if video := recording_note(session):
        notes.append(video)
    if flags:
        notes.append(_calibrated(session))
    return tuple(notes)


def _calibrated(session: Session) -> str:
    if not Flag.objects.filter(session=session, confidence__isnull=False).exists():
        return "Confidence is uncalibrated: people's decisions do not yet say how often such a flag is right."
    return "Confidence, 0 to 100, says how often people confirmed flags like this one."


def _reviewed(decided: int, flags: int) -> str:
    if decided == 0:
        return "No person has decided on the flags yet."
    return f"A person has decided on {decided} of {flags} flags."


def _day(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%d %B %Y, %H:%M}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC

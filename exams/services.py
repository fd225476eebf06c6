"""What changes exams, candidates and sessions."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, suspending
from accounts.errors import Conflict, DomainError
from accounts.models import User
from accounts.visible import shows_something
from exams import invitations
from exams.adjustments import deadline_of, settled
from exams.listed_time import grant_listed
from exams.models import Candidate, Consent, Exam, Session
from exams.notices import Notice, keep_words
from exams.states import BEFORE_START, SessionState, check_transition
from webhooks import outbox

NOTHING_SEEN = gettext_lazy("Write something that can be seen.")
AGREED_TO = ("watch_", "ask_id_card", "keep_id_card", "recording")
"""How the settings begin that candidates read about before they agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamSettings:
    """What an examiner decides about an exam."""

    title: str
    duration_minutes: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    instructions: str = ""
    content_url: str = ""
    allowed_tabs: int = 1
    require_full_screen: bool = False
    watch_webcam: bool = True
    watch_audio: bool = False
    watch_identity: bool = False
    watch_objects: bool = False
    watch_gaze: bool = False
    watch_screen: bool = False
    ask_id_card: bool = False
    keep_id_card: bool = False
    recording: str = "none"
    risk_policy: str = "default"
    sensitivity: str = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateDetails:
    external_id: str
    name: str
    email: str = ""
    extra_minutes: int = 0


@transaction.atomic
def create_exam(*, settings: ExamSettings, actor: User | None, ip: str = "") -> Exam:
    exam = Exam(created_by=actor, **as_fields(settings))
    _validate(exam)
    exam.save(force_insert=True)
    audit.record(actor=audit.actor_of(actor), action="exam.created", subject=f"exam:{exam.id}", ip=ip)
    return exam


@transaction.atomic
def change_exam(*, exam: Exam, settings: ExamSettings, actor: User | None, ip: str = "") -> Exam:
    """Change an exam; running sessions keep the deadline they started with."""
    wanted = as_fields(settings)
    changed = sorted(name for name, value in wanted.items() if getattr(exam, name) != value)
    watched = next((name for name in changed if name.startswith(AGREED_TO)), None)
    if watched and Consent.objects.filter(session__exam=exam).exists():
        raise Conflict(
            "already_agreed",
            _(
                "Candidates have agreed to what is watched, so it cannot change any more. "
                "Make a new exam instead."
            ),
            field=watched,
        )
    if not changed:
        return exam
    for name in changed:
        setattr(exam, name, wanted[name])
    _validate(exam)
    exam.save(update_fields=changed)
    audit.record(
        actor=audit.actor_of(actor),
        action="exam.changed",
        subject=f"exam:{exam.id}",
        ip=ip,
        detail={"fields": changed},
    )
    return exam


@transaction.atomic
def add_candidate(*, exam: Exam, details: CandidateDetails, actor: User | None, ip: str = "") -> Session:
    """Seat a candidate in an exam, with a link; a known external id keeps its row and takes the new name."""
    session = _seat(exam, [details])[0]
    grant_listed(sessions=[session], rows=[details], actor=actor)
    invitations.issue_first(sessions=[session], actor=actor)
    invitations.record_issued(session=session, actor=actor, ip=ip)
    return session


@transaction.atomic
def add_candidates(
    *, exam: Exam, rows: list[CandidateDetails], actor: User | None, ip: str = ""
) -> list[Session]:
    """Seat all or none, each with a link; one audit entry names the exam and how many."""
    sessions = _seat(exam, rows)
    invitations.issue_first(sessions=sessions, actor=actor)
    audit.record(
        actor=audit.actor_of(actor),
        action="candidates.imported",
        subject=f"exam:{exam.id}",
        ip=ip,
        detail={"count": len(sessions), **grant_listed(sessions=sessions, rows=rows, actor=actor)},
    )
    return sessions


@transaction.atomic
def give_consent(*, session: Session, notice: Notice) -> Consent:
    """Record the words the candidate agreed to, and let the camera check begin."""
    consent, created = Consent.objects.get_or_create(
        session=session,
        defaults=_as_agreed(notice),
    )
    if not created and consent.withdrawn_at is not None and session.state in BEFORE_START:
        return _give_again(session, consent, notice)
    if created:
        keep_words(notice=notice)
        locked = lock(session)
        locked.adjustments = session.adjustments = settled(locked, consent.given_at).to_json()
        locked.save(update_fields=["adjustments"])
        session.state = transition(session=locked, to=SessionState.CHECKING).state
        _record_consent(session, notice)
    return consent


def _give_again(session: Session, consent: Consent, notice: Notice) -> Consent:
    """Taken back at the camera check and given anew, to the words as they are now."""
    for name, value in _as_agreed(notice).items():
        setattr(consent, name, value)
    consent.save()
    keep_words(notice=notice)
    _record_consent(session, notice)
    return consent


def _record_consent(session: Session, notice: Notice) -> None:
    audit.record(
        actor=f"candidate:{session.candidate_id}",
        action="consent.given",
        subject=f"session:{session.id}",
        detail={"notice": notice.version, "sha256": notice.sha256},
    )


def _as_agreed(notice: Notice) -> dict[str, Any]:
    return {
        "notice_version": notice.version,
        "notice_sha256": notice.sha256,
        "lawful_basis": notice.lawful_basis,
        "promised": dict(notice.days),
        "given_at": timezone.now(),
        "withdrawn_at": None,
    }


@transaction.atomic
def start(*, session: Session, device_info: dict[str, Any], without_baseline: bool = False) -> Session:
    """The clock starts. Starting twice (a double click, a reload) changes nothing."""
    session = lock(session)
    if session.state == SessionState.RUNNING:
        return session
    if session.state not in BEFORE_START:
        raise Conflict("already_started", _("This exam sitting was started before; it cannot start again."))
    if not Consent.objects.filter(session=session, withdrawn_at__isnull=True).exists():
        raise Conflict("consent_required", _("Read and accept the notice before you start."))
    if suspending.is_suspended(session.institution_id):
        raise suspending.refusal_of_candidate()
    now = timezone.now()
    adjustments = settled(session, now)
    session.adjustments = adjustments.to_json()
    if session.state == SessionState.CHECKING and session.watched.watch_webcam and not without_baseline:
        raise Conflict("check_unfinished", _("The camera check is not finished yet."))
    if not session.exam.is_open(now):
        raise Conflict("exam_closed", _("This exam is not open now. Ask your examiner."))
    session.started_at = now
    session.deadline_at = deadline_of(session.exam, now, adjustments.extra_ms)
    session.device_info = device_info
    session.without_baseline = without_baseline
    session.save(
        update_fields=["started_at", "deadline_at", "device_info", "without_baseline", "adjustments"]
    )
    transition(session=session, to=SessionState.RUNNING)
    outbox.publish("session.started", session=str(session.id), exam=str(session.exam_id))
    return session


@transaction.atomic
def end(
    *, session: Session, to: SessionState, reason: str = "", actor: str = "system", ip: str = ""
) -> Session:
    """Submit, expire or terminate; ending twice the same way changes nothing."""
    session = lock(session)
    if session.state == to:
        return session
    session.ended_at = timezone.now()
    session.end_reason = reason
    session.save(update_fields=["ended_at", "end_reason"])
    transition(session=session, to=to)
    outbox.publish(f"session.{to.value}", session=str(session.id), exam=str(session.exam_id))
    audit.record(
        actor=actor,
        action=f"session.{to.value}",
        subject=f"session:{session.id}",
        ip=ip,
        detail={"reason": reason},
    )
    return session


@transaction.atomic
def cancel(*, session: Session, actor: User | None, ip: str = "") -> Session:
    session = lock(session)
    if session.state not in BEFORE_START:
        raise Conflict("already_started", _("Only a session that has not started can be cancelled."))
    transition(session=session, to=SessionState.CANCELLED)
    audit.record(
        actor=audit.actor_of(actor), action="session.cancelled", subject=f"session:{session.id}", ip=ip
    )
    return session


def transition(*, session: Session, to: SessionState) -> Session:
    """Every change of state goes through here and the one table."""
    check_transition(session.state, to)
    session.state = to
    session.save(update_fields=["state"])
    return session


def lock(session: Session) -> Session:
    return (
        Session.objects.select_for_update(of=("self",)).select_related("exam", "candidate").get(id=session.id)
    )


def as_fields(settings: ExamSettings) -> dict[str, Any]:
    return {field.name: getattr(settings, field.name) for field in fields(settings)}


def _seat(exam: Exam, rows: list[CandidateDetails]) -> list[Session]:
    """Candidates and sessions for `rows`, without links; known external ids take the new name and email."""
    wanted = {person.external_id: person for person in map(_person, rows)}
    if len(wanted) < len(rows):
        raise Conflict("listed_twice", _("An external id is in the list twice."), field="external_id")
    known = {person.external_id: person for person in Candidate.objects.filter(external_id__in=wanted)}
    _refuse_seated(exam, known)
    for person in known.values():
        person.name, person.email = wanted[person.external_id].name, wanted[person.external_id].email
    try:
        with transaction.atomic(savepoint=False):
            Candidate.objects.bulk_update(known.values(), ["name", "email"], batch_size=200)
            Candidate.objects.bulk_create(person for id_, person in wanted.items() if id_ not in known)
            sessions = Session.objects.bulk_create(
                Session(exam=exam, candidate=known.get(id_, person)) for id_, person in wanted.items()
            )
    except IntegrityError as error:
        raise Conflict(
            "added_meanwhile", _("Somebody else has just added the same person. Try again.")
        ) from error
    outbox.publish_all(
        "session.created", [{"session": str(session.id), "exam": str(exam.id)} for session in sessions]
    )
    return sessions


def _person(details: CandidateDetails) -> Candidate:
    person = Candidate(
        external_id=details.external_id.strip(),
        name=details.name.strip(),
        email=details.email.strip().lower(),
    )
    _validate(person)
    return person


def _refuse_seated(exam: Exam, known: dict[str, Candidate]) -> None:
    seated = Session.objects.filter(exam=exam, candidate__in=[person.id for person in known.values()])
    taken = seated.select_related("candidate").first()
    if taken:
        raise Conflict(
            "already_seated",
            _("%(name)s (%(external_id)s) is already a candidate of this exam.")
            % {"name": taken.candidate.name, "external_id": taken.candidate.external_id},
            field="external_id",
        )


def _validate(row: Exam | Candidate) -> None:
    try:
        _refuse_nul(row)
        _refuse_nameless(row)
        row.full_clean(validate_unique=False, exclude=["institution", "created_by"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(
            "invalid", " ".join(messages), field=None if field == "__all__" else field
        ) from error


def _refuse_nul(row: Exam | Candidate) -> None:
    # PostgreSQL stores no NUL in a text; SQLite would.
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and "\0" in value:
            raise ValidationError({field.name: "A NUL character is not allowed here."})


def _refuse_nameless(row: Exam | Candidate) -> None:
    """Nobody could tell a name from no name that is made of signs without a shape."""
    for name in ("title", "name", "external_id"):
        value = getattr(row, name, "")
        if value and not shows_something(value):
            raise ValidationError({name: NOTHING_SEEN})

"""Who grants whom what: more time, breaks, areas that are left out or judged more patiently.

Everybody of the institution sees what is granted; why is for those alone who may edit exams, and goes into no
report, export, audit entry or message.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import User
from analysis.risk.areas import LEAST_PATIENCE, MOST_PATIENCE, Adjustment
from exams.adjustments import Adjustments, adjustments_of, granted, settled
from exams.area_words import area_words
from exams.models import Allowance, Candidate, Exam, Session
from exams.states import BEFORE_START, UNDER_WAY, SessionState

MOST_MINUTES, MOST_PERCENT = 600, 300
MOST_BREAKS, LONGEST_BREAK_MINUTES = 10, 60
LONGEST_REASON = 2000
MOST_AT_ONCE = 5000
AUDITED = ("extra_minutes", "extra_percent", "break_count", "break_minutes", "switched_off", "patience")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceTerms:
    """What is granted: time in minutes or in per cent of the exam's, areas by name."""

    extra_minutes: int = 0
    extra_percent: int = 0
    break_count: int = 0
    break_minutes: int = 0
    switched_off: frozenset[str] = frozenset()
    patience: tuple[tuple[str, int], ...] = ()
    reason: str
    until: datetime | None = None

    def as_fields(self) -> dict[str, Any]:
        return {
            "extra_minutes": self.extra_minutes,
            "extra_percent": self.extra_percent,
            "break_count": self.break_count,
            "break_minutes": self.break_minutes,
            "switched_off": sorted(self.switched_off),
            "patience": dict(self.patience),
            "reason": self.reason.strip(),
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class TimeGiven:
    """A sitting under way that was given something: minutes, none where only breaks were."""

    session: Session
    minutes: int


@transaction.atomic
def grant(
    *, candidate: Candidate, exam: Exam | None, terms: AllowanceTerms, actor: User | None, ip: str = ""
) -> Allowance:
    """One person's allowance, for one exam or for all; it takes the place of the one before."""
    allowance = put_many(exam=exam, wanted=[(candidate, terms)], actor=actor, batch=None)[0]
    audit.record(
        actor=audit.actor_of(actor),
        action="allowance.granted",
        subject=f"allowance:{allowance.id}",
        ip=ip,
        detail={"candidate": str(candidate.id), **_told(exam, terms)},
    )
    return allowance


@transaction.atomic
def grant_many(
    *,
    candidates: Sequence[Candidate],
    exam: Exam | None,
    terms: AllowanceTerms,
    actor: User | None,
    ip: str = "",
) -> uuid.UUID:
    """The same for many, all or none; one audit entry, and one number to undo it by."""
    if not 1 <= len(candidates) <= MOST_AT_ONCE:
        raise DomainError("how_many", _("Choose between 1 and %(most)s candidates.") % {"most": MOST_AT_ONCE})
    batch = uuid.uuid4()
    put_many(exam=exam, wanted=[(one, terms) for one in candidates], actor=actor, batch=batch)
    audit.record(
        actor=audit.actor_of(actor),
        action="allowance.granted_to_many",
        subject=f"allowances:{batch}",
        ip=ip,
        detail={"count": len(candidates), **_told(exam, terms)},
    )
    return batch


@transaction.atomic
def withdraw(*, allowance: Allowance, actor: User | None, ip: str = "") -> Allowance:
    """It counts for nothing that begins from now on; withdrawing again changes nothing."""
    allowance = Allowance.objects.select_for_update().get(id=allowance.id)
    if allowance.ended_at is not None:
        return allowance
    allowance.ended_at = timezone.now()
    allowance.save(update_fields=["ended_at"])
    audit.record(
        actor=audit.actor_of(actor),
        action="allowance.withdrawn",
        subject=f"allowance:{allowance.id}",
        ip=ip,
        detail={"candidate": str(allowance.candidate_id)},
    )
    return allowance


@transaction.atomic
def undo(*, batch: uuid.UUID, actor: User | None, ip: str = "") -> list[Allowance]:
    """End what a batch granted and still counts; what it took the place of counts again."""
    ended = list(Allowance.objects.select_for_update().filter(batch=batch, ended_at__isnull=True))
    if not ended:
        return []
    now = timezone.now()
    Allowance.objects.filter(id__in=[one.id for one in ended]).update(ended_at=now)
    before = [one.replaces_id for one in ended if one.replaces_id]
    Allowance.objects.filter(id__in=before).update(ended_at=None)
    audit.record(
        actor=audit.actor_of(actor),
        action="allowance.batch_undone",
        subject=f"allowances:{batch}",
        ip=ip,
        detail={"count": len(ended)},
    )
    return ended


def put_many(
    *,
    exam: Exam | None,
    wanted: Sequence[tuple[Candidate, AllowanceTerms]],
    actor: User | None,
    batch: uuid.UUID | None,
) -> list[Allowance]:
    """Rows alone, in the place of those that count now; the caller holds the transaction and audits."""
    for terms in {id(terms): terms for _candidate, terms in wanted}.values():
        check_terms(terms)
    ids = [candidate.id for candidate, _terms in wanted]
    held = Allowance.objects.select_for_update().filter(candidate__in=ids, exam=exam, ended_at__isnull=True)
    before = {one.candidate_id: one for one in held}
    Allowance.objects.filter(id__in=[one.id for one in before.values()]).update(ended_at=timezone.now())
    try:
        with transaction.atomic():
            return Allowance.objects.bulk_create(
                Allowance(
                    candidate=candidate,
                    exam=exam,
                    granted_by=actor,
                    batch=batch,
                    replaces=before.get(candidate.id),
                    **terms.as_fields(),
                )
                for candidate, terms in wanted
            )
    except IntegrityError as error:
        raise Conflict(
            "granted_meanwhile",
            _("Somebody else has just granted this person an allowance. Reload the page to see it."),
        ) from error


@transaction.atomic
def settle(*, sessions: Iterable[Session]) -> list[TimeGiven]:
    """Let sittings that have begun know of a change. Before the start all of it counts; under way more time
    and breaks do, and nothing that was given is taken back."""
    now, given = timezone.now(), []
    for session in (
        Session.objects.select_for_update(of=("self",))
        .select_related("exam")
        .filter(id__in=[one.id for one in sessions])
    ):
        if session.state in BEFORE_START - {SessionState.INVITED}:
            session.adjustments = settled(session, now).to_json()
            session.save(update_fields=["adjustments"])
        elif session.state in UNDER_WAY and (minutes := _give(session, now)) is not None:
            given.append(TimeGiven(session, minutes))
    return given


def sessions_touched(candidate_ids: Iterable[uuid.UUID], exam: Exam | None) -> list[Session]:
    """The sittings that have begun and are not over, of these people in this exam or in all."""
    states = (BEFORE_START | UNDER_WAY) - {SessionState.INVITED}
    found = Session.objects.filter(candidate__in=list(candidate_ids), state__in=states)
    return list((found.filter(exam=exam) if exam else found).order_by("id"))


def check_terms(terms: AllowanceTerms) -> None:
    _check_numbers(terms)
    _check_areas(terms)
    if not terms.reason.strip() or len(terms.reason) > LONGEST_REASON or "\0" in terms.reason:
        raise DomainError(
            "reason_wrong",
            _("Write the reason, at most %(most)s characters. Only those who may edit exams can read it.")
            % {"most": LONGEST_REASON},
            field="reason",
        )
    if terms.until is not None and terms.until <= timezone.now():
        raise DomainError("until_past", _("This moment is over. Choose a later one."), field="until")
    grants = terms.extra_minutes, terms.extra_percent, terms.break_count, terms.switched_off, terms.patience
    if not any(grants):
        raise DomainError("nothing_granted", _("Nothing is granted yet: give time, breaks or an area."))


def _check_numbers(terms: AllowanceTerms) -> None:
    for field, value, most in (
        ("extra_minutes", terms.extra_minutes, MOST_MINUTES),
        ("extra_percent", terms.extra_percent, MOST_PERCENT),
        ("break_count", terms.break_count, MOST_BREAKS),
        ("break_minutes", terms.break_minutes, LONGEST_BREAK_MINUTES),
    ):
        if not 0 <= value <= most:
            raise DomainError(
                "out_of_range", _("Give a number between 0 and %(most)s.") % {"most": most}, field=field
            )
    if terms.extra_minutes and terms.extra_percent:
        raise DomainError(
            "time_twice", _("Give more time in minutes or in per cent, not both."), field="extra_percent"
        )
    if bool(terms.break_count) != bool(terms.break_minutes):
        raise DomainError(
            "break_half", _("Say how many breaks and how long each may be."), field="break_minutes"
        )


def _check_areas(terms: AllowanceTerms) -> None:
    both = terms.switched_off & {name for name, _percent in terms.patience}
    if both:
        words = {"area": area_words(min(both))}
        raise DomainError(
            "area_twice", _("“%(area)s” cannot be left out and be judged more patiently.") % words
        )
    try:
        Adjustment(off=terms.switched_off, patience=terms.patience)
    except ValueError as error:
        bounds = {"least": LEAST_PATIENCE, "most": MOST_PATIENCE}
        raise DomainError(
            "area_wrong",
            _("An area is unknown, or its patience is not between %(least)s and %(most)s per cent.") % bounds,
        ) from error


def _give(session: Session, now: datetime) -> int | None:
    """Minutes by which the deadline moved, None where nothing changed; detection stays as at the start."""
    had, new = adjustments_of(session), granted(session, now)
    more_ms = max(0, new.extra_ms - had.extra_ms)
    breaks = new.breaks if new.breaks.count >= had.breaks.count else had.breaks
    kept = Adjustments(extra_ms=had.extra_ms + more_ms, breaks=breaks, detection=had.detection)
    if kept == had:
        return None
    session.adjustments = kept.to_json()
    if session.deadline_at is not None:
        session.deadline_at += timedelta(milliseconds=more_ms)
    session.save(update_fields=["adjustments", "deadline_at"])
    return more_ms // 60_000


def _told(exam: Exam | None, terms: AllowanceTerms) -> dict[str, Any]:
    """What the audit log may know: what was granted, never why."""
    told = {name: value for name, value in terms.as_fields().items() if value and name in AUDITED}
    return {"exam": str(exam.id) if exam else "all", **told}

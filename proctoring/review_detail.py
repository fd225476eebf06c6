"""The review of one sitting as values: its moments, who has it, what was decided, and what is left to do."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from analysis.risk.findings import Findings, findings_of
from exams.models import Session
from proctoring.models import Decision, Outcome, PastVerdict, Review, ReviewState, RiskState, Verdict
from proctoring.moments import Moment, moments_of
from proctoring.queries import FlagRow, flag_rows
from proctoring.services.risk import policy_of

MOST_REASONS = 6


@dataclass(frozen=True, slots=True)
class SessionDecision:
    """What a person decided on a sitting."""

    outcome: str
    label: str
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class SessionReview:
    """`findings` are of the confirmed flags; None before the final result."""

    state: ReviewState
    reviewer_id: uuid.UUID | None
    reviewer: str
    taken_at: datetime | None
    decision: SessionDecision | None
    moments: tuple[Moment, ...]
    findings: Findings | None

    @property
    def waiting_flags(self) -> int:
        return sum(len(moment.waiting) for moment in self.moments)

    @property
    def waiting_moments(self) -> int:
        return sum(not moment.is_decided for moment in self.moments)

    @property
    def decided_moments(self) -> int:
        return len(self.moments) - self.waiting_moments

    @property
    def can_be_decided(self) -> bool:
        return self.findings is not None and not self.waiting_flags and self.state != ReviewState.DECIDED

    @property
    def waiting_rules(self) -> tuple[tuple[str, str, int], ...]:
        """Rules of which several flags wait: rule, label and how many."""
        waiting = [flag for moment in self.moments for flag in moment.waiting]
        labels = {flag.rule: flag.label for flag in waiting}
        counted = Counter(flag.rule for flag in waiting)
        return tuple((rule, labels[rule], number) for rule, number in counted.most_common() if number > 1)

    def moment_with(self, flag_id: uuid.UUID) -> Moment | None:
        return next((moment for moment in self.moments if any(f.id == flag_id for f in moment.flags)), None)


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A verdict that no longer holds."""

    flag_id: uuid.UUID
    decision: str
    label: str
    reason: str
    decided_by: str
    decided_at: datetime
    replaced_by: str
    replaced_at: datetime
    was_taken_back: bool


def session_review(session: Session) -> SessionReview:
    review = Review.objects.filter(session=session).select_related("reviewer", "decided_by").first()
    flags = flag_rows(session)
    return SessionReview(
        state=ReviewState(review.state) if review else ReviewState.UNREVIEWED,
        reviewer_id=review.reviewer_id if review else None,
        reviewer=str(review.reviewer) if review and review.reviewer else "",
        taken_at=review.taken_at if review else None,
        decision=decision_of(review),
        moments=moments_of(flags),
        findings=_findings(session, flags),
    )


def decision_of(review: Review | None) -> SessionDecision | None:
    if review is None or review.state != ReviewState.DECIDED or review.decided_at is None:
        return None
    return SessionDecision(
        outcome=review.outcome,
        label=str(Outcome(review.outcome).label),
        reason=review.reason,
        decided_by=_name(review.decided_by),
        decided_at=review.decided_at,
    )


def past_verdicts(session: Session) -> dict[uuid.UUID, list[PastDecision]]:
    """By flag, the newest first."""
    found: dict[uuid.UUID, list[PastDecision]] = {}
    rows = PastVerdict.objects.filter(flag__session=session).select_related("decided_by", "replaced_by")
    for past in rows:
        found.setdefault(past.flag_id, []).append(_past(past))
    return found


def suggested_reasons(decision: str, *, reader_id: uuid.UUID) -> tuple[str, ...]:
    """What this person wrote for the same decision lately, then what is often right."""
    own = Verdict.objects.filter(decided_by_id=reader_id, decision=decision).order_by("-decided_at")
    written = [reason for reason in own.values_list("reason", flat=True)[:40] if len(reason) <= 80]
    usual = [str(reason) for reason in _usual(decision)]
    return tuple(dict.fromkeys([*list(dict.fromkeys(written))[:3], *usual]))[:MOST_REASONS]


def can_undo(session: Session, *, reader_id: uuid.UUID) -> bool:
    return Verdict.objects.filter(flag__session=session, decided_by_id=reader_id).exists()


def _usual(decision: str) -> tuple[str, ...]:
    return {
        Decision.CONFIRMED: (
            _("It happened as the rule says."),
            _("Another person was there."),
            _("The candidate had left the place."),
        ),
        Decision.DISMISSED: (
            _("Nothing wrong can be seen."),
            _("The candidate was thinking or reading."),
            _("The exam allows it."),
            _("It was over at once."),
        ),
        Decision.TECHNICAL: (
            _("Light or camera made it hard to see."),
            _("The network or the computer failed."),
            _("The detector was wrong."),
        ),
    }[Decision(decision)]


def _findings(session: Session, flags: list[FlagRow]) -> Findings | None:
    risk = RiskState.objects.filter(session=session, final__isnull=False).first()
    if risk is None or risk.final is None:
        return None
    confirmed = {
        str(flag.id)
        for flag in flags
        if flag.verdict is not None and flag.verdict.decision == Decision.CONFIRMED
    }
    return findings_of(risk.final.get("flags", ()), policy_of(risk), confirmed)


def _past(past: PastVerdict) -> PastDecision:
    return PastDecision(
        flag_id=past.flag_id,
        decision=past.decision,
        label=past.get_decision_display(),
        reason=past.reason,
        decided_by=_name(past.decided_by),
        decided_at=past.decided_at,
        replaced_by=_name(past.replaced_by),
        replaced_at=past.replaced_at,
        was_taken_back=past.was_taken_back,
    )


def _name(person: object) -> str:
    return str(person) if person else _("A person who has left")

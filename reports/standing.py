"""How final a report is: what nobody has looked at yet, what people confirmed, and who decided."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.models import Session
from proctoring.review_detail import session_review


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingDecision:
    """A person's decision on the sitting; `recommendation` is its code, `label` says it in words."""

    recommendation: str
    label: str
    reason: str
    person: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedFlags:
    """Flags that a person confirmed, and the integrity score, 0 to 100, that they alone give."""

    critical: int
    warning: int
    info: int
    integrity_score: float

    @property
    def total(self) -> int:
        return self.critical + self.warning + self.info


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A report is final when a person has decided on the sitting and no flag is left unreviewed."""

    unreviewed_flags: int
    confirmed: ConfirmedFlags
    decision: SittingDecision | None

    @property
    def is_final(self) -> bool:
        return self.decision is not None and not self.unreviewed_flags

    @property
    def code(self) -> str:
        return "final" if self.is_final else "provisional"

    @property
    def words(self) -> str:
        if self.is_final:
            return _("Final: every flag is reviewed, and a person has decided.")
        if self.unreviewed_flags:
            words = ngettext(
                "Provisional: %(count)s flag is unreviewed.",
                "Provisional: %(count)s flags are unreviewed.",
                self.unreviewed_flags,
            )
            return words % {"count": self.unreviewed_flags}
        return _("Provisional: nobody has decided on the sitting yet.")


def standing_of(session: Session) -> Standing:
    """Of a sitting that has its final result."""
    review = session_review(session)
    assert review.findings is not None
    found, decision = review.findings, review.decision
    return Standing(
        unreviewed_flags=review.waiting_flags,
        confirmed=ConfirmedFlags(
            critical=found.critical,
            warning=found.warning,
            info=found.info,
            integrity_score=found.integrity_score,
        ),
        decision=SittingDecision(
            recommendation=decision.outcome,
            label=decision.label,
            reason=decision.reason,
            person=decision.decided_by,
            decided_at=decision.decided_at,
        )
        if decision
        else None,
    )

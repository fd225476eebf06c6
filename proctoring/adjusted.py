"""What was adjusted for one sitting, in words for reviewers and the report; why is known to neither."""

from django.utils.translation import gettext as _

from analysis.risk.adjusting import changes_between
from exams.adjustments import adjustments_of
from exams.allowance_words import breaks_words, minutes_words
from exams.models import Session
from proctoring.models import RiskState
from proctoring.services.risk import base_of, policy_of


def adjusted_words(session: Session) -> str:
    """One line; empty where nothing was adjusted."""
    adjustments = adjustments_of(session)
    parts = [
        *minutes_words(adjustments.extra_minutes),
        *breaks_words(adjustments.breaks.count, adjustments.breaks.minutes),
        *_rules(session),
    ]
    return _("Adjusted for this candidate: %(parts)s.") % {"parts": "; ".join(parts)} if parts else ""


def _rules(session: Session) -> list[str]:
    risk = RiskState.objects.filter(session=session).first()
    if risk is None or risk.base_policy is None:
        return []
    changes = changes_between(base_of(risk), policy_of(risk))
    off, patient = (", ".join(f"“{label}”" for label in labels) for labels in (changes.off, changes.patient))
    return [
        *([_("these rules were off: %(rules)s") % {"rules": off}] if off else []),
        *([_("these rules waited longer: %(rules)s") % {"rules": patient}] if patient else []),
    ]

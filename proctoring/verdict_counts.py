"""How often people overruled each rule: what was confirmed, dismissed and technical."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from exams.models import Exam
from proctoring.models import Decision, Flag

ENOUGH = 10


@dataclass(frozen=True, slots=True)
class RuleVerdicts:
    """Flags of one rule by what people said of them; `undecided` is what nobody has looked at."""

    rule: str
    label: str
    confirmed: int
    dismissed: int
    technical: int
    undecided: int

    @property
    def decided(self) -> int:
        return self.confirmed + self.dismissed + self.technical

    @property
    def overruled_share(self) -> float | None:
        """How much of what was decided was not confirmed, 0 to 1; None where it is too little to tell."""
        if self.decided < ENOUGH:
            return None
        return (self.dismissed + self.technical) / self.decided


def verdict_counts(
    *, exam: Exam | None = None, since: datetime | None = None, until: datetime | None = None
) -> list[RuleVerdicts]:
    """By rule, the most flags first; of the institution in scope or one exam.

    `since` and `until` are of the flag's sitting, when it ended: from `since` on and before `until`.
    """
    rows = (
        _flags(exam, since, until)
        .order_by()
        .values("rule")
        .annotate(
            label=Max("label"),
            number=Count("id"),
            **{decision.value: Count("id", filter=Q(verdict__decision=decision)) for decision in Decision},
        )
    )
    found = [_row(values) for values in rows]
    return sorted(found, key=lambda row: (-row.decided - row.undecided, row.rule))


def _flags(exam: Exam | None, since: datetime | None, until: datetime | None) -> QuerySet[Flag]:
    flags = Flag.objects.exclude(in_final=False).filter(session__ended_at__isnull=False)
    if exam is not None:
        flags = flags.filter(session__exam=exam)
    if since is not None:
        flags = flags.filter(session__ended_at__gte=since)
    if until is not None:
        flags = flags.filter(session__ended_at__lt=until)
    return flags


def _row(values: Mapping[str, Any]) -> RuleVerdicts:
    by_decision = {decision.value: int(values[decision.value]) for decision in Decision}
    return RuleVerdicts(
        rule=str(values["rule"]),
        label=str(values["label"]),
        **by_decision,
        undecided=int(values["number"]) - sum(by_decision.values()),
    )

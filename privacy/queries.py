"""What more than one caller asks about retention."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.privacy_terms import current_terms
from accounts.retention import DataClass
from exams.holds import Holds, holds_in_force
from privacy.due import due_sittings
from proctoring.models import Evidence, Message, Observation, Recording, ScreenPicture
from reports.models import Report

# A purge that comes a night late is no alarm.
GRACE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Effect:
    """How many sittings the next purge would touch, by class; `sittings` would go as a whole."""

    by_class: Mapping[str, int]
    held: int

    @property
    def sittings(self) -> int:
        return self.by_class.get(DataClass.IDENTITY, 0)

    @property
    def any(self) -> bool:
        return bool(self.by_class)


def effect_of(promised: Mapping[str, int] | None, now: datetime) -> Effect:
    """What a purge would delete now, under these days a class or under the terms as they are."""
    by_class: dict[str, int] = {}
    held = 0
    for due in due_sittings(now, promised):
        if due.is_held:
            held += 1
        else:
            by_class[due.data_class.value] = by_class.get(due.data_class.value, 0) + 1
    return Effect(by_class, held)


def overdue_count(now: datetime) -> int:
    """The canary: what is older than the terms can ever allow, counted by other queries than the purge's."""
    terms, holds = current_terms(), holds_in_force()
    if holds.institution:
        return 0
    pictures = timedelta(days=terms.evidence_days + terms.after_decision_days) + GRACE
    old: tuple[tuple[QuerySet[Any], str, timedelta], ...] = (
        (Evidence.objects.all(), "flag__session", pictures),
        (ScreenPicture.objects.all(), "flag__session", pictures),
        (Recording.objects.all(), "session", pictures),
        (Message.objects.all(), "session", timedelta(days=terms.chat_days) + GRACE),
        (Report.objects.all(), "session", timedelta(days=terms.report_days) + GRACE),
        (Observation.objects.all(), "session", timedelta(days=terms.log_days) + GRACE),
    )
    return sum(
        rows.filter(**{f"{way}__ended_at__lt": now - age}).exclude(_held(way, holds)).count()
        for rows, way, age in old
    )


def _held(way: str, holds: Holds) -> Q:
    return (
        Q(**{f"{way}__in": holds.sessions})
        | Q(**{f"{way}__exam__in": holds.exams})
        | Q(**{f"{way}__candidate__in": holds.candidates})
    )

"""What is to be deleted: which class of which sitting is over, and whether a hold forbids it."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from accounts.retention import DataClass
from exams.holds import Holds, holds_in_force
from exams.models import Session
from exams.promises import kept_days, over_at, promised_now
from exams.states import UNDER_WAY
from proctoring.models import (
    Evidence,
    Flag,
    IdCard,
    Message,
    Observation,
    Piece,
    Recording,
    Review,
    RiskState,
    ScreenPicture,
    WaitingFile,
)
from reports.models import Report

OF_A_FLAG = (Evidence, ScreenPicture)
HELD_BY: Mapping[DataClass, tuple[type[Model], ...]] = {
    DataClass.EVIDENCE: (Evidence, ScreenPicture, Recording, Piece, WaitingFile),
    DataClass.CHAT: (Message,),
    DataClass.REPORT: (Report, Flag, Review),
    DataClass.LOG: (Observation, RiskState),
}
"""Where a class has a row, there is something to delete."""
CARD_PICTURES = Q(card_sealed__isnull=False) | Q(face_sealed__isnull=False)


SHORTEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """One class of one sitting that is over."""

    session_id: uuid.UUID
    data_class: DataClass
    since: datetime
    is_held: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the rules read of a sitting; one that never began ends with its exam, or where it was made."""

    id: uuid.UUID
    days: Mapping[str, int]
    ended_at: datetime
    decided_at: datetime | None
    keeps_card: bool
    card_decided_at: datetime | None
    has: frozenset[DataClass]

    def over(self) -> dict[DataClass, datetime]:
        over = {data_class: self._over(data_class) for data_class in (*HELD_BY, DataClass.IDENTITY)}
        return over | {DataClass.ID_CARD: self._card_over(over[DataClass.EVIDENCE])}

    def _over(self, data_class: DataClass) -> datetime:
        return over_at(data_class, days=self.days, ended_at=self.ended_at, decided_at=self.decided_at)

    def _card_over(self, pictures_over: datetime) -> datetime:
        if self.keeps_card:
            return pictures_over
        # Decided ones are deleted at once; only a hold that was released since can have left them.
        return self.card_decided_at or self._over(DataClass.ID_CARD)


def due_sittings(now: datetime, promised: Mapping[str, int] | None = None) -> Iterator[Due]:
    """Every class of every sitting that is over; `promised` instead of the terms, to see what they would do.

    A sitting that is over as a whole is named once.
    """
    promised = promised or promised_now()
    holds = holds_in_force()
    for row in _rows(now).iterator(chunk_size=500):
        yield from _due_of(row, promised, holds, now)


def is_still_due(due: Due, now: datetime) -> bool:
    """Asked again under the lock: what has changed since it was planned counts."""
    again = due_of_sitting(due.session_id, now)
    return any(one.data_class == due.data_class and not one.is_held for one in again)


def due_of_sitting(session_id: uuid.UUID, now: datetime) -> list[Due]:
    promised, holds = promised_now(), holds_in_force()
    rows = _rows(now).filter(id=session_id)
    return [due for row in rows for due in _due_of(row, promised, holds, now)]


def _due_of(
    row: Mapping[str, Any], promised: Mapping[str, int], holds: Holds, now: datetime
) -> Iterator[Due]:
    sitting = _sitting(row, promised)
    is_held = holds.cover(exam_id=row["exam_id"], candidate_id=row["candidate_id"], session_id=sitting.id)
    over = sitting.over()
    wanted = frozenset({DataClass.IDENTITY}) if over[DataClass.IDENTITY] <= now else sitting.has
    for data_class, since in over.items():
        if since <= now and data_class in wanted:
            yield Due(sitting.id, data_class, since, is_held)


def _rows(now: datetime) -> Any:
    """Sittings that were over for as long as the shortest period is, with what is left of each."""
    before = now - SHORTEST
    held = {f"has_{data_class}": _exists(models) for data_class, models in HELD_BY.items()}
    return (
        Session.objects.exclude(state__in=UNDER_WAY)
        .filter(Q(ended_at__isnull=True, created_at__lte=before) | Q(ended_at__lte=before))
        .annotate(**held, has_id_card=Exists(IdCard.objects.filter(CARD_PICTURES, session=OuterRef("pk"))))
        .order_by("id")
        .values(
            "id",
            "exam_id",
            "candidate_id",
            "ended_at",
            "created_at",
            "exam__closes_at",
            "exam__keep_id_card",
            "review__decided_at",
            "consent__promised",
            "id_card__decided_at",
            "has_id_card",
            *held,
        )
    )


def _exists(models: tuple[type[Model], ...]) -> Any:
    first, *more = (
        Exists(model._default_manager.filter(**{_way(model): OuterRef("pk")})) for model in models
    )
    found: Any = first
    for one in more:
        found = found | one
    return found


def _way(model: type[Model]) -> str:
    return "flag__session" if model in OF_A_FLAG else "session"


def _sitting(row: Mapping[str, Any], promised: Mapping[str, int]) -> Sitting:
    return Sitting(
        id=row["id"],
        days=kept_days(row["consent__promised"] or {}, promised),
        ended_at=row["ended_at"] or max(row["created_at"], row["exam__closes_at"] or row["created_at"]),
        decided_at=row["review__decided_at"],
        keeps_card=row["exam__keep_id_card"],
        card_decided_at=row["id_card__decided_at"],
        has=frozenset(data_class for data_class in (*HELD_BY, DataClass.ID_CARD) if row[f"has_{data_class}"]),
    )

"""What is told of an identity card: to the candidate's room, to the reviewer's page, in the report."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from exams.models import Session
from proctoring.card_words import candidate_words, reviewer_words
from proctoring.models import CardDecision, IdCard


@dataclass(frozen=True, slots=True)
class CardTold:
    """A card as a reviewer sees it; `score` is the likeness -1..1 where it can be trusted."""

    taken_at: datetime | None
    words: str
    score: float | None
    has_card: bool
    has_face: bool
    deleted_at: datetime | None
    decision: str
    decided_by: str
    decided_at: datetime | None
    reason: str


def room_card(session: Session) -> dict[str, Any]:
    """`state` is none, looking, again (another picture would help) or taken."""
    card = IdCard.objects.filter(session=session, taken_at__isnull=False).first()
    if card is None:
        return {"state": "none", "text": ""}
    text = candidate_words(card.verdict, card.problem)
    if not card.verdict:
        return {"state": "looking", "text": text}
    again = bool(card.problem) and card.problem != "no_template"
    return {"state": "again" if again else "taken", "text": text}


def room_card_config(session: Session) -> dict[str, Any] | None:
    """What the room's page needs to ask for a card; None where the exam asks for none."""
    if not session.watched.wants_id_card:
        return None
    return {"url": reverse("proctoring:room-card", args=[session.id]), **room_card(session)}


def card_told(session: Session) -> CardTold | None:
    """None where no card is asked for, or the camera check is not over."""
    card = IdCard.objects.filter(session=session).select_related("decided_by").first()
    if card is None:
        return None
    words = (
        reviewer_words(card.verdict, card.problem, card.score)
        if card.taken_at
        else "The candidate has given no picture of a card."
    )
    return CardTold(
        taken_at=card.taken_at,
        words=words,
        score=card.score,
        has_card=card.card_sealed is not None,
        has_face=card.face_sealed is not None,
        deleted_at=card.deleted_at,
        decision=CardDecision(card.decision).label if card.decision else "",
        decided_by=_person(card),
        decided_at=card.decided_at,
        reason=card.reason,
    )


def card_note(session: Session) -> str:
    """One line for the report; empty where the exam asks for no card."""
    if not session.watched.wants_id_card:
        return ""
    told = card_told(session)
    if told is None or told.taken_at is None:
        return "A picture of an identity card was asked for and none was given; nobody had to give one."
    if not told.decision:
        return "A picture of an identity card was given; no person has decided on it yet."
    return f"Identity card: {told.decision.lower()}, says {told.decided_by}: “{told.reason}”"


def _person(card: IdCard) -> str:
    if not card.decision:
        return ""
    return str(card.decided_by) if card.decided_by else "a person who has left"
